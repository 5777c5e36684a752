#include "json/for_test.h"

namespace velum::json {
namespace {

TEST(MergePatch, IsRfc7396s) {
  struct Case {
    std::string_view target, patch, want;
  };
  static constexpr Case cases[] = {
      // Appendix A.
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
      {R"({"a":"b"})", R"({"a":null})", R"({})"},
      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
      {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
      {R"({"a":"foo"})", "null", "null"},
      {R"({"a":"foo"})", R"("bar")", R"("bar")"},
      {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
      {"[1,2]", R"({"a":"b","c":null})", R"({"a":"b"})"},
      {"{}", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
      // Order stays, names are exact, nulls inside arrays are data.
      {R"({"a":1,"b":{"c":2,"d":3},"e":4})", R"({"e":5,"b":{"c":0}})",
       R"({"a":1,"b":{"c":0,"d":3},"e":5})"},
      {R"({"a":1})", R"({"A":2})", R"({"a":1,"A":2})"},
      {R"({"a":[1]})", R"({"a":[null]})", R"({"a":[null]})"},
      {"null", "{}", "{}"},
  };
  for (const auto& [target, patch, want] : cases) {
    const Document left = parsed(target);
    const Document right = parsed(patch);
    Arena arena;
    EXPECT_EQ(written(merge_patch(left.root(), right.root(), arena)), want)
        << target << " + " << patch;
  }
}

TEST(MergePatch, WideObjectsMergeByName) {
  std::string target = "{\"x\":0";
  std::string patch = "{\"y\":0";
  for (int i = 0; i < 50'000; ++i) {
    const std::string name = ",\"n" + std::to_string(i) + "\":";
    target.append(name).append("1");
    patch.append(name).append(i % 2 == 0 ? "null" : "2");
  }
  const Document left = parsed(target.append("}"));
  const Document right = parsed(patch.append("}"));
  Arena arena;
  const Value merged = merge_patch(left.root(), right.root(), arena);
  EXPECT_EQ(merged.members().size(), 25'002U);
  EXPECT_EQ(merged.find("n1")->text(), "2");
  EXPECT_EQ(merged.find("n2"), nullptr);
}

}  // namespace
}  // namespace velum::json
