#include "profile/prospect_conversion.h"

#include <algorithm>
#include <array>

#include "schema/code_points.h"

namespace velum {
namespace {

using json::Member;
using json::Value;
using Members = std::vector<Member>;

bool same_name(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, ascii_lower, ascii_lower);
}

Members::iterator find(Members& members, std::string_view name) {
  return std::ranges::find_if(
      members, [name](const Member& member) { return same_name(member.name, name); });
}

struct Renaming {
  std::string_view from;
  std::string_view to;
};
constexpr Renaming address_names[] = {
    {"city", "locality"},       {"neighborhood", "localityAreaLevel1"},
    {"street", "route"},        {"number", "streetNumber"},
    {"reference", "nearly"},    {"state", "administrativeAreaLevel1"},
    {"country", "countryCode"}, {"geoCoordinate", "geoCoordinates"},
};
constexpr Renaming phone_names[] = {{"phone", "homePhone"}, {"phone", "cellPhone"}};

// A name that is taken stays with who has it; a null gives it up.
void rename(Members& members, const Renaming& renaming) {
  const auto from = find(members, renaming.from);
  if (from == members.end()) return;
  const auto to = find(members, renaming.to);
  if (to != members.end() && !to->value.is_null()) return;
  from->name = renaming.to;
  if (to != members.end()) members.erase(to);
}

template <std::size_t count>
void rename_all(Members& members, const Renaming (&renamings)[count]) {
  for (const Renaming& renaming : renamings) rename(members, renaming);
}

class Conversion {
 public:
  Conversion(std::size_t parts_max, ConvertedProspect& result)
      : parts_max_(parts_max), result_(result) {}

  // What is left of the prospect.
  Result<Value> profile_of(const Value& prospect) {
    members_.assign(prospect.members().begin(), prospect.members().end());
    TRY(take_all("availableAddresses", EntityId::address));
    TRY(take_all("contacts", EntityId::contact));
    TRY(take_one("invoiceSubject", EntityId::invoice_subject));
    take_payment_data();
    rename_all(members_, phone_names);
    return arena_.object(members_);
  }

 private:
  static Error not_an_object(std::string_view name) {
    return {ErrorCode::invalid_field, "a field has a value of the wrong type", std::string(name)};
  }

  Value take(std::string_view name) {
    const auto member = find(members_, name);
    if (member == members_.end()) return json::Arena::null();
    const Value value = member->value;
    members_.erase(member);
    return value;
  }

  void add(EntityId entity, const Value& document) {
    ConvertedPart& part = result_.parts.emplace_back();
    part.entity = entity;
    json::write(document, part.document);
  }

  Result<void> add_one(std::string_view name, EntityId entity, const Value& value) {
    if (!value.is_object()) return not_an_object(name);
    Members members(value.members().begin(), value.members().end());
    if (entity == EntityId::address) rename_all(members, address_names);
    add(entity, arena_.object(members));
    return {};
  }

  Result<void> take_one(std::string_view name, EntityId entity) {
    const Value value = take(name);
    return value.is_null() ? Result<void>() : add_one(name, entity, value);
  }

  Result<void> take_all(std::string_view name, EntityId entity) {
    const Value values = take(name);
    if (values.is_null()) return {};
    if (!values.is_array()) return not_an_object(name);
    if (values.items().size() > parts_max_) {
      return Error(ErrorCode::invalid_field, "there are more of these than a profile may have",
                   std::string(name));
    }
    for (const Value& value : values.items()) TRY(add_one(name, entity, value));
    return {};
  }

  void take_payment_data() {
    static constexpr std::string_view name = "paymentData";
    const Value data = take(name);
    if (data.is_null()) return;
    const std::array members{Member{name, data}};
    add(EntityId::purchase_info, arena_.object(members));
  }

  std::size_t parts_max_;
  ConvertedProspect& result_;
  json::Arena arena_;  // Outlives what profile_of() gives.
  Members members_;
};

}  // namespace

Result<ConvertedProspect> ProspectConversion::apply(const Rules& rules,
                                                    const InternalDocument& prospect) {
  const auto stored = json::Document::parse(prospect.text());
  if (!stored) return Error(ErrorCode::corrupt, "a stored document is not JSON");
  json::Arena arena;
  const Value kept = rules.prospect.retained(stored->root(), rules.age, arena).document;
  ConvertedProspect result;
  Conversion conversion(rules.parts_max, result);
  TRY_ASSIGN(const Value profile, conversion.profile_of(kept));
  TRY(rules.profile.validate(profile));
  json::write(profile, result.full);
  rules.profile.mask_document(rules.mask_style, profile, result.masked);
  TRY_ASSIGN(result.lookups_before, rules.prospect.lookup_values(stored->root()));
  TRY_ASSIGN(result.lookups_after, rules.profile.lookup_values(profile));
  return result;
}

}  // namespace velum
