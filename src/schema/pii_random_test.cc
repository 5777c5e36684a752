// Numbers that are nobody's, people's among other words, and texts that are made to take long.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>

#include "schema/card_data.h"
#include "schema/for_test.h"
#include "schema/pii_finder.h"

namespace velum {
namespace {

class Letters {
 public:
  explicit Letters(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t count) { return random_() % count; }
  std::string of(std::string_view letters, std::size_t count) {
    std::string text;
    while (text.size() < count) text.push_back(letters[below(letters.size())]);
    return text;
  }

 private:
  std::mt19937 random_;
};

constexpr std::string_view digits = "0123456789";
constexpr std::string_view hex = "0123456789abcdef";
constexpr std::string_view upper = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

template <typename Make>
int false_alarms(Make make) {
  int count = 0;
  for (int i = 0; i < 10'000; ++i) count += find_pii(make()).empty() ? 0 : 1;
  return count;
}

// The bounds are what was measured, and a little more.
TEST(PiiRandom, TellsWhatIsNobodys) {
  Letters random(1);
  const auto uuid = [&](std::string_view letters) {
    std::string text = random.of(letters, 8);
    for (const std::size_t size : {4U, 4U, 4U, 12U}) text += "-" + random.of(letters, size);
    return text;
  };
  EXPECT_LE(false_alarms([&] { return uuid(hex); }), 3);
  EXPECT_LE(false_alarms([&] { return uuid("0123456789ABCDEF"); }), 3);
  EXPECT_EQ(false_alarms([&] { return random.of(hex, 32); }), 0);
  EXPECT_EQ(false_alarms([&] { return random.of(hex, 40); }), 0);
  EXPECT_EQ(false_alarms([&] { return random.of(hex, 64); }), 0);
  EXPECT_EQ(false_alarms([&] { return "ord" + random.of(digits, 11); }), 0);
  // A 13-digit card begins with a 4, mostly, and has one check digit.
  EXPECT_LE(false_alarms([&] { return "1" + random.of(digits, 12); }), 10);
  EXPECT_LE(false_alarms([&] { return random.of(digits, 13); }), 150);
  EXPECT_EQ(false_alarms([&] { return "v" + random.of(digits, 13) + "-01"; }), 0);
  EXPECT_EQ(false_alarms([&] { return random.of(digits, 10); }), 0);
  EXPECT_LE(false_alarms([&] { return random.of(digits, 11); }), 150);
  EXPECT_LE(false_alarms([&] { return random.of(digits, 9); }), 750);
  EXPECT_LE(false_alarms([&] { return random.of(upper, 14); }), 30);
}

// What people write and what is around it, in any order: nothing that is found is found again once
// it is masked, nor does what it stood beside become something else.
TEST(PiiRandom, WhatWasMaskedHoldsNothingMore) {
  static constexpr std::string_view pieces[] = {"52998224725",
                                                "529.982.247-25",
                                                "11.222.333/0001-81",
                                                "123456789",
                                                "12345678Z",
                                                "X1234567L",
                                                "GB29NWBK60161331926819",
                                                "GB29 NWBK 6016 1331 9268 19",
                                                "123-45-6789",
                                                "4111111111111111",
                                                "4111 1111 1111 1111",
                                                "+55 11 91234-5678",
                                                "(11) 91234-5678",
                                                "555-867-5309",
                                                "912 345 671",
                                                "ana@example.com",
                                                "ana",
                                                "1",
                                                "55",
                                                "4111",
                                                "123",
                                                "Z",
                                                "x",
                                                "@",
                                                ".com",
                                                "\u516C\u53F8",
                                                "\u00E9",
                                                " ",
                                                " ",
                                                "-",
                                                ".",
                                                ",",
                                                "/",
                                                "+",
                                                "(",
                                                ") ",
                                                "*",
                                                "\n",
                                                "\u200B",
                                                "\u00A0",
                                                "\xFF"};
  Letters random(2);
  for (int i = 0; i < many_values / 5; ++i) {
    std::string text;
    for (std::size_t left = 1 + random.below(9); left > 0; --left) {
      text += pieces[random.below(std::size(pieces))];
    }
    std::size_t end = 0;
    for (const PiiFinding& finding : find_pii(text)) {
      ASSERT_TRUE(finding.begin >= end && finding.begin < finding.end) << text;
      end = finding.end;
    }
    ASSERT_LE(end, text.size());
    WipedText masked;
    append_pii_masked(text, masked);
    ASSERT_TRUE(find_pii(view(masked)).empty()) << text << "\n" << view(masked);
  }
}

// Beside words and not within one, both know the same cards.
TEST(PiiRandom, AgreesOnCardsWithWhatIsRefused) {
  Letters random(3);
  for (int i = 0; i < many_values / 5; ++i) {
    std::string text = random.of("45", 1);
    while (text.size() < 20) text += random.of("0123456789  -", 1);
    const auto found = find_pii("a " + text + " b");
    const bool has_card = std::any_of(found.begin(), found.end(), [](const PiiFinding& finding) {
      return finding.kind == PiiKind::card_number;
    });
    const bool has_other = found.size() > (has_card ? 1U : 0U);
    ASSERT_TRUE(has_other || has_card == holds_card_number(text)) << text;
  }
}

double seconds_for(const std::string& text) {
  double best = 1e9;
  for (int i = 0; i < 2; ++i) {
    const std::clock_t began = std::clock();
    const std::size_t found = find_pii(text).size();
    const double took = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
    best = std::min(best, took + (found > text.size() ? 1 : 0));
  }
  return best;
}

std::string repeated(std::string_view piece, std::size_t size) {
  std::string text;
  while (text.size() < size) text += piece;
  return text + "@";  // What stands before it may be an address.
}

#ifdef NDEBUG
constexpr std::size_t long_size = std::size_t{1} << 20;
#else
constexpr std::size_t long_size = std::size_t{1} << 17;
#endif

// Sixteen times the text is to take sixteen times as long, and not 256 times.
TEST(PiiRandom, TakesTimeInProportionToTheText) {
  static constexpr std::string_view hostile[] = {
      // Runs of one kind of symbol.
      "a", "1", " ", ".", "@", "\u516C", "\u00E9", "\u200B", "\uFF10", "\xFF",
      // What may go on to be a card's number, an account, a phone, an id.
      "4-", "4 ", "44-", "4111 1111 1111 111 ", "5018-", "5-0-1-8-", "GB29 ",
      "GB29 NWBK 6016 1331 9268 ", "+1 ", "+1(2", "(11)", "11 ", "1-1.1/", "12.345.678-",
      "529.982.247-2", "X1", "X-",
      // And an address.
      "a.", "a@", "a@a", "a@a.", "a.a@", "\u516Ca", "1\u200B", "1 2 3 4 5 6 7 8.a.",
      // What is found, and what is usual.
      "529.982.247-25 ", "ana@example.com ", "555-867-5309 ",
      "The quick brown fox jumps over the lazy dog. "};
  for (const std::string_view piece : hostile) {
    const double part = seconds_for(repeated(piece, long_size / 16));
    ASSERT_LT(part, 1) << piece;
    const double whole = seconds_for(repeated(piece, long_size));
    EXPECT_LT(whole, std::max(part, 0.0005) * 16 * 4) << piece;
    if (std::getenv("VELUM_SHOW_TIMES") != nullptr) {
      std::printf("%7.0f ns a KiB: %.*s\n", whole * 1e9 / static_cast<double>(long_size >> 10),
                  static_cast<int>(piece.size()), piece.data());
    }
  }
}

}  // namespace
}  // namespace velum
