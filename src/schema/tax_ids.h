#pragma once
// Numbers that a state or a bank gives to somebody, told by their check digits: each as its digits
// and letters alone, the letters in upper case, with nothing between them. What is not as long, or
// has other letters, is none.

#include <cstddef>
#include <string_view>

namespace velum {

bool is_cpf(std::string_view letters);   // Brazil, a person: 11 digits, not all the same.
bool is_cnpj(std::string_view letters);  // Brazil, a company: 14, the first twelve A-Z too.
bool is_nif(std::string_view letters);   // Portugal: 9 digits.
bool is_dni(std::string_view letters);   // Spain: 8 digits and a letter.
bool is_nie(std::string_view letters);   // Spain, foreigners: X, Y or Z, 7 digits, a letter.
// The United States: 9 digits without a check digit, of which some are never given out.
bool is_ssn(std::string_view letters);
bool is_iban(std::string_view letters);
// How long the IBANs of a country are, by their first two letters; 0 if it has none.
std::size_t iban_size(std::string_view country);

// With the two letters of a tax number for trade within the European Union in front.
bool is_pt_vat(std::string_view letters);
bool is_es_vat_of_person(std::string_view letters);

}  // namespace velum
