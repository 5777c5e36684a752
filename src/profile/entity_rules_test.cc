#include "profile/entity_rules.h"

#include <gtest/gtest.h>

#include <set>

#include "io/sim_random.h"

namespace velum {
namespace {

TEST(EntityRules, TheAuditLogHasTheDocumentedNames) {
  struct Case {
    EntityId entity;
    std::string_view unmask, unmask_version, create;
  };
  const Case cases[] = {
      {EntityId::profile, "GetProfileUnmasked", "GetProfileVersionUnmasked", "CreateProfile"},
      {EntityId::prospect, "GetProspectUnmasked", "GetProspectVersionUnmasked", "CreateProspect"},
      {EntityId::address, "GetAddressUnmasked", "GetAddressVersionUnmasked", "CreateAddress"},
      {EntityId::purchase_info, "GetPurchaseInfoUnmasked", "GetPurchaseInfoVersionUnmasked",
       "CreatePurchaseInfo"},
      {EntityId::contact, "GetContactsUnmasked", "GetContactsVersionUnmasked", "CreateContacts"},
      {EntityId::invoice_subject, "GetInvoiceSubjectUnmasked", "GetInvoiceSubjectVersionUnmasked",
       "CreateInvoiceSubject"},
      {EntityId::pickup_info, "GetPickupInfoUnmasked", "GetPickupInfoVersionUnmasked",
       "CreatePickupInfo"},
      {EntityId::consent, "GetConsentUnmasked", "GetConsentVersionUnmasked", "CreateConsent"},
  };
  ASSERT_EQ(std::size(cases), all_entities.size());
  for (const Case& c : cases) {
    EXPECT_EQ(unmask_action(c.entity, Asked::current), c.unmask);
    EXPECT_EQ(unmask_action(c.entity, Asked::version), c.unmask_version);
    EXPECT_EQ(write_action("Create", c.entity), c.create);
  }
  EXPECT_EQ(unmask_action(EntityId::profile, Asked::conditions), "ValidateProfileConditions");
}

// It stands among a subject's random ids, and its own token.
TEST(EntityRules, TheOnlyRecordHasAnIdThatNoOtherHas) {
  SeededRandom random(1);
  std::set<RecordId> seen;
  for (int count = 0; count < 1000; ++count) {
    const Token subject = Token::random(random);
    seen.insert(RecordId(subject.uuid()));
    for (const EntityId entity : all_entities) {
      const RecordId id = only_record(subject, entity);
      EXPECT_TRUE(seen.insert(id).second);
      EXPECT_EQ(id, only_record(subject, entity));
      EXPECT_EQ(id.text()[14], '8');
    }
  }
}

}  // namespace
}  // namespace velum
