#include "profile/entity_rules.h"

#include <algorithm>

#include "base/result.h"

namespace velum {
namespace {

std::string_view audit_name(EntityId entity) {
  switch (entity) {
    case EntityId::profile: return "Profile";
    case EntityId::prospect: return "Prospect";
    case EntityId::address: return "Address";
    case EntityId::purchase_info: return "PurchaseInfo";
    case EntityId::contact: return "Contacts";
    case EntityId::invoice_subject: return "InvoiceSubject";
    case EntityId::pickup_info: return "PickupInfo";
    case EntityId::consent: return "Consent";
  }
  VELUM_CHECK(false);
}

}  // namespace

Belonging belonging_of(EntityId entity) {
  switch (entity) {
    case EntityId::profile:
    case EntityId::prospect: return Belonging::itself;
    case EntityId::purchase_info: return Belonging::one_a_profile;
    case EntityId::address:
    case EntityId::contact:
    case EntityId::invoice_subject:
    case EntityId::pickup_info:
    case EntityId::consent: return Belonging::many_a_profile;
  }
  VELUM_CHECK(false);
}

RecordId only_record(Token subject, EntityId entity) {
  Uuid::Raw raw{};
  std::ranges::copy(subject.bytes(), raw.begin());
  raw[6] = static_cast<std::uint8_t>((raw[6] & 0x0F) | 0x80);
  raw[15] = static_cast<std::uint8_t>(raw[15] ^ static_cast<std::uint16_t>(entity));
  return RecordId(Uuid(raw));
}

std::string unmask_action(EntityId entity, Asked asked) {
  if (asked == Asked::conditions) return write_action("Validate", entity).append("Conditions");
  std::string action("Get");
  action.append(audit_name(entity));
  action.append(asked == Asked::version ? "VersionUnmasked" : "Unmasked");
  return action;
}

std::string write_action(std::string_view verb, EntityId entity) {
  return std::string(verb).append(audit_name(entity));
}

}  // namespace velum
