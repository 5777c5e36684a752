#include "json/for_test.h"

namespace velum::json {
namespace {

TEST(Write, IsCompactAndKeepsOrderAndNumbers) {
  struct Case {
    std::string_view text, want;
  };
  static constexpr Case cases[] = {
      {"null", "null"},
      {" [ ] ", "[]"},
      {" { } ", "{}"},
      {R"({"b" : 12.75 , "a" : [ 1.0e+5, -0.0, 12345678901234567890123 ] })",
       R"({"b":12.75,"a":[1.0e+5,-0.0,12345678901234567890123]})"},
      {R"("\u0041\/\u00e9\u2028é")", "\"A/é\xE2\x80\xA8é\""},
      {R"("\"\\\b\f\n\r\t\u0000\u001f\u007f")", "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f\x7f\""},
      {R"({"\n":"\n"})", R"({"\n":"\n"})"},
  };
  for (const auto& [text, want] : cases) {
    EXPECT_EQ(written(parsed(text).root()), want);
  }
}

TEST(Write, Appends) {
  WipedText out;
  write_string("a", out);
  write_string("", out);
  EXPECT_EQ(view(out), R"("a""")");
}

}  // namespace
}  // namespace velum::json
