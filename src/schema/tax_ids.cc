#include "schema/tax_ids.h"

#include <algorithm>
#include <cstdint>

#include "schema/code_points.h"

namespace velum {
namespace {

constexpr std::string_view dni_letters = "TRWAGMYFPDXBNJZSQVHLCKE";

bool are_digits(std::string_view letters) {
  return std::ranges::all_of(letters, is_ascii_digit);
}

bool are_upper(std::string_view letters) {
  return std::ranges::all_of(letters,
                             [](char c) { return is_ascii_digit(c) || (c >= 'A' && c <= 'Z'); });
}

bool are_all_equal(std::string_view letters) {
  return std::ranges::all_of(letters, [&](char c) { return c == letters.front(); });
}

// Modulo 11, with weights that rise from the right and begin again after `weight_max`. A letter is
// worth its distance from '0'.
char check_digit_after(std::string_view letters, unsigned weight_max) {
  unsigned sum = 0;
  unsigned weight = 2;
  for (std::size_t at = letters.size(); at-- > 0;) {
    sum += static_cast<unsigned>(letters[at] - '0') * weight;
    weight = weight == weight_max ? 2 : weight + 1;
  }
  return static_cast<char>('0' + (sum * 10 % 11) % 10);
}

bool ends_with_check_digits(std::string_view letters, unsigned weight_max) {
  const std::size_t size = letters.size();
  return letters[size - 2] == check_digit_after(letters.substr(0, size - 2), weight_max) &&
         letters[size - 1] == check_digit_after(letters.substr(0, size - 1), weight_max);
}

unsigned number_of(std::string_view digits) {
  unsigned number = 0;
  for (const char digit : digits) number = number * 10 + static_cast<unsigned>(digit - '0');
  return number;
}

struct IbanCountry {
  std::string_view country;
  std::size_t size;
};

// By the registry of ISO 13616, sorted.
constexpr IbanCountry iban_countries[] = {
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22},
    {"BH", 22}, {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24},
    {"DE", 22}, {"DJ", 27}, {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18},
    {"FK", 18}, {"FO", 18}, {"FR", 27}, {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27},
    {"GT", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26}, {"IT", 27},
    {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LT", 20}, {"LU", 20},
    {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19}, {"MN", 20}, {"MR", 27},
    {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24}, {"PL", 28},
    {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24}, {"SC", 31},
    {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25}, {"SV", 28},
    {"TL", 23}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20}, {"YE", 30},
};

}  // namespace

bool is_cpf(std::string_view letters) {
  return letters.size() == 11 && are_digits(letters) && !are_all_equal(letters) &&
         ends_with_check_digits(letters, 11);
}

bool is_cnpj(std::string_view letters) {
  return letters.size() == 14 && are_upper(letters) && are_digits(letters.substr(12)) &&
         !are_all_equal(letters) && ends_with_check_digits(letters, 9);
}

bool is_nif(std::string_view letters) {
  constexpr std::string_view firsts = "1235689";
  return letters.size() == 9 && are_digits(letters) &&
         firsts.find(letters.front()) != std::string_view::npos &&
         letters.back() == check_digit_after(letters.substr(0, 8), 9);
}

bool is_dni(std::string_view letters) {
  return letters.size() == 9 && are_digits(letters.substr(0, 8)) &&
         letters.back() == dni_letters[number_of(letters.substr(0, 8)) % dni_letters.size()];
}

bool is_nie(std::string_view letters) {
  if (letters.size() != 9 || letters.front() < 'X' || letters.front() > 'Z') return false;
  const std::string_view digits = letters.substr(1, 7);
  if (!are_digits(digits)) return false;
  const unsigned number = static_cast<unsigned>(letters.front() - 'X') * 10'000'000;
  return letters.back() == dni_letters[(number + number_of(digits)) % dni_letters.size()];
}

bool is_ssn(std::string_view letters) {
  if (letters.size() != 9 || !are_digits(letters) || letters.front() == '9') return false;
  const std::string_view area = letters.substr(0, 3);
  return area != "000" && area != "666" && letters.substr(3, 2) != "00" &&
         letters.substr(5) != "0000";
}

std::size_t iban_size(std::string_view country) {
  const auto* const found =
      std::ranges::lower_bound(iban_countries, country, {}, &IbanCountry::country);
  return found != std::end(iban_countries) && found->country == country ? found->size : 0;
}

bool is_iban(std::string_view letters) {
  if (letters.size() < 4 || letters.size() != iban_size(letters.substr(0, 2))) return false;
  if (!are_upper(letters) || !are_digits(letters.substr(2, 2))) return false;
  std::uint64_t rest = 0;
  const auto take = [&rest](std::string_view part) {
    for (const char c : part) {
      const bool is_digit = is_ascii_digit(c);
      rest =
          rest * (is_digit ? 10U : 100U) + static_cast<unsigned>(is_digit ? c - '0' : c - 'A' + 10);
      if (rest > 1'000'000'000'000'000) rest %= 97;
    }
  };
  take(letters.substr(4));
  take(letters.substr(0, 4));
  return rest % 97 == 1;
}

bool is_pt_vat(std::string_view letters) {
  return letters.starts_with("PT") && is_nif(letters.substr(2));
}

bool is_es_vat_of_person(std::string_view letters) {
  return letters.starts_with("ES") && is_dni(letters.substr(2));
}

}  // namespace velum
