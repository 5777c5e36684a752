#include "schema/tax_ids.h"

#include "schema/for_test.h"

namespace velum {
namespace {

struct IdCase {
  bool (*holds)(std::string_view letters);
  std::string_view letters;
  bool want;
};

// Made up, with check digits by the published rules; the IBANs are the registry's examples.
TEST(TaxIds, HoldByTheirCheckDigits) {
  static constexpr IdCase cases[] = {
      {is_cpf, "52998224725", true},
      {is_cpf, "11144477735", true},
      {is_cpf, "00000000191", true},
      {is_cpf, "52998224726", false},
      {is_cpf, "52998224715", false},
      {is_cpf, "52998224717", false},  // The second holds for the first.
      {is_cpf, "11111111111", false},
      {is_cpf, "5299822472", false},
      {is_cpf, "5299822472A", false},
      {is_cnpj, "11222333000181", true},
      {is_cnpj, "12ABC34501DE35", true},
      {is_cnpj, "12abc34501de35", false},
      {is_cnpj, "11222333000182", false},
      {is_cnpj, "11222333000191", false},
      {is_cnpj, "11222333000190", false},
      {is_cnpj, "12ABC34501DE3F", false},
      {is_cnpj, "00000000000000", false},
      {is_nif, "123456789", true},
      {is_nif, "501964843", true},
      {is_nif, "123456788", false},
      {is_nif, "423456784", false},
      {is_dni, "12345678Z", true},
      {is_dni, "00000000T", true},
      {is_dni, "12345678A", false},
      {is_dni, "123456789", false},
      {is_nie, "X1234567L", true},
      {is_nie, "Y1234567X", true},
      {is_nie, "Z1234567R", true},
      {is_nie, "X1234567X", false},
      {is_nie, "W1234567L", false},
      {is_ssn, "123456789", true},
      {is_ssn, "899010001", true},
      {is_ssn, "000456789", false},
      {is_ssn, "666456789", false},
      {is_ssn, "900456789", false},
      {is_ssn, "123006789", false},
      {is_ssn, "123450000", false},
      {is_iban, "GB29NWBK60161331926819", true},
      {is_iban, "DE89370400440532013000", true},
      {is_iban, "PT50000201231234567890154", true},
      {is_iban, "ES9121000418450200051332", true},
      {is_iban, "BR1800360305000010009795493C1", true},
      {is_iban, "NO9386011117947", true},
      {is_iban, "MT84MALT011000012345MTLCAST001S", true},
      {is_iban, "GB29NWBK60161331926818", false},
      {is_iban, "GB92NWBK60161331926819", false},
      {is_iban, "GB29NWBK6016133192681", false},
      {is_iban, "XX29NWBK60161331926819", false},
      {is_iban, "GB2", false},
      {is_pt_vat, "PT501964843", true},
      {is_pt_vat, "ES501964843", false},
      {is_es_vat_of_person, "ES12345678Z", true},
  };
  for (const auto& [holds, letters, want] : cases) EXPECT_EQ(holds(letters), want) << letters;
  for (const auto& c : cases) EXPECT_FALSE(c.holds("")) << "nothing is no id";
}

TEST(TaxIds, AnyOtherLastDigitIsWrong) {
  for (const std::string_view right : {"52998224725", "11222333000181", "123456789"}) {
    int holding = 0;
    for (char last = '0'; last <= '9'; ++last) {
      std::string letters(right);
      letters.back() = last;
      holding += is_cpf(letters) || is_cnpj(letters) || is_nif(letters) ? 1 : 0;
    }
    EXPECT_EQ(holding, 1) << right;
  }
}

TEST(TaxIds, KnowsHowLongACountrysIbansAre) {
  EXPECT_EQ(iban_size("AD"), 24U);
  EXPECT_EQ(iban_size("YE"), 30U);
  EXPECT_EQ(iban_size("PT"), 25U);
  for (const std::string_view none : {"", "A", "US", "ZZ", "pt", "AA"}) {
    EXPECT_EQ(iban_size(none), 0U) << none;
  }
}

}  // namespace
}  // namespace velum
