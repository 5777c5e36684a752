#include "modules/checkout/person_fields.h"

#include <algorithm>
#include <array>
#include <vector>

#include "modules/json_read.h"

namespace velum {
namespace {

enum class Taken : std::uint8_t { text, flag, numbers, nothing };

// One member: as carts name it, and as a prospect, a profile or an address record does.
struct PersonName {
  std::string_view cart;
  std::string_view prospect;
  std::string_view record;
  Taken taken = Taken::text;
  bool nullable_in_orders = false;
};

constexpr PersonName client_names[] = {
    {"email", "email", "email"},
    {"firstName", "firstName", "firstName"},
    {"lastName", "lastName", "lastName"},
    {"document", "document", "document"},
    {"documentType", "documentType", "documentType"},
    {"phone", "phone", "homePhone"},
    {"corporateName", "corporateName", "corporateName", Taken::text, true},
    {"tradeName", "fancyName", "fancyName", Taken::text, true},
    {"corporateDocument", "businessDocument", "businessDocument", Taken::text, true},
    {"stateInscription", "stateInscription", "stateInscription", Taken::text, true},
    {"corporatePhone", "businessPhone", "businessPhone", Taken::text, true},
    {"isCorporate", "isPJ", "isPJ", Taken::flag},
};
// Carts show them, and clients send back what they were shown. They are about the cart.
constexpr std::string_view shown_of_client[] = {"profileCompleteOnLoading", "profileErrorOnLoading",
                                                "customerClass"};

constexpr PersonName address_names[] = {
    {"addressType", "addressType", "addressType"},
    {"receiverName", "receiverName", "receiverName"},
    {"addressId", "addressId", "addressId", Taken::nothing},
    {"postalCode", "postalCode", "postalCode"},
    {"city", "city", "locality"},
    {"state", "state", "administrativeAreaLevel1"},
    {"country", "country", "countryCode"},
    {"street", "street", "route"},
    {"number", "number", "streetNumber"},
    {"neighborhood", "neighborhood", "localityAreaLevel1"},
    {"complement", "complement", "complement", Taken::text, true},
    {"reference", "reference", "nearly", Taken::text, true},
    {"geoCoordinates", "geoCoordinates", "geoCoordinates", Taken::numbers},
};
constexpr std::string_view shown_of_address[] = {"isDisposable", "editable", "versionId",
                                                 "entityId", "contactId"};
constexpr std::array<std::string_view, 2> address_types{"residential", "pickup"};

// Whoever fills a cart is nobody yet: what they may fill it with has a bound.
constexpr std::size_t text_max_bytes = 512;
constexpr std::size_t numbers_max = 4;

Error not_documented(std::string_view what) {
  return {ErrorCode::invalid_field, "a member is not one that is documented of this",
          std::string(what)};
}

bool fits(const json::Value& value, Taken taken) {
  switch (taken) {
    case Taken::text: return value.is_string();
    case Taken::flag: return value.kind() == json::Kind::boolean;
    case Taken::numbers:
      return value.is_array() && value.items().size() <= numbers_max &&
             std::all_of(value.items().begin(), value.items().end(),
                         [](const json::Value& one) { return one.kind() == json::Kind::number; });
    case Taken::nothing: return true;
  }
  VELUM_CHECK(false);
}

// The members of `sent` in a prospect's names. A null is kept: it takes the member away.
Result<std::vector<json::Member>> renamed(const json::Value& sent,
                                          std::span<const PersonName> names,
                                          std::span<const std::string_view> shown,
                                          std::string_view what) {
  if (!sent.is_object()) {
    return Error(ErrorCode::invalid_field, "a field has a value of the wrong type",
                 std::string(what));
  }
  std::vector<json::Member> members;
  for (const json::Member& member : sent.members()) {
    if (std::find(shown.begin(), shown.end(), member.name) != shown.end()) continue;
    const auto* const name =
        std::find_if(names.begin(), names.end(), [&member](const PersonName& one) {
          return one.cart == member.name;
        }).base();
    if (name == names.data() + names.size()) return not_documented(what);
    if (name->taken == Taken::nothing) continue;
    if (!member.value.is_null() && !fits(member.value, name->taken)) {
      return Error(ErrorCode::invalid_field, "a field has a value of the wrong type",
                   std::string(name->cart));
    }
    if (member.value.is_string() && member.value.text().size() > text_max_bytes) {
      return Error(ErrorCode::invalid_field, "a field is too long", std::string(name->cart));
    }
    members.push_back({name->prospect, member.value});
  }
  return members;
}

void append_name(std::string_view name, WipedText& out) {
  if (out.back() != '{') out.push_back(',');
  json::write_string(name, out);
  out.push_back(':');
}

// A prospect's name or, once it is a profile or a record of its own, that one's: a phone is one of
// several there.
const json::Value* value_of(const json::Value* document, const PersonName& name) {
  if (document == nullptr) return nullptr;
  const json::Value* value = member_of(*document, name.prospect);
  if (value == nullptr) value = member_of(*document, name.record);
  if (value == nullptr && name.cart == "phone") value = member_of(*document, "cellPhone");
  return value;
}

enum class Absent : std::uint8_t { as_null, as_orders_have_it };

std::string_view nothing_of(const PersonName& name, Absent absent) {
  // A mask has no numbers left, and flags are not masked.
  if (name.taken == Taken::numbers) return "[]";
  if (name.taken == Taken::flag) return "false";
  const bool is_empty = absent == Absent::as_orders_have_it && !name.nullable_in_orders;
  return is_empty ? R"("")" : "null";
}

void append_members(const json::Value* document, std::span<const PersonName> names, Absent absent,
                    WipedText& out) {
  for (const PersonName& name : names) {
    append_name(name.cart, out);
    const json::Value* value = value_of(document, name);
    if (value == nullptr) {
      append(out, nothing_of(name, absent));
    } else {
      json::write(*value, out);
    }
  }
}

}  // namespace

Result<WipedText> prospect_of_client(const json::Value& client) {
  TRY_ASSIGN(const std::vector<json::Member> members,
             renamed(client, client_names, shown_of_client, "clientProfileData"));
  json::Arena arena;
  WipedText patch;
  json::write(arena.object(members), patch);
  return patch;
}

// The address is written whole, so that a null takes nothing away: it says nothing.
Result<WipedText> prospect_of_address(const json::Value& address, std::string_view address_id) {
  TRY_ASSIGN(std::vector<json::Member> members,
             renamed(address, address_names, shown_of_address, "address"));
  TRY_ASSIGN(const auto type, text_member(address, "addressType", 20));
  const bool is_known =
      !type || std::find(address_types.begin(), address_types.end(), *type) != address_types.end();
  if (!is_known) {
    return Error(ErrorCode::invalid_field, "this is no type that addresses have", "addressType");
  }
  std::erase_if(members, [](const json::Member& member) { return member.value.is_null(); });
  json::Arena arena;
  members.push_back({"addressId", arena.string(address_id)});
  const json::Value one = arena.object(members);
  const json::Member list{"availableAddresses", arena.array({&one, 1})};
  WipedText patch;
  json::write(arena.object({&list, 1}), patch);
  return patch;
}

void append_client(const json::Value* person, WipedText& out) {
  out.push_back('{');
  append_members(person, client_names, Absent::as_null, out);
  append_name("profileCompleteOnLoading", out);
  const bool is_complete = person != nullptr && member_of(*person, "email") != nullptr &&
                           member_of(*person, "lastName") != nullptr;
  append(out, is_complete ? "true" : "false");
  append(out, R"(,"profileErrorOnLoading":false,"customerClass":null})");
}

void append_cart_address(const json::Value& address, WipedText& out) {
  out.push_back('{');
  append_members(&address, address_names, Absent::as_null, out);
  append(out, R"(,"isDisposable":false,"editable":true})");
}

void append_order_client(const json::Value* person, WipedText& out) {
  append_members(person, client_names, Absent::as_orders_have_it, out);
}

void append_order_address(const json::Value* address, WipedText& out) {
  append_members(address, address_names, Absent::as_orders_have_it, out);
}

bool is_address_as_shown(const json::Value& sent, const json::Value& known) {
  for (const PersonName& name : address_names) {
    const json::Value* value = member_of(sent, name.cart);
    const bool is_empty = value != nullptr && value->is_array() && value->items().empty();
    if (value == nullptr || is_empty) continue;
    const json::Value* shown = value_of(&known, name);
    if (shown == nullptr || !json::equal(*value, *shown)) return false;
  }
  return true;
}

const json::Value* prospect_address(const json::Value* person, std::string_view address_id) {
  if (person == nullptr || address_id.empty()) return nullptr;
  const json::Value* list = member_of(*person, "availableAddresses");
  if (list == nullptr || !list->is_array()) return nullptr;
  for (const json::Value& one : list->items()) {
    const json::Value* id = one.is_object() ? member_of(one, "addressId") : nullptr;
    if (id != nullptr && id->is_string() && id->text() == address_id) return &one;
  }
  return nullptr;
}

}  // namespace velum
