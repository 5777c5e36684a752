#include "schema/pii_finder.h"

#include "schema/for_test.h"

namespace velum {
namespace {

std::string pii_masked(std::string_view text) {
  WipedText out;
  append_pii_masked(text, out);
  return std::string(view(out));
}

// "cpf=52998224725 phone=+5511987654321"
std::string pii_found(std::string_view text) {
  std::string found;
  for (const auto& [kind, begin, end] : find_pii(text)) {
    if (!found.empty()) found += "; ";
    found += std::string(pii_kind_name(kind)) + "=" + std::string(text.substr(begin, end - begin));
  }
  return found;
}

struct TextCase {
  std::string_view text;
  std::string_view want;
};

void check_texts(std::span<const TextCase> cases) {
  for (const auto& [text, want] : cases) {
    EXPECT_EQ(pii_found(text), want) << text;
    EXPECT_EQ(pii_found(pii_masked(text)), "") << pii_masked(text);
  }
}

TEST(PiiFinder, FindsEmails) {
  static constexpr TextCase cases[] = {
      {"ana.souza@example.com", "email=ana.souza@example.com"},
      {"call Ana <ana+shop@mail.example.com.br>, please", "email=ana+shop@mail.example.com.br"},
      {"email=ana@example.com;x", "email=ana@example.com"},
      {"'ana@example.com'.", "email=ana@example.com"},
      {"it is ana@example.com.", "email=ana@example.com"},
      {"o'brien@example.com", "email=o'brien@example.com"},
      {"a@b.co,c@d.pt", "email=a@b.co; email=c@d.pt"},
      {"ana@my-shop.example", "email=ana@my-shop.example"},
      {"ana@example.com-555", "email=ana@example.com"},
      {"ana@example.com4", ""},
      {"52998224725@example.com", "email=52998224725@example.com"},
      {"jos\u00E9@ex\u00E4mple.com", "email=jos\u00E9@ex\u00E4mple.com"},
      {"\u7528\u6237@\u4F8B\u5B50.\u516C\u53F8", "email=\u7528\u6237@\u4F8B\u5B50.\u516C\u53F8"},
      {"x@y@example.com", "email=y@example.com"},
      {"\uFF41\uFF4E\uFF41\uFF20example\uFF0Ecom",
       "email=\uFF41\uFF4E\uFF41\uFF20example\uFF0Ecom"},
      {"ana\u200B@example.com", "email=ana\u200B@example.com"},
      {"", ""},
      {"@", ""},
      {"@example.com", ""},
      {"ana@", ""},
      {"ana@localhost", ""},
      {"ana@.com", ""},
      {"ana@example..com", ""},
      {"ana@example.c", ""},
      {"react@18.2.0", ""},
      {"logo@2x.png", ""},
      {"ana @example.com", ""},
      {"meet @ana.souza at 5", ""},
      {"*****@*******.***", ""},
  };
  check_texts(cases);
}

TEST(PiiFinder, FindsIdsByTheirCheckDigits) {
  static constexpr TextCase cases[] = {
      {"52998224725", "cpf=52998224725"},
      {"CPF: 529.982.247-25.", "cpf=529.982.247-25"},
      {"cpf_52998224725", "cpf=52998224725"},
      {"**529982247-25**", "cpf=529982247-25"},
      {"529 982 247 25", "cpf=529 982 247 25"},
      {"7,52998224725,ana", "cpf=52998224725"},
      {"52998224725,11144477735", "cpf=52998224725; cpf=11144477735"},
      {"529.982.247-26", ""},
      {"111.111.111-11", ""},
      {"0.52998224725", ""},
      {"a52998224725", ""},
      {"52998224725b", ""},
      {"\u00E952998224725", ""},
      {"152998224725", ""},
      {"529/982/247/25", ""},
      {"5299 8224 725", ""},
      {"11222333000181", "cnpj=11222333000181"},
      {"11.222.333/0001-81", "cnpj=11.222.333/0001-81"},
      {"11222333/0001-81", "cnpj=11222333/0001-81"},
      {"12ABC34501DE35", "cnpj=12ABC34501DE35"},
      {"12.ABC.345/01DE-35", "cnpj=12.ABC.345/01DE-35"},
      {"12.abc.345/01de-35", "cnpj=12.abc.345/01de-35"},
      {"12abc34501de35", ""},
      {"11.222.333/0001-82", ""},
      {"00.000.000/0000-00", ""},
      {"NIF 123456789", "nif=123456789"},
      {"123 456 789", "nif=123 456 789"},
      {"PT501964843", "nif=PT501964843"},
      {"123456788", ""},
      {"12-123456789", ""},
      {"1 123 456 789", ""},
      {"12345678Z", "dni=12345678Z"},
      {"12345678z", "dni=12345678z"},
      {"12.345.678-Z", "dni=12.345.678-Z"},
      {"12345678-Z", "dni=12345678-Z"},
      {"ES12345678Z", "dni=ES12345678Z"},
      {"12345678A", ""},
      {"pedido 12345678 z", ""},
      {"X1234567L", "nie=X1234567L"},
      {"x1234567l", "nie=x1234567l"},
      {"X-1234567-L", "nie=X-1234567-L"},
      {"X-1.234.567-L", "nie=X-1.234.567-L"},
      {"X1234567M", ""},
      {"123-45-6789", "ssn=123-45-6789"},
      {"SSN 123 45 6789, yes", "ssn=123 45 6789"},
      {"123456780", ""},
      {"000-45-6789", ""},
      {"666-45-6789", ""},
      {"900-45-6789", ""},
      {"123-00-6789", ""},
      {"123-45-0000", ""},
      {"123.45.6789", ""},
      {"1-123-45-6789", ""},
      {"123-45-6789-1", ""},
  };
  check_texts(cases);
}

TEST(PiiFinder, FindsAccountsAndCards) {
  static constexpr TextCase cases[] = {
      {"GB29NWBK60161331926819", "iban=GB29NWBK60161331926819"},
      {"gb29nwbk60161331926819", "iban=gb29nwbk60161331926819"},
      {"to GB29 NWBK 6016 1331 9268 19 now", "iban=GB29 NWBK 6016 1331 9268 19"},
      {"PT50 0002 0123 1234 5678 9015 4", "iban=PT50 0002 0123 1234 5678 9015 4"},
      {"NO93 8601 1117 947", "iban=NO93 8601 1117 947"},
      {"GB29 NWBK 6016 1331 9268 18", ""},
      {"GB29 NWBK 6016 1331 926819", ""},
      {"GB29-NWBK-6016-1331-9268-19", ""},
      {"GB29NWBK60161331926819X", ""},
      {"GB29", ""},
      {"4111111111111111", "card_number=4111111111111111"},
      {"my 4111 1111 1111 1111, 12/30", "card_number=4111 1111 1111 1111"},
      {"4111 - 1111 - 1111 - 1111", "card_number=4111 - 1111 - 1111 - 1111"},
      {"4111\t1111\n1111 1111", "card_number=4111\t1111\n1111 1111"},
      {"+4111 1111 1111 1111", "card_number=4111 1111 1111 1111"},
      {"30569309025904", "card_number=30569309025904"},
      {"4111111111111112", ""},
      {"x4111111111111111", ""},
      {"4111.1111.1111.1111", ""},
      {"0.4111111111111111", ""},
      {"4111111111111111,5555555555554444", "card_number=4111111111111111"},
      {"4111111111111111, 5555555555554444",
       "card_number=4111111111111111; card_number=5555555555554444"},
      {"(411) 111-1111-1111111", ""},
  };
  check_texts(cases);
}

TEST(PiiFinder, FindsPhonesByTheirShape) {
  static constexpr TextCase cases[] = {
      {"+5511912345678", "phone=+5511912345678"},
      {"tel:+55 (11) 91234-5678;", "phone=+55 (11) 91234-5678"},
      {"+351 912 345 671", "phone=+351 912 345 671"},
      {"+1.555.867.5309", "phone=+1.555.867.5309"},
      {"+5511912345678 12 items", "phone=+5511912345678"},
      {"+12345678", "phone=+12345678"},
      {"+123456789012345", "phone=+123456789012345"},
      {"(11) 91234-5678", "phone=(11) 91234-5678"},
      {"(11)912345678", "phone=(11)912345678"},
      {"(11) 9 1234-5678", "phone=(11) 9 1234-5678"},
      {"(555) 867-5309", "phone=(555) 867-5309"},
      {"call 555-867-5309 2 times", "phone=555-867-5309"},
      {"1-555-867-5309", "phone=1-555-867-5309"},
      {"11 91234-5678", "phone=11 91234-5678"},
      {"11 3456-7890", "phone=11 3456-7890"},
      {"912 345 671", "phone=912 345 671"},
      {"612 34 56 78", "phone=612 34 56 78"},
      {"555\u00A0867\u00A05309", "phone=555\u00A0867\u00A05309"},
      {"(11) 91234\u20135678", "phone=(11) 91234\u20135678"},
      {"\uFF0B\uFF15\uFF15 \uFF08\uFF11\uFF11\uFF09 91234\uFF0D5678",
       "phone=\uFF0B\uFF15\uFF15 \uFF08\uFF11\uFF11\uFF09 91234\uFF0D5678"},
      {"11912345678", ""},
      {"5558675309", ""},
      {"+1234567", ""},
      {"+1234567890123456", ""},
      {"+05511912345678", ""},
      {"7+12345678", ""},
      {"155-867-5309", ""},
      {"555-867-53091", ""},
      {"2-555-867-5309", ""},
      {"555-867-5309-1", ""},
      {"94105-1234", ""},
      {"2024-02-29 12:34:56.789", ""},
      {"29/02/2024", ""},
      {"10.0.0.1, 192.168.100.200", ""},
      {"123 456 780 EUR", ""},
      {"(2) 12345678", ""},
      {"978-3-16-148410-0", ""},
  };
  check_texts(cases);
}

TEST(PiiFinder, SettlesWhatOverlaps) {
  static constexpr TextCase cases[] = {
      // The phone would take the last eleven digits too.
      {"+55 52998224725", "cpf=52998224725"},
      {"+1 555 867 5309 4111 1111 1111 1111",
       "phone=+1 555 867 5309; card_number=4111 1111 1111 1111"},
      {"+4222 2222 2222 2", "phone=+4222 2222 2222 2"},
      {"+52998224725", "phone=+52998224725"},
      {"555-867-5309@example.com", "email=555-867-5309@example.com"},
      {"4111 1111 1111 1111@example.com", "card_number=4111 1111 1111 1111"},
      {"4111 1111-1111-1111-ana@example.com",
       "card_number=4111 1111-1111-1111; email=ana@example.com"},
      {"529.982.247-25 ana@example.com (11) 91234-5678 GB29NWBK60161331926819",
       "cpf=529.982.247-25; email=ana@example.com; phone=(11) 91234-5678; "
       "iban=GB29NWBK60161331926819"},
  };
  check_texts(cases);
}

TEST(PiiFinder, HidesNothingBehindUnicode) {
  static constexpr TextCase cases[] = {
      {"\uFF15\uFF12\uFF19\uFF19\uFF18\uFF12\uFF12\uFF14\uFF17\uFF12\uFF15",
       "cpf=\uFF15\uFF12\uFF19\uFF19\uFF18\uFF12\uFF12\uFF14\uFF17\uFF12\uFF15"},
      {"529\u200B982\u200D24725", "cpf=529\u200B982\u200D24725"},
      {"\u200B52998224725\u200B", "cpf=52998224725"},
      {"529\u2024982.247-25", ""},
      {"529\uFF0E982\uFF0E247\u201125", "cpf=529\uFF0E982\uFF0E247\u201125"},
      {"529\u00A0982\u2009247\u221225", "cpf=529\u00A0982\u2009247\u221225"},
      {"\u7A0E\u53F752998224725\u53F7", "cpf=52998224725"},
      {"\u0665\u0662\u0669\u0669\u0668\u0662\u0662\u0664\u0667\u0662\u0665",
       "cpf=\u0665\u0662\u0669\u0669\u0668\u0662\u0662\u0664\u0667\u0662\u0665"},
      {"\uFF271\uFF22", ""},
      {"\uFF27\uFF2229NWBK60161331926819", "iban=\uFF27\uFF2229NWBK60161331926819"},
      {"4111\u00AD1111\u00AD1111\u00AD1111", "card_number=4111\u00AD1111\u00AD1111\u00AD1111"},
      {"\xFF"
       "52998224725\xC3",
       "cpf=52998224725"},
      {"5299\xFF"
       "8224725",
       ""},
  };
  check_texts(cases);
}

TEST(PiiFinder, MasksLettersAndDigitsOnly) {
  EXPECT_EQ(pii_masked("Ana, (11) 91234-5678, ana.s@example.com!"),
            "Ana, (**) *****-****, ***.*@*******.***!");
  EXPECT_EQ(pii_masked("529.982.247-25"), "***.***.***-**");
  EXPECT_EQ(pii_masked("jos\u00E9@example.com"), "****@*******.***");
  EXPECT_EQ(pii_masked("\uFF152\u200B998224725"), "**\u200B*********");
  EXPECT_EQ(pii_masked("nothing here"), "nothing here");
  EXPECT_EQ(pii_masked(""), "");
}

TEST(PiiFinder, NamesItsKinds) {
  PiiKinds kinds;
  EXPECT_TRUE(kinds.is_empty());
  std::string names;
  for (const PiiKind kind : all_pii_kinds) {
    EXPECT_FALSE(kinds.has(kind));
    kinds.add(kind);
    EXPECT_TRUE(kinds.has(kind));
    names += std::string(pii_kind_name(kind)) + " ";
  }
  EXPECT_EQ(names, "email phone cpf cnpj nif dni nie iban ssn card_number ");
}

}  // namespace
}  // namespace velum
