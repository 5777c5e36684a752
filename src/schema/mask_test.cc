#include "schema/mask.h"

#include <utf8proc.h>

#include <array>
#include <random>
#include <span>
#include <vector>

#include "schema/for_test.h"

namespace velum {
namespace {

TEST(Mask, ShowsNoMoreThanTheRuleSays) {
  struct Case {
    std::string_view value, documented, fixed;
  };
  static constexpr Case cases[] = {
      {"john.doe@example.com", "j***.d**@e******.c**", "j***"},
      {"12345678911", "1**********", "1***"},
      {"20200-000", "2****-0**", "2***"},
      {"Jane Doe", "J*** D**", "J***"},
      {"(11) 98765-4321", "(1*) 9****-4***", "1***"},
      {"Rua B 12", "R** B 1*", "R***"},
      {"", "", ""},
      // What would be shown whole.
      {"7", "*", "***"},
      {"A-B", "***", "A***"},
      {"1 2 3", "*****", "1***"},
      {"---", "***", "***"},
      {"😀", "*", "***"},
      {"\r\n", "*", "***"},
      {"*", "*", "***"},
      // A star is a letter that is hidden already, and what is never shown begins a run.
      {"J*** D**", "J*** D**", "J***"},
      {"7*", "7*", "7***"},
      {"*7", "**", "***"},
      {"5 * 3", "*****", "5***"},
      {"5*3", "5**", "5***"},
      {"\xFF-7", "***", "***"},
      {"\t\xCC\x81-7", "****", "***"},
      // Letters are clusters, in any script.
      {"João", "J***", "J***"},
      {"e\xCC\x81lan", "e\xCC\x81***", "e\xCC\x81***"},
      {"Ñandú", "Ñ****", "Ñ***"},
      {"山田太郎", "山***", "山***"},
      {"Ярослав", "Я******", "Я***"},
      {"\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB\xE1\x84\x80\xE1\x85\xB3\xE1\x86\xAF",
       "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB*", "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB***"},
      {"١٢٣", "١**", "١***"},
      {"Ana 👨‍👩‍👧 Lu", "A** 👨‍👩‍👧 L*", "A***"},
      {"ⒶⒷⒸ", "Ⓐ**", "Ⓐ***"},
      // Bytes that are no text.
      {"\xFF", "*", "***"},
      {"a\xFFgh", "a***", "a***"},
      {"\xC3gh", "***", "***"},
      {"ab\xE2\x82", "a***", "a***"},
      {"\xED\xA0\x80z", "****", "***"},
      {std::string_view("a\0b", 3), "***", "a***"},
  };
  for (const auto& [value, documented, fixed] : cases) {
    SCOPED_TRACE(std::string(value));
    EXPECT_EQ(masked(MaskStyle::documented, value), documented);
    EXPECT_EQ(masked(MaskStyle::fixed, value), fixed);
  }
}

TEST(Mask, ShowsNoClusterThatIsAHidingPlace) {
  std::string value = "e";
  for (int i = 0; i < 8; ++i) value.append("\xCC\x81");
  EXPECT_EQ(masked(MaskStyle::documented, value + "x"), "**");
  EXPECT_EQ(masked(MaskStyle::fixed, value + "x"), "***");
}

// All that the file of samples says. What in it breaks the rule is known, and why; what has another
// reason, or none any more, is a failure.
class DocumentedSamples : public testing::Test {
 protected:
  void SetUp() override {
    const std::string text = text_of_file(VELUM_SHARED_DIR "/reference/examples/masking.json");
    VELUM_NEEDS_SHARED(text);
    samples_ = parsed(text);
  }

  std::span<const json::Value> rows(std::string_view name) const {
    return samples_.root().find(name)->items();
  }

