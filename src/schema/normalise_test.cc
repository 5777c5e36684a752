#include "schema/normalise.h"

#include "schema/for_test.h"

namespace velum {
namespace {

std::string normalised(FieldMeaning meaning, std::string_view value) {
  const auto result = normalise_value(meaning, value);
  if (!result) return "(refused)";
  const auto again = normalise_value(meaning, result->text());
  EXPECT_TRUE(again && again->text() == result->text()) << "not idempotent: " << value;
  return std::string(result->text());
}

TEST(Normalise, GivesOneSpelling) {
  using enum FieldMeaning;
  struct Case {
    FieldMeaning meaning;
    std::string_view value, want;
  };
  static constexpr Case cases[] = {
      {email, "john@example.com", "john@example.com"},
      {email, "  John.DOE@Example.COM\t", "john.doe@example.com"},
      {email, "\xC2\xA0john@example.com\xE3\x80\x80", "john@example.com"},
      {email, "JOA\xCC\x83O@example.com", "joão@example.com"},
      {email, "john+tag@example.com", "john+tag@example.com"},
      {tax_id, "123.456.789-11", "12345678911"},
      {tax_id, "12.abc.345/01de-35", "12ABC34501DE35"},
      {tax_id, "１２３ 456", "123456"},
      {tax_id, "---", ""},
      {phone, "+55 (11) 98765-4321", "+5511987654321"},
      {phone, "(11) 98765-4321", "11987654321"},
      {phone, "tel +1", "+1"},
      {phone, "1+1", "11"},
      {phone, "+", ""},
      {text, "  Ana   Maria\n Souza ", "ana maria souza"},
      {text, "STRASSE", "strasse"},
      {text, "Straße", "strasse"},
      {text, "JOSE\xCC\x81", "josé"},
      {text, "İstanbul", "i\xCC\x87stanbul"},
      {text, "   ", ""},
      {text, "a\xFF", "(refused)"},
      {tax_id, "1\xFF", "(refused)"},
      {phone, "1\xC3", "(refused)"},
  };
  for (const auto& [meaning, value, want] : cases) {
    EXPECT_EQ(normalised(meaning, value), want) << value;
  }
}

// The time to order them grows with the square of their number: of a megabyte it is hours.
TEST(Normalise, RefusesMarksWithoutEndAtOnce) {
  std::string marks("a");
  for (int count = 0; count < 4'000; ++count) marks.append("\xCC\x81");
  for (int count = 0; count < 4'000; ++count) marks.append("\xCC\xA3");
  using enum FieldMeaning;
  for (const FieldMeaning meaning : {text, email, phone, tax_id}) {
    EXPECT_FALSE(normalise_value(meaning, marks));
    EXPECT_FALSE(normalise_value(meaning, marks + "@example.com"));
  }
  const std::string digits(1'000'000, '7');
  EXPECT_TRUE(normalise_value(tax_id, digits));
  EXPECT_TRUE(normalise_value(phone, digits));
}

TEST(Normalise, RefusesWhatIsNoEmail) {
  const std::string long_name(255 - 6, 'a');
  for (const std::string& value :
       {std::string(), std::string("john"), std::string("@example.com"), std::string("john@"),
        std::string("a@b@c"), std::string("@"), std::string("jo hn@example.com"),
        std::string("john@exa\nmple.com"), std::string("a\0@b", 4), std::string("jo\x7f@b"),
        std::string("jo\xE2\x80\x8Bhn@b"), std::string("jo\xC2\xA0hn@b"), std::string("a\xFF@b"),
        long_name + "@b.com"}) {
    EXPECT_EQ(normalised(FieldMeaning::email, value), "(refused)") << value;
  }
  EXPECT_EQ(normalised(FieldMeaning::email, long_name.substr(1) + "@b.com").size(), 254U);
}

}  // namespace
}  // namespace velum
