#include "schema/pii_values.h"

#include "schema/for_test.h"

namespace velum {
namespace {

std::string kinds_text(PiiKinds kinds) {
  std::string text;
  for (const PiiKind kind : all_pii_kinds) {
    if (kinds.has(kind)) text += (text.empty() ? "" : " ") + std::string(pii_kind_name(kind));
  }
  return text;
}

struct ValueCase {
  std::string_view json;
  std::string_view kinds;
  std::string_view masked;
};

TEST(PiiValues, FindsAndMasksAtAnyDepth) {
  static constexpr ValueCase cases[] = {
      {R"(null)", "", R"(null)"},
      {R"([true,1.5,"x",{}])", "", R"([true,1.5,"x",{}])"},
      {R"({"note":"gift for ana@example.com"})", "email", R"({"note":"gift for ***@*******.***"})"},
      {R"({"a":[{"b":{"c":["529.982.247-25"]}}],"d":"(11) 91234-5678"})", "phone cpf",
       R"({"a":[{"b":{"c":["***.***.***-**"]}}],"d":"(**) *****-****"})"},
      {R"({"cpf":52998224725,"n":12})", "cpf", R"({"cpf":"***********","n":12})"},
      {R"([4.111111111111111e15])", "card_number", R"(["*.******************"])"},
      {R"([-23.4111111111111111])", "", R"([-23.4111111111111111])"},
      {R"({"ana@example.com":{"x":1}})", "email", R"({"ana@example.com":{"x":1}})"},
      {R"({"52998224725":"GB29NWBK60161331926819"})", "cpf iban",
       R"({"52998224725":"**********************"})"},
  };
  for (const auto& [json, kinds, masked] : cases) {
    const json::Document document = parsed(json);
    json::Arena arena;
    const PiiMasked copy = mask_pii(document.root(), arena);
    EXPECT_EQ(kinds_text(copy.kinds), kinds) << json;
    EXPECT_EQ(kinds_text(pii_kinds_in(document.root())), kinds) << json;
    EXPECT_EQ(written(copy.value), masked);
  }
}

TEST(PiiValues, WhatWasMaskedHoldsNothingMore) {
  const json::Document document = parsed(R"({"a":["+5511912345678",{"b":123456789}],
    "c":"12345678Z X1234567L 123-45-6789 4111 1111 1111 1111 11.222.333/0001-81"})");
  json::Arena arena;
  const PiiMasked copy = mask_pii(document.root(), arena);
  EXPECT_EQ(kinds_text(copy.kinds), "phone cnpj nif dni nie ssn card_number");
  EXPECT_TRUE(pii_kinds_in(copy.value).is_empty()) << written(copy.value);
}

}  // namespace
}  // namespace velum
