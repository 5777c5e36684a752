#include "server/import_row_text.h"

#include <algorithm>
#include <array>

#include "profile/entity_rules.h"

namespace velum {
namespace {

Error wrong(Literal what) {
  return {ErrorCode::invalid_argument, what};
}

bool has_only(const json::Value& object, std::span<const std::string_view> names) {
  return std::ranges::all_of(object.members(), [names](const json::Member& member) {
    return std::ranges::find(names, member.name) != names.end();
  });
}

// Absent, or of another kind: told apart by is_there().
const json::Value* member(const json::Value& object, std::string_view name, json::Kind kind) {
  const json::Value* value = object.find(name);
  return value != nullptr && value->kind() == kind ? value : nullptr;
}
bool is_there(const json::Value& object, std::string_view name) {
  return object.find(name) != nullptr;
}

WipedText written(const json::Value& value) {
  WipedText text;
  json::write(value, text);
  return text;
}

Result<ImportedPart> read_part(const json::Value& value) {
  constexpr std::array<std::string_view, 3> names{"entity", "key", "document"};
  if (!value.is_object() || !has_only(value, names)) {
    return wrong("a part has an entity, a document and perhaps a key, and nothing else");
  }
  const json::Value* name = member(value, "entity", json::Kind::string);
  const auto entity = entity_named(name != nullptr ? name->text() : "");
  if (!entity || belonging_of(*entity) != Belonging::many_a_profile) {
    return wrong("a part's entity is one of which a profile has many");
  }
  const json::Value* key = member(value, "key", json::Kind::string);
  if (key == nullptr && is_there(value, "key")) return wrong("a part's key is a text");
  const json::Value* document = member(value, "document", json::Kind::object);
  if (document == nullptr) return wrong("a part's document is an object");
  return ImportedPart{*entity, key != nullptr ? key->text() : "", written(*document)};
}

Result<void> read_parts(const json::Value& root, ImportedRow& row) {
  const json::Value* parts = member(root, "parts", json::Kind::array);
  if (parts == nullptr) {
    if (is_there(root, "parts")) return wrong("a row's parts are an array");
    return {};
  }
  if (parts->items().size() > ImportedRow::parts_max) return wrong("a row has at most 500 parts");
  for (const json::Value& value : parts->items()) {
    TRY_ASSIGN(ImportedPart part, read_part(value));
    row.parts.push_back(std::move(part));
  }
  return {};
}

}  // namespace

Result<ImportedRow> read_import_row(std::string_view text) {
  TRY_ASSIGN(json::Document document, json::Document::parse(text));
  ImportedRow row{std::move(document), {}, {}, {}};
  const json::Value& root = row.text.root();
  constexpr std::array<std::string_view, 3> names{"profile", "email", "parts"};
  if (!root.is_object() || !has_only(root, names)) {
    return wrong("a row has a profile or an email, and parts, and nothing else");
  }
  if (is_there(root, "profile") == is_there(root, "email")) {
    return wrong("a row has either a profile or the email of one");
  }
  if (is_there(root, "profile")) {
    const json::Value* profile = member(root, "profile", json::Kind::object);
    if (profile == nullptr) return wrong("a row's profile is an object");
    row.profile = written(*profile);
    const json::Value* email = member(*profile, "email", json::Kind::string);
    if (email != nullptr) row.email = email->text();
  } else {
    const json::Value* email = member(root, "email", json::Kind::string);
    if (email == nullptr) return wrong("a row's email is a text");
    row.email = email->text();
  }
  TRY(read_parts(root, row));
  if (!row.profile && row.parts.empty()) return wrong("a row with an email has parts");
  return row;
}

}  // namespace velum
