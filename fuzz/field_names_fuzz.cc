// Promises, for any text in ?fields= and any document: names that are taken are the schema's own,
// say the same when they are sent back, and are all that is shown besides what a masked read shows.

#include <memory>
#include <vector>

#include "fuzz/fuzz.h"
#include "json/value.h"
#include "schema/code_points.h"
#include "schema/field_names.h"
#include "schema/schema.h"

namespace velum {
namespace {

using json::Value;
using Names = std::vector<std::string>;

std::string written(const Value& value) {
  WipedText out;
  json::write(value, out);
  return std::string(view(out));
}

// Each byte that was declared ignoring case, and none else.
void check_names(const Schema& schema, const Names& names) {
  VELUM_CHECK(!names.empty() && names.size() <= field_names_max);
  std::string list;
  for (const std::string& name : names) {
    VELUM_CHECK(&name == names.data() || *(&name - 1) < name);
    list.append(list.empty() ? "" : ",").append(name);
    const std::size_t dot = name.find('.');
    const Field* const field = schema.rules().find(name.substr(0, dot));
    VELUM_CHECK(field != nullptr && (dot == std::string::npos || field->children != nullptr));
  }
  const auto again = declared_fields(schema.rules(), list);
  VELUM_CHECK(again && *again == names);
}

bool is_named(const Names& names, std::string_view path) {
  for (const std::string& name : names) {
    if (equal_ignoring_case(name, path)) return true;
  }
  return false;
}

// `path` is that of `shown`, with a dot behind it, or empty.
void check_shown(const Names& names, const std::string& path, const Value& shown,
                 const Value& masked, const Value& document) {
  VELUM_CHECK(shown.members().size() == document.members().size());
  for (const json::Member& member : shown.members()) {
    const Value* const whole = document.find(member.name);
    const Value* const hidden = masked.find(member.name);
    VELUM_CHECK(whole != nullptr);
    const std::string own = path + std::string(member.name);
    if (is_named(names, own)) {
      VELUM_CHECK(json::equal(member.value, *whole));
    } else if (hidden != nullptr && written(member.value) == written(*hidden)) {
      continue;
    } else {
      VELUM_CHECK(member.value.is_object() && whole->is_object());
      static const json::Document nothing = *json::Document::parse("{}");
      const bool has_mask = hidden != nullptr && hidden->is_object();
      json::Arena arena;
      std::vector<json::Member> same;
      for (const json::Member& one : whole->members()) {
        if (member.value.find(one.name) != nullptr) same.push_back(one);
      }
      check_shown(names, own + ".", member.value, has_mask ? *hidden : nothing.root(),
                  arena.object(same));
    }
  }
}

}  // namespace
}  // namespace velum

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace velum;
  static const std::shared_ptr<const Schema> schemas[] = {
      Schema::default_for(EntityId::profile), Schema::default_for(EntityId::purchase_info)};
  std::string_view input = fuzz::text_of(data, size);
  const Schema& schema = *schemas[fuzz::take_byte(input) % 2];
  const auto names = declared_fields(schema.rules(), fuzz::take_part(input, "\n"));
  if (!names) return 0;
  check_names(schema, *names);
  const auto document = json::Document::parse(input);
  if (!document || !document->root().is_object()) return 0;
  WipedText shown;
  WipedText masked;
  schema.mask_all_but_fields(MaskStyle::documented, document->root(), *names, shown);
  schema.mask_document(MaskStyle::documented, document->root(), masked);
  const auto shown_json = json::Document::parse(view(shown));
  const auto masked_json = json::Document::parse(view(masked));
  VELUM_CHECK(shown_json && masked_json);
  check_shown(*names, "", shown_json->root(), masked_json->root(), document->root());
  return 0;
}
