// Random values whose clusters are known by how they were made, so that their masks are too: no
// table of Unicode, and nothing of mask.cc, has a say in what is expected.

#include <array>
#include <random>
#include <string>
#include <vector>

#include "schema/for_test.h"
#include "schema/mask.h"

namespace velum {
namespace {

// What one cluster is to the rule.
enum class Part : std::uint8_t {
  letter,     // Of a run of letters and digits: the first is shown.
  separator,  // Shown, and ends a run.
  unshown,    // Of a run, and never shown.
};

struct Piece {
  std::string text;
  Part part{};
};

std::string utf8(std::uint32_t point) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
  const auto tail = [point, &byte](unsigned shift) { return byte(0x80 | (point >> shift & 0x3F)); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xC0 | point >> 6), tail(0)};
  if (point < 0x10000) return {byte(0xE0 | point >> 12), tail(6), tail(0)};
  return {byte(0xF0 | point >> 18), tail(12), tail(6), tail(0)};
}

struct Range {
  std::uint32_t low, high;
};

// Letters and digits that are a cluster each, in scripts from all over the planes.
constexpr Range letters[] = {
    {'a', 'z'},         {'A', 'Z'},         {'0', '9'},         {'a', 'z'},
    {0xC0, 0xD6},       {0xD8, 0xF6},       {0x100, 0x17F},     {0x391, 0x3A1},
    {0x3A3, 0x3C9},     {0x410, 0x44F},     {0x531, 0x556},     {0x5D0, 0x5EA},
    {0x627, 0x63A},     {0x641, 0x64A},     {0x660, 0x669},     {0x905, 0x939},
    {0x966, 0x96F},     {0x995, 0x9A8},     {0xE01, 0xE2E},     {0x10D0, 0x10FA},
    {0x1200, 0x1248},   {0x13A0, 0x13F5},   {0x1780, 0x17B3},   {0x1820, 0x1842},
    {0x2160, 0x2188},   {0x2460, 0x249B},   {0x24B6, 0x24E9},   {0x3041, 0x3096},
    {0x30A1, 0x30FA},   {0x4E00, 0x9FFF},   {0xA000, 0xA48C},   {0xAC00, 0xD7A3},
    {0xE000, 0xF8FF},   {0xFF10, 0xFF19},   {0xFF21, 0xFF3A},   {0x10330, 0x10340},
    {0x10400, 0x1044F}, {0x1D7CE, 0x1D7FF}, {0x1E900, 0x1E943}, {0x1F130, 0x1F149},
    {0x20000, 0x2A6D6}, {0xF0000, 0xFFFFD}, {0x378, 0x379},     {0xB2, 0xB3},
};
constexpr Range separators[] = {
    {' ', ')'},       {'+', '/'},       {':', '@'},         {'[', '`'},       {'{', '~'},
    {0x00, 0x0C},     {0x0E, 0x1F},     {0x7F, 0xA9},       {0xAB, 0xB1},     {0x2010, 0x2027},
    {0x2028, 0x2029}, {0x3000, 0x3003}, {0x20A0, 0x20BF},   {0x2190, 0x21FF}, {0x2200, 0x22FF},
    {0x2500, 0x257F}, {0xFEFF, 0xFEFF}, {0x1F600, 0x1F64F}, {0x200B, 0x200B}, {0x200E, 0x200F},
};
// Each belongs to what is before it.
constexpr Range marks[] = {{0x300, 0x33F},   {0x591, 0x5AF},   {0x64B, 0x65F},
                           {0x93E, 0x940},   {0x941, 0x948},   {0x1AB0, 0x1ABD},
                           {0x20D0, 0x20F0}, {0xFE00, 0xFE0F}, {0xE0100, 0xE01EF}};
constexpr std::string_view zero_width_joiner = "\xE2\x80\x8D";

class RandomPieces {
 public:
  std::vector<Piece> next() {
    std::vector<Piece> pieces;
    for (unsigned count = below(9) + 1; count > 0; --count) add(pieces);
    return pieces;
  }

 private:
  unsigned below(unsigned count) { return static_cast<unsigned>(random_() % count); }

  template <std::size_t Count>
  std::string one_of(const Range (&ranges)[Count]) {
    const Range range = ranges[below(Count)];
    return utf8(range.low + below(range.high - range.low + 1));
  }
  std::string some_marks(unsigned count) {
    std::string text;
    while (count-- > 0) text.append(one_of(marks));
    return text;
  }
  // A mark joins anything but a control, and so these.
  std::string joinable_separator() {
    static constexpr Range joinable[] = {{' ', ')'}, {'+', '/'}, {0x2200, 0x22FF}};
    return one_of(joinable);
  }
  std::string hangul() {
    return utf8(0x1100 + below(19)) + utf8(0x1161 + below(21)) +
           (below(2) == 0 ? "" : utf8(0x11A8 + below(27)));
  }
  std::string flag() { return utf8(0x1F1E6 + below(26)) + utf8(0x1F1E6 + below(26)); }
  // People holding hands: two code points each, and a joiner between.
  std::string family(unsigned people) {
    std::string text;
    for (unsigned each = 0; each < people; ++each) {
      if (each > 0) text.append(zero_width_joiner);
      text.append(utf8(0x1F466 + below(4))).append(utf8(0x1F3FB + below(5)));
    }
    return text;
  }

