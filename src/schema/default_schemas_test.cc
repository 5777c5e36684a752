// The default schemas of all entities: what a masked read shows of each, and what is refused.

#include <array>

#include "schema/for_test.h"

namespace velum {
namespace {

struct Shown {
  EntityId entity;
  std::string_view document;
  std::string_view masked;
};

// From ordinary to hostile: what nobody declared is hidden at any depth, and so is a declared field
// with a value of another type.
constexpr Shown shown[] = {
    {EntityId::address,
     R"({"postalCode":"20200-000","countryName":"Brasil","countryCode":"BR",)"
     R"("administrativeAreaLevel1":"RJ","locality":"Niterói","localityAreaLevel1":"Icaraí",)"
     R"("route":"Rua Um","streetNumber":"999","complement":"ap 2","nearly":"",)"
     R"("receiverName":"Ana Silva","geoCoordinates":[-43.1,-22.9],"addressName":"home",)"
     R"("profileId":"70caf394-8534-447e-a0ca-1803c669c771"})",
     R"({"postalCode":"2****-0**","countryName":"Brasil","countryCode":"BR",)"
     R"("administrativeAreaLevel1":"RJ","locality":"N******","localityAreaLevel1":"I*****",)"
     R"("route":"R** U*","streetNumber":"9**","complement":"a* 2","nearly":"",)"
     R"("receiverName":"A** S****","geoCoordinates":[],"addressName":"home",)"
     R"("profileId":"70caf394-8534-447e-a0ca-1803c669c771"})"},
    {EntityId::address, R"({"gateCode":"4711","countryCode":{"code":"BR"}})",
     R"({"gateCode":"4***","countryCode":{}})"},
    {EntityId::prospect,
     R"({"availableAddresses":[{"addressName":"home","receiverName":"Ana Silva",)"
     R"("state":"RJ","gate":"4711","geoCoordinate":[1,2]}],"contacts":[{"contactId":"0",)"
     R"("firstName":"Ana","phone":""}],"invoiceSubject":{"firstName":"Ana",)"
     R"("document":"52998224725"},"email":"ana@example.com","isPJ":false})",
     R"({"availableAddresses":[{"addressName":"home","receiverName":"A** S****",)"
     R"("state":"RJ","gate":"4***","geoCoordinate":[]}],"contacts":[{"contactId":"0",)"
     R"("firstName":"A**","phone":""}],"invoiceSubject":{"firstName":"A**",)"
     R"("document":"5**********"},"email":"a**@e******.c**","isPJ":false})"},
    {EntityId::prospect, R"({"contacts":["Ana"],"availableAddresses":[[{"state":"RJ"}]]})",
     R"({"contacts":["A**"],"availableAddresses":[[]]})"},
    {EntityId::purchase_info,
     R"({"paymentData":{"availableAccounts":[{"accountId":"D09F",)"
     R"("cardNumber":"************1111","bin":"44443333","availableAddresses":["db26"],)"
     R"("expirationDate":"01/2032","isExpired":false,"holder":"Ana"}],)"
     R"("availableTokens":["t1"],"transactions":[{"cardHolder":"Ana"}],)"
     R"("numberOfPaymentErrors":0},"clientPreferences":{"localeDefault":"pt-BR",)"
     R"("isNewsletterOptIn":true},"lastUserPurchases":[{"orderId":"1-01","value":3498}]})",
     R"({"paymentData":{"availableAccounts":[{"accountId":"D09F",)"
     R"("cardNumber":"************1111","bin":"44443333","availableAddresses":["db26"],)"
     R"("expirationDate":"01/2032","isExpired":false,"holder":"A**"}],"availableTokens":[],)"
     R"("transactions":[],"numberOfPaymentErrors":0},)"
     R"("clientPreferences":{"localeDefault":"pt-BR","isNewsletterOptIn":true},)"
     R"("lastUserPurchases":[{"orderId":"1-01","value":3498}]})"},
    {EntityId::contact, R"({"firstName":"Ana","phone":"+5511912345678","contactId":"0"})",
     R"({"firstName":"A**","phone":"+5************","contactId":"0"})"},
    {EntityId::invoice_subject, R"({"document":"52998224725","documentType":"cpf"})",
     R"({"document":"5**********","documentType":"cpf"})"},
    {EntityId::pickup_info, R"({"receiverName":"Ana Silva","pickupPointId":"rio-1","note":7})",
     R"({"receiverName":"A** S****","pickupPointId":"rio-1","note":null})"},
    {EntityId::consent,
     R"({"purpose":"newsletter","granted":false,"legalBasis":"consent","textVersion":"3",)"
     R"("source":"import","givenAt":"2024-01-02","withdrawnAt":null,)"
     R"("proof":"203.0.113.7, Ana","note":"Ana"})",
     R"({"purpose":"newsletter","granted":false,"legalBasis":"consent","textVersion":"3",)"
     R"("source":"import","givenAt":"2024-01-02","withdrawnAt":null,)"
     R"("proof":"2**.0.1**.7, A**","note":"A**"})"},
};

TEST(DefaultSchemas, MaskWhatIsPersonal) {
  for (const Shown& one : shown) {
    const auto schema = Schema::default_for(one.entity);
    const json::Document document = parsed(one.document);
    EXPECT_TRUE(schema->entity() == one.entity);
    WipedText masked;
    schema->mask_document(MaskStyle::documented, document.root(), masked);
    EXPECT_EQ(view(masked), one.masked);
  }
}

TEST(DefaultSchemas, TakeTheDocumentedSamples) {
  struct Sample {
    EntityId entity;
    const char* path;
  };
  constexpr std::array<Sample, 3> samples{
      {{EntityId::address, VELUM_SHARED_DIR
        "/reference/examples/ps_get_profiles.profileId.addresses.addressId.unmask.200.json"},
       {EntityId::prospect,
        VELUM_SHARED_DIR "/reference/examples/ps_get_prospects.prospectId.unmask.200.json"},
       {EntityId::purchase_info,
        VELUM_SHARED_DIR "/reference/examples/ps_post_profiles.profileId.purchase-info.200.json"}}};
  for (const Sample& sample : samples) {
    const std::string text = text_of_file(sample.path);
    VELUM_NEEDS_SHARED(text);
    const json::Document answer = parsed(text);
    const json::Value* document = answer.root().find("document");
    ASSERT_NE(document, nullptr) << sample.path;
    const auto valid = Schema::default_for(sample.entity)->validate(*document);
    EXPECT_TRUE(valid) << sample.path << (valid ? "" : valid.error().message());
  }
}

// What hangs on a profile is found through it. A prospect is found by who erases, and shares its
// e-mail with others.
TEST(DefaultSchemas, OnlySubjectsAreFoundByTheirEmail) {
  for (const EntityId entity :
       {EntityId::address, EntityId::purchase_info, EntityId::contact, EntityId::invoice_subject,
        EntityId::pickup_info, EntityId::consent}) {
    EXPECT_EQ(Schema::default_for(entity)->lookup_rule("email"), nullptr);
  }
  const auto prospects = Schema::default_for(EntityId::prospect);
  const LookupRule* rule = prospects->lookup_rule("email");
  ASSERT_NE(rule, nullptr);
  EXPECT_FALSE(rule->unique);
  EXPECT_EQ(rule->number, 512);  // On disk.
  for (const EntityId entity : all_entities) {
    EXPECT_EQ(Schema::default_for(entity)->document_ttl_days(), std::nullopt);
  }
}

}  // namespace
}  // namespace velum
