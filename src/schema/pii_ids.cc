#include "schema/pii_ids.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "schema/card_data.h"
#include "schema/code_points.h"
#include "schema/tax_ids.h"

namespace velum {
namespace {

enum class IdCase : std::uint8_t { any, upper };
enum class IdPlace : std::uint8_t { anywhere, alone };

constexpr std::size_t id_groups_max = 5;
constexpr std::size_t id_letters_max = 14;

// How an id is written: the sizes of its words, and what may be each one symbol between them.
struct IdShape {
  PiiKind kind;
  bool (*holds)(std::string_view letters);
  std::array<std::uint8_t, id_groups_max> sizes;
  std::string_view separators;
  IdCase letter_case = IdCase::any;
  IdPlace place = IdPlace::anywhere;
};

// By the first size. A word of one letter, and fourteen letters of any kind, are too common in
// lower case.
constexpr IdShape id_shapes[] = {
    {PiiKind::nie, is_nie, {1, 7, 1}, "- ", IdCase::upper},
    {PiiKind::nie, is_nie, {1, 8}, "- ", IdCase::upper},
    {PiiKind::nie, is_nie, {1, 1, 3, 3, 1}, ".- ", IdCase::upper},
    {PiiKind::cnpj, is_cnpj, {2, 3, 3, 4, 2}, "./- "},
    {PiiKind::dni, is_dni, {2, 3, 3, 1}, ".- ", IdCase::upper},
    {PiiKind::cpf, is_cpf, {3, 3, 3, 2}, ".- "},
    {PiiKind::nif, is_nif, {3, 3, 3}, " ", IdCase::any, IdPlace::alone},
    {PiiKind::ssn, is_ssn, {3, 2, 4}, "- ", IdCase::any, IdPlace::alone},
    {PiiKind::cnpj, is_cnpj, {8, 4, 2}, "/- "},
    {PiiKind::dni, is_dni, {8, 1}, "- ", IdCase::upper},
    {PiiKind::nie, is_nie, {8, 1}, "- ", IdCase::upper},
    {PiiKind::cpf, is_cpf, {9, 2}, "-/"},
    {PiiKind::nif, is_nif, {9}, "", IdCase::any, IdPlace::alone},
    {PiiKind::dni, is_dni, {9}, ""},
    {PiiKind::nie, is_nie, {9}, ""},
    {PiiKind::cpf, is_cpf, {11}, ""},
    {PiiKind::nif, is_pt_vat, {11}, ""},
    {PiiKind::dni, is_es_vat_of_person, {11}, ""},
    {PiiKind::cnpj, is_cnpj, {12, 2}, "-"},
    {PiiKind::cnpj, is_cnpj, {14}, "", IdCase::upper},
};

// Where the shapes of each first size begin, up to one more than the longest.
constexpr auto first_of_size = [] {
  std::array<std::uint8_t, id_letters_max + 2> firsts{};
  for (const IdShape& shape : id_shapes) {
    for (std::size_t size = shape.sizes[0] + 1U; size < firsts.size(); ++size) ++firsts[size];
  }
  return firsts;
}();

bool is_digit_or_mask(char letter) {
  return is_ascii_digit(letter) || letter == '*';
}

bool is_in_fraction(const PiiGap& gap) {
  return gap.last == '.' && is_digit_or_mask(gap.before_separator());
}

// How many words have the shape's sizes and separators; 0 if these do not.
std::size_t words_alike(PiiWords& words, std::size_t at, const IdShape& shape) {
  std::size_t count = 1;
  for (; count < id_groups_max && shape.sizes[count] > 0; ++count) {
    const PiiWord& word = words.at(at + count);
    if (word.size != shape.sizes[count] || word.gap.size != 1) return 0;
    if (shape.separators.find(word.gap.last) == std::string_view::npos) return 0;
  }
  return count;
}

std::size_t words_of_shape(PiiWords& words, std::size_t at, const IdShape& shape) {
  const std::size_t count = words_alike(words, at, shape);
  if (count == 0) return 0;
  std::array<char, id_letters_max> letters{};
  std::size_t size = 0;
  for (std::size_t i = 0; i < count; ++i) {
    for (const char letter : words.at(at + i).text()) {
      letters[size++] = shape.letter_case == IdCase::any ? ascii_upper(letter) : letter;
    }
  }
  if (!shape.holds({letters.data(), size})) return 0;
  if (shape.place == IdPlace::anywhere) return count;
  const char separator = count > 1 ? words.at(at + 1).gap.last : '-';
  return has_digits_beside(words.at(at), words.at(at + count), separator) ? 0 : count;
}

std::size_t words_of_card(PiiWords& words, std::size_t at) {
  const PiiWord& front = words.at(at);
  if (!front.is_digits) return 0;
  const char before = front.gap.last;
  const bool may_be_fraction = before == '.' || before == ',';
  if (may_be_fraction && is_digit_or_mask(front.gap.before_separator())) return 0;
  const std::size_t shortest =
      before == '+' ? CardDigits::phone_size_max + 1 : CardDigits::size_min;
  CardDigits digits;
  std::size_t found = 0;
  for (std::size_t count = 0;; ++count) {
    const PiiWord& word = words.at(at + count);
    if (count > 0 && !word.goes_on) return found;
    for (const char digit : word.text()) {
      if (!digits.add(static_cast<unsigned>(digit - '0'))) return found;
    }
    if (digits.size() >= shortest && digits.is_card()) found = count + 1;
  }
}

std::size_t words_of_iban(PiiWords& words, std::size_t at) {
  constexpr std::size_t group_size = 4;
  const PiiWord& front = words.at(at);
  if (front.size < group_size || front.digits < 2 || is_ascii_digit(front.letters[0])) return 0;
  const std::array<char, 2> country{ascii_upper(front.letters[0]), ascii_upper(front.letters[1])};
  const std::size_t whole = iban_size({country.data(), country.size()});
  if (whole == 0) return 0;
  std::array<char, PiiWord::letters_max> letters{};
  std::size_t size = 0;
  std::size_t count = 0;
  for (; size < whole; ++count) {
    const PiiWord& word = words.at(at + count);
    const bool is_bare = count == 0 && word.size == whole;
    const bool is_group = word.size == std::min(group_size, whole - size);
    const bool is_joined = count == 0 || (word.gap.size == 1 && word.gap.last == ' ');
    if (!(is_bare || is_group) || !is_joined) return 0;
    for (const char letter : word.text()) letters[size++] = ascii_upper(letter);
  }
  return is_iban({letters.data(), size}) ? count : 0;
}

}  // namespace

bool has_digits_beside(const PiiWord& word, const PiiWord& behind, char separator) {
  const auto joins = [separator](char symbol) {
    return symbol == '-' || symbol == '.' || symbol == '/' || symbol == separator;
  };
  return (joins(word.gap.last) && is_digit_or_mask(word.gap.before_separator())) ||
         (joins(behind.gap.first) && is_digit_or_mask(behind.after_separator()));
}

PiiMatch id_at(PiiWords& words, std::size_t at) {
  PiiMatch longest{PiiKind::card_number, words_of_card(words, at)};
  const auto offer = [&longest](PiiKind kind, std::size_t count) {
    if (count > longest.words) longest = {kind, count};
  };
  offer(PiiKind::iban, words_of_iban(words, at));
  const PiiWord& word = words.at(at);
  if (word.size > id_letters_max || word.gap.last == '+' || is_in_fraction(word.gap))
    return longest;
  for (std::size_t i = first_of_size[word.size]; i < first_of_size[word.size + 1]; ++i) {
    offer(id_shapes[i].kind, words_of_shape(words, at, id_shapes[i]));
  }
  return longest;
}

}  // namespace velum