  void add(std::vector<Piece>& out) {
    static constexpr std::string_view bad[] = {"\xFF", "\x80", "\xF5", "\xC0"};
    switch (below(24)) {
      case 0: return out.push_back({one_of(letters) + some_marks(below(8)), Part::letter});
      case 1: return out.push_back({one_of(letters) + some_marks(8 + below(3)), Part::unshown});
      case 2: return out.push_back({joinable_separator() + some_marks(below(8)), Part::separator});
      case 3: return out.push_back({joinable_separator() + some_marks(8), Part::unshown});
      case 4: return out.push_back({hangul(), Part::letter});
      case 5: return out.push_back({flag(), Part::separator});
      case 6: return out.push_back({family(1 + below(3)), Part::separator});
      case 7: return out.push_back({family(4), Part::unshown});
      case 8: return out.push_back({"1\xEF\xB8\x8F\xE2\x83\xA3", Part::letter});  // A key cap.
      case 9: return out.push_back({"\r\n", Part::separator});
      case 10: return out.push_back({"*", Part::letter});
      case 11: return out.push_back({std::string(bad[below(std::size(bad))]), Part::unshown});
      case 12:  // A mark on nothing.
        out.push_back({"\t", Part::separator});
        return out.push_back({some_marks(1 + below(3)), Part::unshown});
      case 13:  // What is written before a digit, with one and with none.
        return out.push_back({"\xD8\x80" + one_of(letters), Part::letter});
      case 14:
        out.push_back({"\xD8\x80", Part::unshown});
        return out.push_back({"\t", Part::separator});
      case 15:  // Half a letter.
        out.push_back({"\xC3", Part::unshown});
        return out.push_back({"\t", Part::separator});
      case 16:
      case 17:
      case 18: return out.push_back({one_of(separators), Part::separator});
      default: return out.push_back({one_of(letters), Part::letter});
    }
  }

  std::mt19937 random_{5};
};

std::string joined(const std::vector<Piece>& pieces) {
  std::string text;
  for (const Piece& piece : pieces) text.append(piece.text);
  return text;
}

std::string documented_mask(const std::vector<Piece>& pieces) {
  std::string mask;
  bool in_run = false;
  bool hid = false;
  for (const auto& [text, part] : pieces) {
    const bool is_word = part != Part::separator;
    hid = hid || (is_word && in_run);
    mask.append((is_word && in_run) || part == Part::unshown ? "*" : text);
    in_run = is_word;
  }
  return hid ? mask : std::string(pieces.size(), '*');
}

std::string fixed_mask(const std::vector<Piece>& pieces) {
  std::vector<Piece> words;
  for (const Piece& piece : pieces) {
    if (piece.part != Part::separator) words.push_back(piece);
  }
  const bool shows = words.size() > 1 && words[0].part == Part::letter && words[0].text != "*";
  return (shows ? words[0].text : "") + "***";
}

TEST(MaskOfRandomText, IsWhatTheRuleSays) {
  RandomPieces random;
  for (int i = 0; i < many_values; ++i) {
    const std::vector<Piece> pieces = random.next();
    const std::string text = joined(pieces);
    const std::string documented = masked(MaskStyle::documented, text);
    const std::string fixed = masked(MaskStyle::fixed, text);
    ASSERT_EQ(documented, documented_mask(pieces)) << testing::PrintToString(text);
    ASSERT_EQ(fixed, fixed_mask(pieces)) << testing::PrintToString(text);
  }
}

std::string random_bytes(std::mt19937& random) {
  static constexpr std::string_view notable[] = {"*",
                                                 "a",
                                                 "-",
                                                 "\r",
                                                 "\n",
                                                 "\xCC\x81",
                                                 "\xE2\x80\x8D",
                                                 "\xD8\x80",
                                                 "\xF0\x9F\x91\xA9",
                                                 "\xF0\x9F\x87\xA7",
                                                 "\xE0\xA5\x8D",
                                                 "\xE0\xA4\x95",
                                                 "\xE1\x84\x80",
                                                 "\xE1\x85\xA1",
                                                 "\xFF",
                                                 "\xEF\xB8\x8F",
                                                 "\xF0\x9F\x8F\xBB",
                                                 "\xE2\x80\x8C"};
  std::string text;
  for (auto count = random() % 10 + 1; count > 0; --count) {
    if (random() % 3 == 0) {
      text.append(utf8(static_cast<std::uint32_t>(random() % 0x110000)));  // Surrogates too.
    } else if (random() % 8 == 0) {
      text.push_back(static_cast<char>(random()));
    } else {
      text.append(notable[random() % std::size(notable)]);
    }
  }
  return text;
}

// Old renditions are masked further without their class P being opened.
TEST(MaskOfRandomText, IsItsOwnMask) {
  std::mt19937 random(6);
  for (int i = 0; i < many_values / 4; ++i) {
    const std::string text = random_bytes(random);
    const std::string documented = masked(MaskStyle::documented, text);
    const std::string fixed = masked(MaskStyle::fixed, text);
    ASSERT_EQ(masked(MaskStyle::documented, documented), documented);
    ASSERT_EQ(masked(MaskStyle::fixed, fixed), fixed);
    ASSERT_EQ(masked(MaskStyle::documented, fixed), fixed);
    const std::string further = masked(MaskStyle::fixed, documented);
    ASSERT_TRUE(further == fixed || further == "***") << testing::PrintToString(text);
  }
}

}  // namespace
}  // namespace velum
