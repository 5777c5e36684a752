// Promises, for any schema that compiles: a masked rendition is JSON of the same shape, and stays
// the same whatever stands in what is hidden, by a reading of the schema that knows nothing of
// ours. It is what the same schema allows to be shown of it again. A document that is taken holds
// no card number. A mask that is sent back changes nothing.

#include <memory>
#include <optional>
#include <vector>

#include "fuzz/fuzz.h"
#include "json/value.h"
#include "schema/card_data.h"
#include "schema/code_points.h"
#include "schema/field.h"
#include "schema/schema.h"

namespace velum {
namespace {

using json::Kind;
using json::Value;

std::string written(const Value& value) {
  WipedText out;
  json::write(value, out);
  return std::string(view(out));
}

std::string masked(const Schema& schema, MaskStyle style, const Value& document) {
  WipedText out;
  schema.mask_document(style, document, out);
  return std::string(view(out));
}

// What a schema's JSON says of a value. An undeclared one has none, and is personal.
struct Said {
  const Value* declaration = nullptr;
  bool personal = true;
};

bool names_kind(std::string_view type, Kind kind) {
  switch (kind) {
    case Kind::null: return type == "null";
    case Kind::boolean: return type == "boolean";
    case Kind::number: return type == "number" || type == "integer";
    case Kind::string: return type == "string";
    case Kind::array: return type == "array";
    case Kind::object: return type == "object";
  }
  return false;
}

bool has_declared_kind(const Said& said, const Value& value) {
  if (said.declaration == nullptr) return false;
  const Value* const type = said.declaration->find("type");
  if (type == nullptr) return true;
  if (type->is_string()) return names_kind(type->text(), value.kind());
  return std::any_of(type->items().begin(), type->items().end(),
                     [&](const Value& one) { return names_kind(one.text(), value.kind()); });
}

Said said_by(const Value& declaration, bool personal_otherwise) {
  const Value* const pii = declaration.find("pii");
  return {&declaration, pii == nullptr ? personal_otherwise : pii->boolean()};
}

Said said_of_member(const Value* schema, std::string_view name) {
  const Value* const properties = schema == nullptr ? nullptr : schema->find("properties");
  if (properties == nullptr) return {};
  for (const json::Member& property : properties->members()) {
    if (equal_ignoring_case(property.name, name)) return said_by(property.value, true);
  }
  return {};
}

// The same document with other contents wherever a masked read must show none.
class Stranger {
 public:
  explicit Stranger(json::Arena& arena) : arena_(arena) {}

  Value object(const Value* schema, const Value& object) {
    std::vector<json::Member> members;
    for (const json::Member& member : object.members()) {
      members.push_back({member.name, value(said_of_member(schema, member.name), member.value)});
    }
    return arena_.object(members);
  }

 private:
  Value value(const Said& said, const Value& value) {
    const bool fits = has_declared_kind(said, value);
    const bool hidden = said.personal || !fits;
    switch (value.kind()) {
      case Kind::null: return value;
      case Kind::boolean: return hidden ? json::Arena::boolean(!value.boolean()) : value;
      case Kind::number: return hidden ? arena_.number("7") : value;
      case Kind::string: return hidden ? arena_.string(other_text(value.text())) : value;
      case Kind::array: return hidden ? other_array(value) : array(said, value);
      case Kind::object: break;
    }
    const bool declares = fits && said.declaration->find("properties") != nullptr;
    if (hidden && !declares) return object(nullptr, arena_.object({}));
    return object(fits ? said.declaration : nullptr, value);
  }

  Value array(const Said& said, const Value& array) {
    const Value* const items = said.declaration->find("items");
    // Items that nothing is said of may be anything that the array's own mark allows.
    static const json::Document anything = *json::Document::parse("{}");
    const Said item = items == nullptr ? Said{&anything.root(), false} : said_by(*items, false);
    std::vector<Value> others;
    for (const Value& one : array.items()) others.push_back(value(item, one));
    return arena_.array(others);
  }

  Value other_array(const Value& array) {
    const std::vector<Value> others(array.items().size() + 1, arena_.string("other"));
    return arena_.array(others);
  }

