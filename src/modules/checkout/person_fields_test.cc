#include "modules/checkout/person_fields.h"

#include <gtest/gtest.h>

namespace velum {
namespace {

// The patch, or the field that the refusal names.
std::string patch_of(std::string_view body, bool is_address) {
  const auto document = json::Document::parse(body);
  EXPECT_TRUE(document) << body;
  const auto patch = is_address ? prospect_of_address(document->root(), "ours")
                                : prospect_of_client(document->root());
  return patch ? std::string(view(*patch)) : "! " + patch.error().subject();
}

TEST(PersonFields, AClientBecomesAProspect) {
  const struct {
    std::string_view body;
    std::string_view patch;
  } cases[] = {
      {R"({"email":"a@b.c","phone":"1"})", R"({"email":"a@b.c","phone":"1"})"},
      {R"({"tradeName":"T","corporateDocument":"9","corporatePhone":"8","isCorporate":true})",
       R"({"fancyName":"T","businessDocument":"9","businessPhone":"8","isPJ":true})"},
      {R"({"firstName":null})", R"({"firstName":null})"},
      {R"({"customerClass":"x","profileCompleteOnLoading":true})", "{}"},
      {"{}", "{}"},
      {R"({"nickname":"a"})", "! clientProfileData"},
      {R"({"Email":"a@b.c"})", "! clientProfileData"},
      {R"({"email":["a@b.c"]})", "! email"},
      {R"({"isCorporate":"yes"})", "! isCorporate"},
      {R"({"firstName":{"a":"b"}})", "! firstName"},
      {"[]", "! clientProfileData"},
      {R"("ana")", "! clientProfileData"},
  };
  for (const auto& one : cases) EXPECT_EQ(patch_of(one.body, false), one.patch) << one.body;
}

TEST(PersonFields, AnAddressHasOurIdAndNoOther) {
  const struct {
    std::string_view body;
    std::string_view patch;
  } cases[] = {
      {R"({"street":"R","number":"7","complement":null})",
       R"({"availableAddresses":[{"street":"R","number":"7","addressId":"ours"}]})"},
      {R"({"addressId":"Ana Prado, Rua 7","city":"C"})",
       R"({"availableAddresses":[{"city":"C","addressId":"ours"}]})"},
      {R"({"geoCoordinates":[-43.2,1],"isDisposable":true})",
       R"({"availableAddresses":[{"geoCoordinates":[-43.2,1],"addressId":"ours"}]})"},
      {R"({"addressType":"pickup"})",
       R"({"availableAddresses":[{"addressType":"pickup","addressId":"ours"}]})"},
      {R"({"addressType":"castle"})", "! addressType"},
      {R"({"geoCoordinates":["x"]})", "! geoCoordinates"},
      {R"({"planet":"x"})", "! address"},
      {R"({"number":7})", "! number"},
  };
  for (const auto& one : cases) EXPECT_EQ(patch_of(one.body, true), one.patch) << one.body;
}

TEST(PersonFields, AnAddressIsFoundByItsId) {
  const auto person = json::Document::parse(
      R"({"availableAddresses":[{"addressId":"a"},{"addressId":"b","city":"C"},7,{}]})");
  ASSERT_TRUE(person);
  ASSERT_NE(prospect_address(&person->root(), "b"), nullptr);
  EXPECT_EQ(prospect_address(&person->root(), "b")->find("city")->text(), "C");
  EXPECT_EQ(prospect_address(&person->root(), "c"), nullptr);
  EXPECT_EQ(prospect_address(&person->root(), ""), nullptr);
  EXPECT_EQ(prospect_address(nullptr, "a"), nullptr);
}

}  // namespace
}  // namespace velum
