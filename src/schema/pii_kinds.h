#pragma once
// The kinds of personal data that are found in text, and a set of them for reports: it says what
// was there and never the value.

#include <cstdint>
#include <string_view>

namespace velum {

enum class PiiKind : std::uint8_t {
  email,
  phone,
  cpf,
  cnpj,
  nif,
  dni,
  nie,
  iban,
  ssn,
  card_number,
};

inline constexpr PiiKind all_pii_kinds[] = {
    PiiKind::email, PiiKind::phone, PiiKind::cpf,  PiiKind::cnpj, PiiKind::nif,
    PiiKind::dni,   PiiKind::nie,   PiiKind::iban, PiiKind::ssn,  PiiKind::card_number,
};

constexpr std::string_view pii_kind_name(PiiKind kind) {
  switch (kind) {
    case PiiKind::email: return "email";
    case PiiKind::phone: return "phone";
    case PiiKind::cpf: return "cpf";
    case PiiKind::cnpj: return "cnpj";
    case PiiKind::nif: return "nif";
    case PiiKind::dni: return "dni";
    case PiiKind::nie: return "nie";
    case PiiKind::iban: return "iban";
    case PiiKind::ssn: return "ssn";
    case PiiKind::card_number: return "card_number";
  }
  return {};
}

class PiiKinds {
 public:
  constexpr PiiKinds() = default;

  constexpr bool is_empty() const { return bits_ == 0; }
  constexpr bool has(PiiKind kind) const { return (bits_ & bit_of(kind)) != 0; }
  constexpr void add(PiiKind kind) { bits_ |= bit_of(kind); }
  constexpr void add(PiiKinds others) { bits_ |= others.bits_; }
  friend constexpr bool operator==(PiiKinds, PiiKinds) = default;

 private:
  static constexpr std::uint32_t bit_of(PiiKind kind) {
    return std::uint32_t{1} << static_cast<unsigned>(kind);
  }

  std::uint32_t bits_ = 0;
};

}  // namespace velum