  json::Document samples_;
};

TEST_F(DocumentedSamples, AreOurMasksWhereTheyFollowTheRule) {
  const auto verified = rows("verified");
  EXPECT_GE(verified.size(), 9U);
  for (const json::Value& row : verified) {
    const std::string_view mask = row.items()[1].text();
    EXPECT_EQ(masked(MaskStyle::documented, row.items()[0].text()), mask);
    EXPECT_EQ(masked(MaskStyle::documented, mask), mask);
  }
}

TEST_F(DocumentedSamples, BreakTheRuleForAKnownReason) {
  enum class Reason : std::uint8_t {
    length,   // Another length than the value's.
    value,    // Made of another value: it begins with another letter.
    no_value  // A remark in place of the value that was masked.
  };
  using enum Reason;
  static constexpr Reason reasons[] = {length, length, length, length, value, no_value, no_value};
  const auto breaking = rows("doc_examples_breaking_rule");
  ASSERT_EQ(breaking.size(), std::size(reasons));
  for (std::size_t place = 0; place < breaking.size(); ++place) {
    const std::string_view value = breaking[place].items()[0].text();
    const std::string_view mask = breaking[place].items()[1].text();
    SCOPED_TRACE(std::string(value));
    EXPECT_NE(masked(MaskStyle::documented, value), mask);
    EXPECT_NE(masked(MaskStyle::fixed, value), mask);
    const bool is_remark = value.find('(') != std::string_view::npos;
    EXPECT_EQ(is_remark, reasons[place] == no_value);
    if (is_remark) continue;
    EXPECT_NE(value.size(), mask.size());
    EXPECT_EQ(value.front() != mask.front(), reasons[place] == Reason::value);
  }
}

// Only masks, of another part of that system: our fixed ones, or other forms, each for a reason.
TEST_F(DocumentedSamples, OfTheCheckoutAreOurFixedOnesOrOthers) {
  std::size_t ours = 0;
  std::size_t showing_the_end = 0;
  for (const auto& [name, value] : samples_.root().find("checkout_new_fixed_length")->members()) {
    const std::string_view mask = value.text();
    const bool is_ours = masked(MaskStyle::fixed, mask) == mask;
    ours += is_ours ? 1U : 0U;
    const bool shows_the_end = mask.starts_with("***") && mask.size() > 3;
    showing_the_end += shows_the_end ? 1U : 0U;
    // The one of three letters at the beginning is the rest.
    EXPECT_TRUE(is_ours || shows_the_end || mask.find('*') == 3) << mask;
  }
  EXPECT_EQ(ours, 3U);
  EXPECT_EQ(showing_the_end, 3U);
  std::vector<std::string_view> names;
  for (const json::Member& member : samples_.root().members()) names.push_back(member.name);
  // checkout_old is the older rule of that part: letters from the beginning, the end or between.
  EXPECT_EQ(names, (std::vector<std::string_view>{"rule_profile_system", "verified",
                                                  "doc_examples_breaking_rule", "checkout_old",
                                                  "checkout_new_fixed_length"}));
}

TEST(Mask, LooksMasked) {
  for (const std::string_view yes : {"*", "**", "J***", "a**b", "***"}) {
    EXPECT_TRUE(looks_masked(yes)) << yes;
  }
  for (const std::string_view no : {"", "a", "a*", "*a", "5 * 3 * 2", "#*#"}) {
    EXPECT_FALSE(looks_masked(no)) << no;
  }
}

// An oracle of its own: clusters by the library's other function, letters by category.
struct Cluster {
  std::string text;
  bool is_word = false;
};

std::vector<Cluster> clusters(const std::string& text) {
  utf8proc_uint8_t* marked = nullptr;
  const auto size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &marked, UTF8PROC_CHARBOUND);
  EXPECT_GE(size, 0);
  std::vector<Cluster> result;
  for (utf8proc_ssize_t at = 0; at < size;) {
    if (marked[at] == 0xFF) {
      result.emplace_back();
      ++at;
      continue;
    }
    std::int32_t point = 0;
    const auto used = utf8proc_iterate(marked + at, size - at, &point);
    result.back().text.append(reinterpret_cast<const char*>(marked + at),
                              static_cast<std::size_t>(used));
    const auto category = utf8proc_category(point);
    const bool is_letter = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
    const bool is_number = category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO;
    result.back().is_word = result.back().is_word || is_letter || is_number;
    at += used;
  }
  std::free(marked);
  return result;
}

class RandomText {
 public:
  std::string next() {
    std::string text;
    for (std::size_t size = random_() % 12 + 1; size > 0; --size) {
      std::array<utf8proc_uint8_t, 4> bytes{};
      const auto used = utf8proc_encode_char(code_point(), bytes.data());
      text.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(used));
    }
    return text;
  }

 private:
  std::int32_t code_point() {
    static constexpr std::int32_t notable[] = {'a',     'Z',     '0',    ' ',    '.',     '\r',
                                               '\n',    0x301,   0x200D, 0xFE0F, 0x1F468, 0x1F469,
                                               0x1F1E7, 0x1F1F7, 0x1112, 0x1161, 0x11AB,  0x0600,
                                               0x0D4E,  0x0915,  0x094D, 0x200C, 0x24B6,  0xE0041};
    switch (random_() % 4) {
      case 0: return notable[random_() % std::size(notable)];
      case 1: return static_cast<std::int32_t>(random_() % 0x80);
      case 2: return static_cast<std::int32_t>(random_() % 0x3000);
      default: break;
    }
    const auto any = static_cast<std::int32_t>(random_() % 0x110000);
    return any >= 0xD800 && any <= 0xDFFF ? 'x' : any;
  }

  std::mt19937 random_{1};
};

TEST(Mask, NeverShowsTwoLettersInARow) {
  RandomText texts;
  for (int i = 0; i < 100'000; ++i) {
    const std::string text = texts.next();
    const std::vector<Cluster> before = clusters(text);
    const std::string mask = masked(MaskStyle::documented, text);
    const std::vector<Cluster> after = clusters(mask);
    ASSERT_EQ(before.size(), after.size()) << text;
    if (text.find('*') == std::string::npos) ASSERT_NE(mask, text);
    for (std::size_t at = 0; at < before.size(); ++at) {
      const bool shown = before[at].text == after[at].text;
      ASSERT_TRUE(shown || after[at].text == "*") << text;
      const bool may_show = at == 0 || !before[at].is_word || !before[at - 1].is_word;
      ASSERT_TRUE(may_show || after[at].text == "*") << text;
    }
    const std::string fixed = masked(MaskStyle::fixed, text);
    ASSERT_TRUE(fixed.ends_with("***"));
    ASSERT_TRUE(fixed.size() == 3 || text.find(fixed.substr(0, fixed.size() - 3)) != text.npos);
  }
}

TEST(Mask, IsTotal) {
  std::mt19937 random(2);
  for (int i = 0; i < 50'000; ++i) {
    std::string bytes(random() % 10, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    const std::string mask = masked(MaskStyle::documented, bytes);
    EXPECT_EQ(mask.empty(), bytes.empty());
    EXPECT_GE(
        utf8proc_decompose(reinterpret_cast<const utf8proc_uint8_t*>(mask.data()),
                           static_cast<utf8proc_ssize_t>(mask.size()), nullptr, 0, UTF8PROC_STABLE),
        0);
  }
}

}  // namespace
}  // namespace velum
