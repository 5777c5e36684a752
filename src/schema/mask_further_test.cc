#include <optional>
#include <random>

#include "schema/for_test.h"

namespace velum {
namespace {

std::string mask(const Schema& schema, MaskStyle style, std::string_view document) {
  WipedText out;
  schema.mask_document(style, parsed(document).root(), out);
  return std::string(view(out));
}

std::string further(const Schema& was, const Schema& now, MaskStyle style,
                    std::string_view rendition) {
  WipedText out;
  now.mask_further(style, was, parsed(rendition).root(), out);
  return std::string(view(out));
}

std::shared_ptr<const Schema> with_field(std::string_view field) {
  return compiled(R"({"properties":{"f":)" + std::string(field) + "}}");
}

TEST(MaskFurther, ShowsWhatTheStricterMarkDoes) {
  struct Case {
    std::string_view was, now, value, want;
  };
  static constexpr std::string_view clear = R"({"pii":false})";
  static constexpr std::string_view pii = R"({"pii":true})";
  static constexpr std::string_view fixed = R"({"pii":true,"mask":"fixed"})";
  static constexpr std::string_view texts = R"({"type":"string","pii":false})";
  static constexpr std::string_view numbers = R"({"type":"number","pii":false})";
  static constexpr std::string_view street =
      R"({"pii":true,"properties":{"street":{"pii":false}}})";
  static constexpr Case cases[] = {
      {clear, clear, R"("John Doe")", R"("John Doe")"},
      {clear, pii, R"("John Doe")", R"("J*** D**")"},
      {clear, fixed, R"("John Doe")", R"("J***")"},
      {pii, clear, R"("John Doe")", R"("J*** D**")"},
      {pii, pii, R"("John Doe")", R"("J*** D**")"},
      {pii, pii, R"("7")", R"("*")"},
      {fixed, fixed, R"("John Doe")", R"("J***")"},
      {fixed, pii, R"("John Doe")", R"("J***")"},
      {fixed, clear, R"("John Doe")", R"("J***")"},
      // How many words there are is more than "fixed" says.
      {pii, fixed, R"("John")", R"("***")"},
      {pii, fixed, R"("John Doe")", R"("***")"},
      {pii, fixed, R"("")", R"("")"},
      {clear, fixed, R"("")", R"("")"},
      {clear, pii, "41", "null"},
      {pii, clear, "41", "null"},
      {clear, clear, "12.750", "12.750"},
      {clear, pii, "null", "null"},
      {clear, pii, R"(["a",1])", "[]"},
      {pii, clear, R"(["a",1])", "[]"},
      {clear, pii, R"({"street":"Main"})", "{}"},
      {pii, clear, R"({"street":"Main"})", "{}"},
      {clear, street, R"({"street":"Main","city":"Rio"})", R"({"street":"M***","city":"R**"})"},
      {street, clear, R"({"street":"Main","city":"Rio"})", R"({"street":"M***","city":"R**"})"},
      {street, pii, R"({"street":"Main"})", "{}"},
      // Another type than declared is hidden, whatever the mark.
      {texts, numbers, R"("John")", R"("J***")"},
      {numbers, texts, R"("John")", R"("J***")"},
      {texts, numbers, "41", "null"},
  };
  for (const Case& c : cases) {
    const auto was = with_field(c.was);
    const auto now = with_field(c.now);
    const std::string document = R"({"f":)" + std::string(c.value) + "}";
    const std::string rendition = mask(*was, MaskStyle::documented, document);
    EXPECT_EQ(further(*was, *now, MaskStyle::documented, rendition),
              R"({"f":)" + std::string(c.want) + "}")
        << c.was << " then " << c.now << ": " << c.value;
  }
}

TEST(MaskFurther, ItemsAreHeldToTheirOwnMarks) {
  const auto was = with_field(R"({"type":"array","pii":false})");
  const auto now =
      with_field(R"({"type":"array","pii":false,"items":{"type":"string","pii":true}})");
  EXPECT_EQ(further(*was, *now, MaskStyle::documented, R"({"F":["John",7,["x"]]})"),
            R"({"F":["J***",null,[]]})");
  EXPECT_EQ(further(*now, *was, MaskStyle::documented, R"({"F":["J***",null,[]]})"),
            R"({"F":["J***",null,[]]})");
}

// What both marks allow, from the document and from what each schema alone would show of it.
class Oracle {
 public:
  explicit Oracle(json::Arena& arena) : arena_(arena) {}

  json::Value meet(const json::Value& real, const json::Value& old_mask,
                   const json::Value& new_mask) {
    switch (real.kind()) {
      case json::Kind::object: return members(real, old_mask, new_mask);
      case json::Kind::array: return items(real, old_mask, new_mask);
      case json::Kind::string: return text(real, old_mask, new_mask);
      default: return old_mask.is_null() ? old_mask : new_mask;
    }
  }

