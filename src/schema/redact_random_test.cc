// Random documents: one that is masked stays as it is when it is masked again, so that an old
// rendition may be masked further without its class P being opened.

#include <algorithm>
#include <iterator>
#include <random>
#include <vector>

#include "schema/for_test.h"

namespace velum {
namespace {

constexpr std::string_view mixed_schema = R"({
  "properties": {
    "email": {"type": "string", "pii": true, "mask": "documented"},
    "gender": {"type": "string", "pii": false},
    "phone": {"type": "string", "pii": true, "mask": "fixed"},
    "isPJ": {"type": "boolean", "pii": false},
    "tags": {"type": "array", "items": {"type": "string", "pii": true}, "pii": false},
    "contacts": {"type": "array", "pii": false, "items": {"type": "object",
      "properties": {"email": {"type": "string"}, "tags": {"type": "array", "pii": false}}}},
    "paymentData": {"type": ["object", "null"], "pii": true,
      "properties": {"gender": {"type": ["string", "number"], "pii": false}}}
  }
})";

class RandomDocument {
 public:
  json::Value next(json::Arena& arena) { return object(arena, 0); }

 private:
  unsigned below(unsigned count) { return static_cast<unsigned>(random_() % count); }

  json::Value value(json::Arena& arena, unsigned depth) {
    static constexpr std::string_view texts[] = {
        "",    "7",    "Ana",      "Ana Lu", "ana@example.com", "J***",  "*",      "***",
        "A-B", "7*-x", "山田太郎", "😀",      "\u0301",          "a\r\n", "\u0600", "20200-000"};
    static constexpr std::string_view numbers[] = {"0", "-1.50", "41", "1e3"};
    switch (below(depth < 4 ? 9 : 6)) {
      case 0: return json::Arena::null();
      case 1: return json::Arena::boolean(below(2) == 0);
      case 2: return arena.number(numbers[below(std::size(numbers))]);
      case 6:
      case 7: return object(arena, depth + 1);
      case 8: return array(arena, depth + 1);
      default: return arena.string(texts[below(std::size(texts))]);
    }
  }

  json::Value object(json::Arena& arena, unsigned depth) {
    static constexpr std::string_view names[] = {
        "email",    "Email2",         "firstName",   "gender",    "phone", "isPJ",
        "tags",     "contacts",       "paymentData", "birthDate", "nick",  "availableAddresses",
        "document", "invoiceSubject", "bin",         "isExpired", "city",  "availableAccounts"};
    std::vector<json::Member> members;
    for (const std::string_view name : names) {
      if (below(4) == 0) members.push_back({name, value(arena, depth)});
    }
    return arena.object(members);
  }

  json::Value array(json::Arena& arena, unsigned depth) {
    std::vector<json::Value> items;
    for (unsigned count = below(4); count > 0; --count) items.push_back(value(arena, depth));
    return arena.array(items);
  }

  std::mt19937 random_{7};
};

std::string masked_text(const Schema& schema, MaskStyle style, const json::Value& document) {
  WipedText out;
  schema.mask_document(style, document, out);
  return std::string(view(out));
}

// Is `further` the same document, with some texts shown less of?
bool shows_no_more(const json::Value& further, const json::Value& masked) {
  if (further.kind() != masked.kind()) return false;
  if (further.is_string() && further.text() == "***") return !masked.text().empty();
  if (further.is_array()) {
    return std::ranges::equal(further.items(), masked.items(), shows_no_more);
  }
  if (!further.is_object()) return json::equal(further, masked);
  return std::ranges::equal(
      further.members(), masked.members(), [](const json::Member& left, const json::Member& right) {
        return left.name == right.name && shows_no_more(left.value, right.value);
      });
}

TEST(MaskOfRandomDocument, IsItsOwnMask) {
  const std::shared_ptr<const Schema> schemas[] = {Schema::default_for(EntityId::profile),
                                                   Schema::default_for(EntityId::prospect),
                                                   compiled(mixed_schema)};
  RandomDocument random;
  for (int i = 0; i < many_values / 20; ++i) {
    const Schema& schema = *schemas[static_cast<std::size_t>(i) % std::size(schemas)];
    json::Arena arena;
    const json::Value document = random.next(arena);
    SCOPED_TRACE(written(document));
    const std::string documented = masked_text(schema, MaskStyle::documented, document);
    const std::string fixed = masked_text(schema, MaskStyle::fixed, document);
    const json::Document documented_json = parsed(documented);
    const json::Document fixed_json = parsed(fixed);
    ASSERT_EQ(masked_text(schema, MaskStyle::documented, documented_json.root()), documented);
    ASSERT_EQ(masked_text(schema, MaskStyle::fixed, fixed_json.root()), fixed);
    ASSERT_EQ(masked_text(schema, MaskStyle::documented, fixed_json.root()), fixed);
    const std::string further = masked_text(schema, MaskStyle::fixed, documented_json.root());
    ASSERT_TRUE(shows_no_more(parsed(further).root(), fixed_json.root())) << further;
  }
}

}  // namespace
}  // namespace velum
