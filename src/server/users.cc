#include "server/users.h"

#include <algorithm>
#include <charconv>

#include "access/app_keys.h"
#include "access/roles.h"
#include "json/json_text.h"
#include "json/value.h"
#include "schema/code_points.h"
#include "schema/normalise.h"
#include "server/json_body.h"

namespace velum {
namespace {

constexpr std::size_t name_code_points_max = 100;
constexpr std::size_t roles_count_max = 32;

Error invalid_user(Literal message) {
  return {ErrorCode::invalid_argument, message};
}

Result<Sensitive> name_of(const json::Value& value) {
  const std::string_view text = value.is_string() ? value.text() : std::string_view();
  const bool has_control = std::any_of(text.begin(), text.end(), [](char letter) {
    return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F;
  });
  if (text.empty() || has_control || count_code_points(text) > name_code_points_max) {
    return invalid_user("name is a text of 1 to 100 characters");
  }
  return Sensitive(text);
}

Result<std::vector<std::string>> role_keys_of(const json::Value& value) {
  static constexpr Literal otherwise = "roles is a list of at most 32 roles' keys";
  if (!value.is_array() || value.items().size() > roles_count_max) return invalid_user(otherwise);
  std::vector<std::string> keys;
  for (const json::Value& item : value.items()) {
    if (!item.is_string() || !is_role_key(item.text())) return invalid_user(otherwise);
    if (std::find(keys.begin(), keys.end(), item.text()) == keys.end()) {
      keys.emplace_back(item.text());
    }
  }
  return keys;
}

// A key for one person alone: it is bound to the user's id.
Place place_of(PrincipalId id) {
  Place place;
  place.record = RecordId(id.uuid());
  return place;
}

Result<Bytes> sealed(const UserRow& row, const Vault& vault, std::string_view email,
                     std::string_view name) {
  WipedText text;
  append(text, R"({"email":)");
  json::write_string(email, text);
  append(text, R"(,"name":)");
  json::write_string(name, text);
  append(text, "}");
  return vault.seal_masked({row.wrapped_key, {}}, place_of(row.id), view(text));
}

Sensitive text_in(const json::Value& object, std::string_view name) {
  const json::Value* value = object.is_object() ? object.find(name) : nullptr;
  return Sensitive(value != nullptr && value->is_string() ? value->text() : std::string_view());
}

}  // namespace

Result<NewUser> new_user_of(std::string_view body) {
  static constexpr std::string_view known[] = {"email", "name", "roles"};
  TRY_ASSIGN(const json::Document document, object_of(body, known));
  const json::Value* email = document.root().find("email");
  const json::Value* name = document.root().find("name");
  const json::Value* roles = document.root().find("roles");
  if (email == nullptr || !email->is_string()) return invalid_user("a user has an email");
  if (name == nullptr) return invalid_user("a user has a name");
  TRY_ASSIGN(Sensitive text, name_of(*name));
  NewUser user{Sensitive(email->text()), std::move(text), {}};
  if (roles != nullptr) {
    TRY_ASSIGN(user.roles, role_keys_of(*roles));
  }
  return user;
}

Result<UserFields> user_fields_of(std::string_view body) {
  static constexpr std::string_view known[] = {"name", "isActive"};
  TRY_ASSIGN(const json::Document document, object_of(body, known));
  UserFields fields;
  if (const json::Value* name = document.root().find("name")) {
    TRY_ASSIGN(fields.name, name_of(*name));
  }
  if (const json::Value* is_active = document.root().find("isActive")) {
    if (is_active->kind() != json::Kind::boolean) return invalid_user("isActive is true or false");
    fields.state = is_active->boolean() ? UserState::active : UserState::inactive;
  }
  return fields;
}

Result<std::vector<std::uint32_t>> role_numbers_of(std::string_view body) {
  static constexpr Literal otherwise = "send a list of at most 32 roles' ids, which are numbers";
  if (body.size() > 64 << 10) return Error(ErrorCode::too_large, "a body here has at most 64 KiB");
  TRY_ASSIGN(const json::Document document, json::Document::parse(body));
  const json::Value& list = document.root();
  if (!list.is_array() || list.items().size() > roles_count_max) return invalid_user(otherwise);
  std::vector<std::uint32_t> numbers;
  for (const json::Value& item : list.items()) {
    if (item.kind() != json::Kind::number) return invalid_user(otherwise);
    const std::string_view text = item.text();
    std::uint32_t number = 0;
    const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || stop != text.data() + text.size()) return invalid_user(otherwise);
    numbers.push_back(number);
  }
  return numbers;
}

Result<UserRow> make_user(const Vault& vault, const NewUser& user, const Clock& clock,
                          Random& random) {
  TRY_ASSIGN(const Sensitive email, normalise_value(FieldMeaning::email, user.email.text()));
  if (!is_email(email.text())) return Error(ErrorCode::invalid_field, "email is no e-mail");
  UserRow row;
  row.account = vault.account().id;
  row.id = PrincipalId::random(random);
  row.created_at = clock.now();
  const Sha256Digest digest =
      vault.lookup_digest({"staff.email", normaliser_version, email.text()});
  row.email_digest.assign(digest.begin(), digest.end());
  TRY_ASSIGN(WrappedRecordKeys keys, vault.make_record_keys(place_of(row.id)));
  row.wrapped_key = std::move(keys.masked);
  TRY_ASSIGN(row.sealed, sealed(row, vault, email.text(), user.name.text()));
  return row;
}

Result<void> rename(UserRow& row, const Vault& vault, const Sensitive& name) {
  TRY_ASSIGN(const UserDetails details, details_of(row, vault));
  TRY_ASSIGN(row.sealed, sealed(row, vault, details.email.text(), name.text()));
  return {};
}

Result<UserDetails> details_of(const UserRow& row, const Vault& vault) {
  TRY_ASSIGN(const Sensitive text,
             vault.open_masked({row.wrapped_key, {}}, place_of(row.id), row.sealed));
  const auto document = json::Document::parse(text.text());
  if (!document) return Error(ErrorCode::corrupt, "what is sealed of a user is not readable");
  return UserDetails{text_in(document->root(), "email"), text_in(document->root(), "name")};
}

WipedText user_json(const UserRow& row, const UserDetails& details) {
  std::vector<std::string> roles;
  for (const std::string_view role : listed(row.roles)) roles.push_back(json_string(role));
  WipedText out;
  append(out, R"({"id":")");
  append(out, row.id.text());
  append(out, R"(","email":)");
  json::write_string(details.email.text(), out);
  append(out, R"(,"name":)");
  json::write_string(details.name.text(), out);
  append(out, R"(,"isActive":)");
  append(out, row.state == UserState::active ? "true" : "false");
  append(out, R"(,"createdIn":)");
  append(out, json_string(to_text(row.created_at)));
  append(out, R"(,"roles":)");
  append(out, json_array(roles));
  append(out, "}");
  return out;
}

}  // namespace velum
