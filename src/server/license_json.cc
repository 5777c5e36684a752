#include "server/license_json.h"

#include <algorithm>

#include "json/json_text.h"
#include "schema/code_points.h"
#include "server/json_body.h"

namespace velum {
namespace {

constexpr std::size_t label_code_points_max = 100;
constexpr std::size_t reason_code_points_max = 512;
constexpr std::size_t list_count_max = 32;
constexpr std::size_t listed_size_max_bytes = 63;  // A role's key, or a network.
constexpr std::chrono::seconds overlap_default = std::chrono::hours(1);
constexpr std::uint32_t overlap_max_s = 30 * 24 * 3600;

Error invalid(Literal message) {
  return {ErrorCode::invalid_argument, message};
}

bool is_words(std::string_view text, std::size_t code_points_max) {
  const auto is_control = [](char letter) {
    return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F;
  };
  return count_code_points(text) <= code_points_max &&
         std::none_of(text.begin(), text.end(), is_control);
}

Result<std::string> label_of(const json::Value& value) {
  if (!value.is_string() || value.text().empty() ||
      !is_words(value.text(), label_code_points_max)) {
    return invalid("label is a text of 1 to 100 characters");
  }
  return std::string(value.text());
}

// Each once.
Result<std::vector<std::string>> texts_of(const json::Value& value, Literal otherwise) {
  if (!value.is_array() || value.items().size() > list_count_max) return invalid(otherwise);
  std::vector<std::string> texts;
  for (const json::Value& item : value.items()) {
    if (!item.is_string() || item.text().size() > listed_size_max_bytes) return invalid(otherwise);
    if (std::find(texts.begin(), texts.end(), item.text()) == texts.end()) {
      texts.emplace_back(item.text());
    }
  }
  return texts;
}

Result<std::vector<std::string>> networks_of(const json::Value& value) {
  static constexpr Literal otherwise =
      "allowedNetworks is a list of at most 32 networks, as 10.0.0.0/8 or 2001:db8::/32";
  TRY_ASSIGN(std::vector<std::string> networks, texts_of(value, otherwise));
  for (const std::string& network : networks) {
    if (!IpNetwork::parse(network)) return invalid(otherwise);
  }
  return networks;
}

// In one spelling.
Result<std::vector<std::string>> certificates_of(const json::Value& value) {
  static constexpr Literal otherwise =
      "clientCertificates is a list of at most 32 SHA-256 fingerprints, in hexadecimal";
  if (!value.is_array() || value.items().size() > list_count_max) return invalid(otherwise);
  std::vector<std::string> certificates;
  for (const json::Value& item : value.items()) {
    const auto hash = item.is_string() ? certificate_hash_of(item.text()) : std::nullopt;
    if (!hash) return invalid(otherwise);
    std::string text = to_hex(*hash);
    if (std::find(certificates.begin(), certificates.end(), text) == certificates.end()) {
      certificates.push_back(std::move(text));
    }
  }
  return certificates;
}

Result<std::string> default_reason_of(const json::Value& value) {
  if (value.is_null()) return std::string();
  if (!value.is_string() || !is_words(value.text(), reason_code_points_max)) {
    return invalid("defaultReason is null, or a text of at most 512 characters");
  }
  return std::string(value.text());
}

Result<std::optional<Instant>> expiry_of(const json::Value& value) {
  if (value.is_null()) return std::optional<Instant>();
  const auto instant = value.is_string() ? instant_of(value.text()) : std::nullopt;
  if (!instant) return invalid("expiresAt is null, or a time in UTC as 2027-01-31T00:00:00Z");
  return instant;
}

Result<void> read_member(const json::Member& member, AppKeyFields& fields) {
  if (member.name == "label") {
    TRY_ASSIGN(fields.label, label_of(member.value));
  } else if (member.name == "roles") {
    TRY_ASSIGN(fields.roles, texts_of(member.value, "roles is a list of at most 32 roles' keys"));
  } else if (member.name == "expiresAt") {
    TRY_ASSIGN(fields.expires_at, expiry_of(member.value));
  } else if (member.name == "allowedNetworks") {
    TRY_ASSIGN(fields.networks, networks_of(member.value));
  } else if (member.name == "clientCertificates") {
    TRY_ASSIGN(fields.certificates, certificates_of(member.value));
  } else if (member.name == "defaultReason") {
    TRY_ASSIGN(fields.default_reason, default_reason_of(member.value));
  } else {
    if (member.value.kind() != json::Kind::boolean) return invalid("isActive is true or false");
    fields.state = member.value.boolean() ? AppKeyState::active : AppKeyState::inactive;
  }
  return {};
}

std::string json_time(const std::optional<Instant>& instant) {
  return instant ? json_string(to_text(*instant)) : "null";
}

std::string json_list(std::string_view text) {
  std::vector<std::string> items;
  for (const std::string_view part : listed(text)) items.push_back(json_string(part));
  return json_array(items);
}

std::string_view state_name(const AppKeyRow& row, Instant now) {
  switch (row.state) {
    case AppKeyState::active: return is_expired(row, now) ? "expired" : "active";
    case AppKeyState::inactive: return "inactive";
    case AppKeyState::revoked: return "revoked";
  }
  VELUM_CHECK(false);
}

// Ids are the documented ones, where there are any.
struct ResourceText {
  std::string_view product, category, name;
  std::uint32_t id;
};
ResourceText text_of(Resource resource) {
  constexpr std::string_view profile_system = "Profile System";
  constexpr std::string_view license_manager = "License Manager";
  constexpr std::string_view control = "Services access control";
  switch (resource) {
    case Resource::get_item: return {profile_system, "Documents", "Get Item", 1479422};
    case Resource::put_item: return {profile_system, "Documents", "Save and Update Item", 1479648};
    case Resource::delete_item: return {profile_system, "Documents", "Delete Item", 1479726};
    case Resource::unmask_item: return {profile_system, "Documents", "Unmask Item", 0};
    case Resource::view_audit: return {"Audit", "General", "View Audit", 0};
    case Resource::view_app_keys: return {license_manager, control, "View API Keys", 1991888};
    case Resource::save_app_keys: return {license_manager, control, "Save API Keys", 0};
    case Resource::view_roles: return {license_manager, control, "View roles", 0};
    case Resource::save_roles: return {license_manager, control, "Save resource", 1080};
    case Resource::view_account: return {license_manager, control, "View account", 0};
    case Resource::unmask_policy: return {profile_system, "Documents", "Unmask Policy", 0};
    case Resource::view_users: return {license_manager, control, "View users", 0};
    case Resource::save_users: return {license_manager, control, "Save users", 0};
    case Resource::issue_user_tokens: return {license_manager, control, "Issue user tokens", 0};
    case Resource::manage_alerts: return {"Audit", "General", "Manage Alerts", 0};
    case Resource::request_unmask: return {profile_system, "Documents", "Request Unmask", 0};
    case Resource::approve_unmask: return {profile_system, "Documents", "Approve Unmask", 0};
    case Resource::break_glass: return {profile_system, "Documents", "Break Glass", 0};
    case Resource::issue_shopper_tokens:
      return {license_manager, control, "Issue shopper tokens", 0};
    case Resource::manage_checkout: return {"Checkout", "General", "Manage Checkout", 0};
    case Resource::view_orders: return {"OMS", "Orders", "View Orders", 0};
    case Resource::manage_orders: return {"OMS", "Orders", "Manage Orders", 0};
  }
  VELUM_CHECK(false);
}

}  // namespace

Result<AppKeyFields> app_key_fields_of(std::string_view body) {
  static constexpr std::string_view known[] = {
      "label",         "roles",   "expiresAt", "allowedNetworks", "clientCertificates",
      "defaultReason", "isActive"};
  TRY_ASSIGN(const json::Document document, object_of(body, known));
  AppKeyFields fields;
  for (const json::Member& member : document.root().members()) TRY(read_member(member, fields));
  return fields;
}

Result<RoleFields> role_fields_of(std::string_view body) {
  static constexpr std::string_view known[] = {"name", "resources"};
  TRY_ASSIGN(const json::Document document, object_of(body, known));
  const json::Value* name = document.root().find("name");
  const json::Value* resources = document.root().find("resources");
  if (name == nullptr || !name->is_string() || name->text().empty() ||
      !is_words(name->text(), label_code_points_max)) {
    return invalid("name is a text of 1 to 100 characters");
  }
  if (resources == nullptr) return invalid("a role has resources, if only []");
  RoleFields fields{std::string(name->text()), {}};
  TRY_ASSIGN(fields.grants, Grants::of(*resources));
  return fields;
}

Result<UnmaskPolicy> unmask_policy_of(std::string_view body) {
  static constexpr std::string_view known[] = {"allowedReasons", "grantApprovals"};
  TRY_ASSIGN(const json::Document document, object_of(body, known));
  const json::Value* reasons = document.root().find("allowedReasons");
  if (reasons == nullptr) return invalid("a policy has allowedReasons, if only null");
  UnmaskPolicy policy;
  TRY_ASSIGN(policy.reasons, AllowedReasons::of(*reasons));
  const json::Value* approvals = document.root().find("grantApprovals");
  if (approvals == nullptr) return policy;
  policy.grant_approvals = whole_number(approvals);
  if (policy.grant_approvals != 1U && policy.grant_approvals != 2U) {
    return invalid("grantApprovals is 1 or 2");
  }
  return policy;
}

Result<std::chrono::seconds> overlap_of(std::string_view body) {
  static constexpr std::string_view known[] = {"overlapSeconds"};
  if (body.empty()) return overlap_default;
  TRY_ASSIGN(const json::Document document, object_of(body, known));
  const json::Value* value = document.root().find("overlapSeconds");
  if (value == nullptr) return overlap_default;
  const auto seconds = whole_number(value);
  if (!seconds || *seconds > overlap_max_s) {
    return invalid("overlapSeconds is a whole number from 0 to 2592000");
  }
  return std::chrono::seconds(*seconds);
}

std::optional<Instant> instant_of(std::string_view text) {
  constexpr std::size_t to_seconds = 19;
  constexpr std::size_t fraction_digits = 7;
  if (text.size() <= to_seconds) return std::nullopt;
  std::string whole(text.substr(0, to_seconds));
  text.remove_prefix(to_seconds);
  std::string fraction;
  if (text.starts_with('.')) {
    const std::size_t end = std::min(text.find_first_of("Z+"), text.size());
    fraction = text.substr(1, end - 1);
    if (fraction.empty() || fraction.size() > fraction_digits) return std::nullopt;
    text.remove_prefix(end);
  }
  if (text != "Z" && text != "+00:00") return std::nullopt;
  fraction.resize(fraction_digits, '0');
  return parse_instant(whole.append(".").append(fraction).append("+00:00"));
}

std::string app_key_json(const AppKeyRow& row, Instant now) {
  const std::string_view state = state_name(row, now);
  const bool overlaps = row.older_ends_at && *row.older_ends_at > now;
  return json_object(
      {{"id", json_string(row.id.text())},
       {"appKey", json_string(row.app_key)},
       {"label", json_string(row.label)},
       {"createdIn", json_string(to_text(row.created_at))},
       {"isActive", state == "active" ? "true" : "false"},
       {"state", json_string(state)},
       {"roles", json_list(row.roles)},
       {"expiresAt", json_time(row.expires_at)},
       {"allowedNetworks", json_list(row.networks)},
       {"clientCertificates", json_list(row.certificates)},
       {"defaultReason", row.default_reason.empty() ? "null" : json_string(row.default_reason)},
       {"previousTokenEndsAt", json_time(overlaps ? row.older_ends_at : std::nullopt)}});
}

WipedText issued_key_json(const AppKeyRow& row, const Sensitive& token, Instant now) {
  WipedText out;
  append(out, R"({"appToken":")");
  append(out, token.text());
  append(out, R"(",)");
  append(out, std::string_view(app_key_json(row, now)).substr(1));
  return out;
}

std::string role_json(const Role& role) {
  return json_object({{"id", std::to_string(role.number)},
                      {"key", json_string(role.key)},
                      {"name", json_string(role.name)},
                      {"isAdmin", role.key == owner_role ? "true" : "false"},
                      {"isPredefined", role.number < custom_role_number_min ? "true" : "false"},
                      {"resources", role.grants.json()}});
}

std::string unmask_policy_json(const AccountAccess& access) {
  const AllowedReasons& reasons = access.allowed_reasons();
  const std::uint32_t approvals = access.rows().unmask_policy.grant_approvals;
  return json_object({{"allowedReasons", reasons.allow_any() ? "null" : reasons.stored_text()},
                      {"grantApprovals", std::to_string(approvals)}});
}

std::string resources_json() {
  std::vector<std::string> items;
  for (const Resource resource : all_resources) {
    const ResourceText text = text_of(resource);
    items.push_back(json_object({{"key", json_string(resource_name(resource))},
                                 {"id", text.id == 0 ? "null" : std::to_string(text.id)},
                                 {"product", json_string(text.product)},
                                 {"category", json_string(text.category)},
                                 {"name", json_string(text.name)},
                                 {"isOfEntities", is_of_entities(resource) ? "true" : "false"}}));
  }
  return json_array(items);
}

}  // namespace velum