 private:
  json::Value members(const json::Value& real, const json::Value& old_mask,
                      const json::Value& new_mask) {
    if (old_mask.members().size() < real.members().size()) return old_mask;
    if (new_mask.members().size() < real.members().size()) return new_mask;
    std::vector<json::Member> met;
    for (std::size_t i = 0; i < real.members().size(); ++i) {
      met.push_back(
          {real.members()[i].name, meet(real.members()[i].value, old_mask.members()[i].value,
                                        new_mask.members()[i].value)});
    }
    return arena_.object(met);
  }
  json::Value items(const json::Value& real, const json::Value& old_mask,
                    const json::Value& new_mask) {
    if (old_mask.items().size() < real.items().size()) return old_mask;
    if (new_mask.items().size() < real.items().size()) return new_mask;
    std::vector<json::Value> met;
    for (std::size_t i = 0; i < real.items().size(); ++i) {
      met.push_back(meet(real.items()[i], old_mask.items()[i], new_mask.items()[i]));
    }
    return arena_.array(met);
  }
  json::Value text(const json::Value& real, const json::Value& old_mask,
                   const json::Value& new_mask) {
    if (old_mask.text() == real.text()) return new_mask;
    if (new_mask.text() == real.text() || new_mask.text() == old_mask.text()) return old_mask;
    const bool was_fixed = old_mask.text() == masked(MaskStyle::fixed, real.text());
    return was_fixed ? old_mask : arena_.string("***");
  }

  json::Arena& arena_;
};

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::string schema() { return R"({"properties":{)" + properties(2) + "}}"; }
  std::string object(int depth) {
    std::string text = "{";
    for (const char* name : {"a", "b", "C", "d", "e"}) {
      if (below(4) == 0) continue;
      text.append(text.size() == 1 ? "\"" : ",\"").append(name).append("\":").append(value(depth));
    }
    return text + "}";
  }
  MaskStyle style() { return below(2) == 0 ? MaskStyle::documented : MaskStyle::fixed; }

 private:
  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }

  std::string properties(int depth) {
    std::string text;
    for (const char* name : {"a", "b", "c", "d"}) {
      if (below(3) == 0) continue;
      text.append(text.empty() ? "\"" : ",\"").append(name).append("\":").append(field(depth));
    }
    return text;
  }
  std::string field(int depth) {
    std::string text = below(2) == 0 ? R"({"pii":false)" : R"({"pii":true)";
    if (below(2) == 0) {
      static constexpr const char* types[] = {"string", "number", "array", "object"};
      text.append(R"(,"type":[")").append(types[below(4)]);
      text.append(R"(",")").append(types[below(4)]).append("\"]");
    }
    if (below(2) == 0)
      text.append(below(2) == 0 ? R"(,"mask":"fixed")" : R"(,"mask":"documented")");
    if (depth > 0 && below(3) == 0) text.append(R"(,"properties":{)" + properties(depth - 1) + "}");
    if (depth > 0 && below(3) == 0) text.append(R"(,"items":)" + field(depth - 1));
    return text + "}";
  }
  std::string value(int depth) {
    // No text that is a mask itself: the oracle could not tell whether it was masked.
    static constexpr const char* scalars[] = {
        "null",        "true",   "12.750",        "0",
        R"("")",       R"("7")", R"("John Doe")", R"("ana@example.com")",
        R"("-- Zoë")", R"("É")", R"("a.b")"};
    const int kind = below(depth > 0 ? 10 : 7);
    if (kind < 7) return scalars[below(11)];
    if (kind < 9) return object(depth - 1);
    std::string text = "[";
    for (int count = below(4); count > 0; --count) {
      text.append(value(depth - 1)).append(count > 1 ? "," : "");
    }
    return text + "]";
  }

  std::mt19937 random_;
};

// Random documents and pairs of schemas: never more than either mark allows, and no less than both.
TEST(MaskFurther, ShowsWhatBothMarksAllow) {
  Generator generator(7);
  for (int round = 0; round < 20'000; ++round) {
    const std::string old_text = generator.schema();
    const std::string new_text = generator.schema();
    const auto was = compiled(old_text);
    const auto now = compiled(new_text);
    ASSERT_TRUE(was && now) << old_text << new_text;
    const MaskStyle style = generator.style();
    const std::string document = generator.object(3);
    const std::string rendition = mask(*was, style, document);
    const std::string fresh = mask(*now, style, document);
    json::Arena arena;
    const auto real = parsed(document);
    const auto old_mask = parsed(rendition);
    const auto new_mask = parsed(fresh);
    EXPECT_EQ(further(*was, *now, style, rendition),
              written(Oracle(arena).meet(real.root(), old_mask.root(), new_mask.root())))
        << old_text << "\n"
        << new_text << "\n"
        << document;
    EXPECT_EQ(further(*was, *was, style, rendition), rendition) << old_text << "\n" << document;
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace velum
