#include "profile/prospect_conversion.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace velum {
namespace {

Result<ConvertedProspect> convert(std::string_view prospect, std::size_t parts_max = 100) {
  static const auto from = Schema::default_for(EntityId::prospect);
  static const auto to = Schema::default_for(EntityId::profile);
  return ProspectConversion::apply({*from, *to, MaskStyle::documented, parts_max},
                                   InternalDocument(Sensitive(prospect)));
}

std::string all_of(const ConvertedProspect& converted) {
  std::string all(view(converted.full));
  for (const ConvertedPart& part : converted.parts) {
    all.append(" ").append(entity_name(part.entity)).append(view(part.document));
  }
  return all;
}

TEST(ProspectConversion, GivesEachThingItsPlace) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"email":"a@example.com"})", R"({"email":"a@example.com"})"},
      {R"({"email":"a@example.com","availableAddresses":[{"city":"A"},{"city":"B"}]})",
       R"({"email":"a@example.com"} address{"locality":"A"} address{"locality":"B"})"},
      {R"({"email":"a@example.com","availableAddresses":[{"street":"S","number":"1",)"
       R"("neighborhood":"N","reference":"R","state":"RJ","country":"BRA","geoCoordinate":[1.5],)"
       R"("postalCode":"P","receiverName":"X","addressId":"i"}]})",
       R"({"email":"a@example.com"} address{"route":"S","streetNumber":"1",)"
       R"("localityAreaLevel1":"N","nearly":"R","administrativeAreaLevel1":"RJ",)"
       R"("countryCode":"BRA","geoCoordinates":[1.5],"postalCode":"P","receiverName":"X",)"
       R"("addressId":"i"})"},
      // A name that is taken loses nothing, whatever its case.
      {R"({"email":"a@example.com","availableAddresses":[{"city":"A","Locality":"B"}]})",
       R"({"email":"a@example.com"} address{"city":"A","Locality":"B"})"},
      {R"({"email":"a@example.com","availableAddresses":[{"city":"A","locality":null}]})",
       R"({"email":"a@example.com"} address{"locality":"A"})"},
      {R"({"email":"a@example.com","phone":"1"})", R"({"email":"a@example.com","homePhone":"1"})"},
      {R"({"email":"a@example.com","phone":"1","homePhone":"2"})",
       R"({"email":"a@example.com","cellPhone":"1","homePhone":"2"})"},
      {R"({"email":"a@example.com","phone":"1","homePhone":"2","cellPhone":"3"})",
       R"({"email":"a@example.com","phone":"1","homePhone":"2","cellPhone":"3"})"},
      {R"({"email":"a@example.com","contacts":[{"firstName":"C"}],"invoiceSubject":{"email":)"
       R"("b@example.com"},"paymentData":{"giftCards":[]},"custom":{"city":"A"}})",
       R"({"email":"a@example.com","custom":{"city":"A"}} contact{"firstName":"C"} )"
       R"(invoice-subject{"email":"b@example.com"} purchase-info{"paymentData":{"giftCards":[]}})"},
      {R"({"email":"a@example.com","contacts":null,"invoiceSubject":null,"paymentData":null,)"
       R"("availableAddresses":[]})",
       R"({"email":"a@example.com"})"},
  };
  for (const auto& [prospect, wanted] : cases) {
    const auto converted = convert(prospect);
    ASSERT_TRUE(converted) << prospect;
    EXPECT_EQ(all_of(*converted), wanted);
  }
}

TEST(ProspectConversion, MasksAsAProfile) {
  const auto converted = convert(R"({"email":"a@example.com","isPJ":true,"gender":"f"})");
  ASSERT_TRUE(converted);
  EXPECT_EQ(view(converted->masked), R"({"email":"a@e******.c**","isPJ":null,"gender":"f"})");
  ASSERT_EQ(converted->lookups_before.size(), 1U);
  ASSERT_EQ(converted->lookups_after.size(), 1U);
  EXPECT_EQ(converted->lookups_before[0].rule->label, "prospect.email");
  EXPECT_EQ(converted->lookups_after[0].rule->label, "profile.email");
}

TEST(ProspectConversion, RefusesWhatMakesNoProfile) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({})", "email"},
      {R"({"email":null})", "email"},
      {R"({"email":"a@example.com","availableAddresses":[{},{},{}]})", "availableAddresses"},
      {R"({"email":"a@example.com","contacts":["x"]})", "contacts"},
      {R"({"email":"a@example.com","invoiceSubject":[]})", "invoiceSubject"},
  };
  for (const auto& [prospect, field] : cases) {
    const auto converted = convert(prospect, 2);
    ASSERT_FALSE(converted) << prospect;
    EXPECT_EQ(converted.error().code(), ErrorCode::invalid_field);
    EXPECT_EQ(converted.error().subject(), field);
  }
  EXPECT_EQ(convert("{").error().code(), ErrorCode::corrupt);
}

}  // namespace
}  // namespace velum
