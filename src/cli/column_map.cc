#include "cli/column_map.h"

#include <algorithm>
#include <utility>

#include "cli/flat_toml.h"
#include "http/ascii.h"
#include "json/value.h"

namespace velum {
namespace {

struct BuiltIn {
  std::string_view column;
  std::string_view field;  // Empty: left out.
};

// Master Data's names, in lower case, where they are not the Profile System's. What is left out
// says something about the row in the old system, and nothing about the shopper.
constexpr BuiltIn built_in[] = {
    {"phone", "cellPhone"},
    {"tradename", "fancyName"},
    {"corporatedocument", "businessDocument"},
    {"pricetables", "priceTable"},
    {"id", ""},
    {"userid", ""},
    {"accountid", ""},
    {"accountname", ""},
    {"dataentityid", ""},
    {"createdby", ""},
    {"createdin", ""},
    {"updatedby", ""},
    {"updatedin", ""},
    {"lastinteractionby", ""},
    {"lastinteractionin", ""},
    {"followers", ""},
    {"tracking", ""},
    {"auto_filter", ""},
    {"dataserialization", ""},
};

// Fields that Velum knows: their spelling, and that they may be named in an error.
constexpr std::string_view known_fields[] = {
    "email",         "firstName", "lastName",         "document",     "documentType",
    "homePhone",     "cellPhone", "businessPhone",    "birthDate",    "gender",
    "corporateName", "fancyName", "businessDocument", "customerCode", "priceTable",
    "tags",
};

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), to_lower);
  return result;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::optional<std::string_view> known_field(std::string_view name) {
  for (const std::string_view field : known_fields) {
    if (equal_ignoring_case(field, name)) return field;
  }
  return std::nullopt;
}

Error repeated(std::string_view field) {
  return {ErrorCode::invalid_field, "two columns become the same field: leave one out with --map",
          std::string(known_field(field).value_or(""))};
}

// "a, b" as ["a","b"]: the one declared array that a cell can hold.
json::Value tags_of(std::string_view text, json::Arena& arena) {
  std::vector<json::Value> tags;
  while (!text.empty()) {
    const std::string_view tag = text.substr(0, text.find_first_of(",;"));
    text.remove_prefix(std::min(text.size(), tag.size() + 1));
    if (!trimmed(tag).empty()) tags.push_back(arena.string(trimmed(tag)));
  }
  return arena.array(tags);
}

// The members of a document on their way.
class DocumentBuilder {
 public:
  explicit DocumentBuilder(json::Arena& arena) : arena_(arena) {}

  Result<void> add(std::string_view field, json::Value value) {
    const bool empty = value.is_null() || (value.is_string() && value.text().empty());
    if (empty) return {};
    const bool held = std::any_of(
        members_.begin(), members_.end(),
        [field](const json::Member& member) { return equal_ignoring_case(member.name, field); });
    if (held) return repeated(field);
    if (field == "tags" && value.is_string()) value = tags_of(value.text(), arena_);
    members_.push_back({arena_.string(field).text(), value});
    return {};
  }

  WipedText write() const {
    WipedText text;
    json::write(arena_.object(members_), text);
    return text;
  }

 private:
  json::Arena& arena_;
  std::vector<json::Member> members_;
};

}  // namespace

Result<ColumnMap> ColumnMap::with(std::string_view toml) {
  ColumnMap map;
  TRY_ASSIGN(const auto lines, parse_flat_toml(toml));
  for (const auto& [column, field] : lines) map.given_[lower(column)] = field;
  return map;
}

std::optional<std::string> ColumnMap::field_of(std::string_view column) const {
  const std::string name = lower(trimmed(column));
  const auto as_field = [](std::string_view field) -> std::optional<std::string> {
    if (field.empty()) return std::nullopt;
    return std::string(known_field(field).value_or(field));
  };
  if (const auto given = given_.find(name); given != given_.end()) return as_field(given->second);
  for (const BuiltIn& rule : built_in) {
    if (rule.column == name) return as_field(rule.field);
  }
  return as_field(trimmed(column));
}

Result<WipedText> ColumnMap::document_of(const RawRecord& record,
                                         const std::vector<WipedText>& columns) const {
  if (record.problem) return *record.problem;
  if (columns.empty()) {
    TRY_ASSIGN(json::Document document, json::Document::parse(view(record.text)));
    if (!document.root().is_object()) {
      return Error(ErrorCode::invalid_argument, "a line of JSON Lines is one object");
    }
    DocumentBuilder builder(document.arena());
    for (const json::Member& member : document.root().members()) {
      if (const auto field = field_of(member.name)) TRY(builder.add(*field, member.value));
    }
    return builder.write();
  }
  VELUM_CHECK(record.cells.size() == columns.size());
  json::Arena arena;
  DocumentBuilder builder(arena);
  for (std::size_t index = 0; index < columns.size(); ++index) {
    const auto field = field_of(view(columns[index]));
    if (field) TRY(builder.add(*field, arena.string(view(record.cells[index]))));
  }
  return builder.write();
}

}  // namespace velum