  static std::string other_text(std::string_view text) {
    std::string other(text);
    for (std::size_t at = 1; at < text.size(); ++at) {
      const bool is_inside = is_ascii_alphanumeric(text[at]) && is_ascii_alphanumeric(text[at - 1]);
      if (is_inside) other[at] = text[at] == 'q' ? '7' : 'q';
    }
    return other;
  }

  json::Arena& arena_;
};

void check_masks(const Schema& schema, const Value& schema_json, const Value& document) {
  json::Arena arena;
  const Value stranger = Stranger(arena).object(&schema_json, document);
  for (const MaskStyle style : {MaskStyle::documented, MaskStyle::fixed}) {
    const std::string mask = masked(schema, style, document);
    VELUM_CHECK(masked(schema, style, stranger) == mask);
    const auto read = json::Document::parse(mask);
    VELUM_CHECK(read && read->root().members().size() == document.members().size());
    WipedText further;
    schema.mask_further(style, schema, read->root(), further);
    VELUM_CHECK(view(further) == mask);
    WipedText own;
    schema.mask_all_but(style, document, document, own);
    VELUM_CHECK(view(own) == written(document));
    // Who has sent nothing, or what a masked read shows, learns nothing by it.
    for (const Value& sent : {arena.object({}), read->root()}) {
      WipedText shown;
      schema.mask_all_but(style, document, sent, shown);
      VELUM_CHECK(view(shown) == mask);
    }
  }
}

// Phones and tax ids may look like card numbers, whatever their place.
void check_no_cards(std::string_view name, const Value& value) {
  const FieldMeaning meaning = meaning_of(name);
  const bool is_exempt = meaning == FieldMeaning::phone || meaning == FieldMeaning::tax_id;
  if (value.is_string() && !is_exempt) VELUM_CHECK(!holds_card_number(value.text()));
  if (value.is_array()) {
    for (const Value& item : value.items()) check_no_cards(name, item);
  } else if (value.is_object()) {
    for (const json::Member& member : value.members()) check_no_cards(member.name, member.value);
  }
}

// What was read masked and is written back as it was read.
void check_write_back(const Schema& schema, const Value& document) {
  json::Arena arena;
  // A patch says with null that a member goes: a document that holds one cannot be sent as a patch.
  if (!json::equal(json::merge_patch(arena.object({}), document, arena), document)) return;
  for (const MaskStyle style : {MaskStyle::documented, MaskStyle::fixed}) {
    const auto sent = json::Document::parse(masked(schema, style, document));
    VELUM_CHECK(sent.has_value() && schema.validate_patch(sent->root()));
    const auto kept = schema.without_masks(style, sent->root(), &document, arena);
    if (kept) VELUM_CHECK(json::equal(json::merge_patch(document, *kept, arena), document));
    if (!kept) VELUM_CHECK(written(document).find('*') != std::string::npos);
  }
}

}  // namespace
}  // namespace velum

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace velum;
  std::string_view input = fuzz::text_of(data, size);
  const std::string_view schema_text = fuzz::take_part(input, "\n---\n");
  const auto document = json::Document::parse(input);
  const bool is_default = schema_text == "default";
  static const std::shared_ptr<const Schema> profile = Schema::default_for(EntityId::profile);
  std::shared_ptr<const Schema> schema = profile;
  if (!is_default) {
    auto compiled = Schema::compile(EntityId::profile, 2, schema_text);
    if (!compiled) return 0;
    schema = *compiled;
  }
  if (!document || !document->root().is_object()) return 0;
  const auto schema_json = json::Document::parse(schema->text());
  check_masks(*schema, schema_json->root(), document->root());
  if (!schema->validate(document->root())) return 0;
  VELUM_CHECK(schema->validate_patch(document->root()));
  // A schema may say itself what is a phone.
  const bool by_name = written(schema_json->root()).find("\"normalise\"") == std::string::npos;
  if (by_name) check_no_cards("", document->root());
  if (is_default) check_write_back(*schema, document->root());
  return 0;
}
