#include "schema/pii_phones.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "schema/code_points.h"
#include "schema/pii_ids.h"

namespace velum {
namespace {

constexpr std::size_t phone_digits_min = 8;
constexpr std::size_t phone_digits_max = 15;  // E.164.
constexpr std::size_t phone_gap_max = 3;
constexpr std::string_view any_first = "0123456789";

// What a country writes without a '+': the sizes of the words, the digits that the first and the
// second may begin with, and the separators of each way to write it.
struct PhoneShape {
  std::array<std::uint8_t, 4> sizes;
  std::string_view firsts;
  std::string_view seconds;
  std::array<std::string_view, 3> separators;
};

constexpr PhoneShape phone_shapes[] = {
    {{3, 3, 4}, "23456789", "23456789", {"--", "..", "  "}},  // 555-867-5309
    {{1, 3, 3, 4}, "1", "23456789", {"---", "...", " --"}},   // 1-555-867-5309
    {{2, 5, 4}, "123456789", "9", {" -", "--"}},              // 11 91234-5678
    {{2, 4, 4}, "123456789", "345", {" -", "--"}},            // 11 3456-7890
    {{3, 3, 3}, "679", any_first, {"  "}},                    // 912 345 678
    {{3, 2, 2, 2}, "679", any_first, {"   "}},                // 612 34 56 78
};

// What stands behind an area in parentheses.
constexpr PhoneShape local_shapes[] = {
    {{7}, any_first, any_first, {""}},                // (555) 8675309
    {{8}, any_first, any_first, {""}},                //
    {{9}, any_first, any_first, {""}},                //
    {{3, 4}, any_first, any_first, {"-", ".", " "}},  // (555) 867-5309
    {{4, 4}, any_first, any_first, {"-", ".", " "}},  // (11) 3456-7890
    {{5, 4}, any_first, any_first, {"-", ".", " "}},  // (11) 91234-5678
    {{1, 4, 4}, "9", any_first, {" -", ".-", "  "}},  // (11) 9 1234-5678
};

bool begins_with_one_of(const PiiWord& word, std::string_view firsts) {
  return firsts.find(word.letters.front()) != std::string_view::npos;
}

std::size_t words_of_phone_shape(PiiWords& words, std::size_t at, const PhoneShape& shape) {
  std::array<char, 3> separators{};
  std::size_t count = 0;
  for (; count < shape.sizes.size() && shape.sizes[count] > 0; ++count) {
    const PiiWord& word = words.at(at + count);
    if (word.size != shape.sizes[count] || !word.is_digits) return 0;
    if (count == 0) continue;
    if (word.gap.size != 1) return 0;
    separators[count - 1] = word.gap.last;
  }
  if (!begins_with_one_of(words.at(at), shape.firsts)) return 0;
  if (count > 1 && !begins_with_one_of(words.at(at + 1), shape.seconds)) return 0;
  const std::string_view written(separators.data(), count - 1);
  return std::ranges::find(shape.separators, written) != shape.separators.end() ? count : 0;
}

bool is_phone_alone(PiiWords& words, std::size_t count) {
  return !has_digits_beside(words.at(0), words.at(count), words.at(count - 1).gap.last);
}

std::size_t words_of_national(PiiWords& words, std::size_t words_max) {
  for (const PhoneShape& shape : phone_shapes) {
    const std::size_t count = words_of_phone_shape(words, 0, shape);
    if (count > 0 && count <= words_max && is_phone_alone(words, count)) return count;
  }
  return 0;
}

std::size_t words_with_area(PiiWords& words, std::size_t words_max) {
  const PiiWord& area = words.at(0);
  const PiiGap& gap = words.at(1).gap;
  if (!area.is_digits || area.size < 2 || area.size > 4 || gap.first != ')') return 0;
  if (gap.size > 2 || (gap.size == 2 && gap.last != ' ' && gap.last != '-')) return 0;
  for (const PhoneShape& shape : local_shapes) {
    const std::size_t count = words_of_phone_shape(words, 1, shape);
    if (count > 0 && count + 1 <= words_max && is_phone_alone(words, count + 1)) return count + 1;
  }
  return 0;
}

std::size_t words_of_e164(PiiWords& words, std::size_t words_max) {
  constexpr std::size_t whole_size_min = 10;  // What follows so many in one piece is another thing.
  const PiiWord& front = words.at(0);
  const char before = front.gap.before_separator();
  if (is_ascii_alphanumeric(before) || before == '*' || front.letters.front() == '0') return 0;
  std::size_t digits = 0;
  std::size_t found = 0;
  for (std::size_t count = 0; count < words_max; ++count) {
    const PiiWord& word = words.at(count);
    const bool is_joined =
        count == 0 || (word.gap.is_in_phone && word.gap.size > 0 && word.gap.size <= phone_gap_max);
    if (!word.is_digits || !is_joined || digits + word.size > phone_digits_max) break;
    digits += word.size;
    if (digits >= phone_digits_min) found = count + 1;
    if (count == 0 && digits >= whole_size_min) break;
  }
  return found;
}

}  // namespace

PiiPhone next_phone(PiiWords& words, std::size_t words_max) {
  const PiiWord& front = words.at(0);
  if (!front.is_digits) return {};
  switch (front.gap.last) {
    case '+': return {words_of_e164(words, words_max), front.sign_begin};
    case '(':
      if (const std::size_t count = words_with_area(words, words_max))
        return {count, front.sign_begin};
      break;
    default: break;
  }
  return {words_of_national(words, words_max), front.begin};
}

}  // namespace velum
