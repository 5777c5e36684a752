#include "schema/pii_emails.h"

#include "schema/code_points.h"
#include "schema/pii_words.h"

namespace velum {
namespace {

bool is_in_local_part(const PiiSymbol& symbol) {
  if (symbol.sign != PiiSign::between) return true;
  switch (symbol.letter) {
    case '.':
    case '_':
    case '%':
    case '+':
    case '-':
    case '\'': return true;
    default: return false;
  }
}

// "logo@2x.png" is a picture for finer screens.
bool is_scale_of_picture(std::string_view domain) {
  return domain.size() > 2 && is_ascii_digit(domain[0]) && domain.substr(1, 2) == "x.";
}

// The words of a domain as they end, and the last that may end it.
class DomainEnd {
 public:
  void take(const PiiSymbol& symbol, std::size_t symbol_end) {
    if (symbol.sign == PiiSign::invisible) return;
    if (symbol.sign != sign_) {
      end_word();
      is_behind_dot_ = previous_ == '.';
      letters_ = 0;
      has_digits_ = false;
    }
    has_digits_ = has_digits_ || is_ascii_digit(symbol.letter);
    ++letters_;
    sign_ = symbol.sign;
    previous_ = symbol.letter;
    symbol_end_ = symbol_end;
  }
  // Two dots, and a dot in front, are in no name.
  bool may_be_followed_by_dot() const { return sign_ != PiiSign::between || previous_ == '-'; }
  std::size_t end() {
    end_word();
    return end_;
  }

 private:
  void end_word() {
    const bool is_word = sign_ == PiiSign::word || sign_ == PiiSign::caseless;
    if (is_word && is_behind_dot_ && !has_digits_ && letters_ > 1) end_ = symbol_end_;
  }

  PiiSign sign_ = PiiSign::between;
  bool is_behind_dot_ = false;
  bool has_digits_ = false;
  std::size_t letters_ = 0;
  char previous_ = '@';
  std::size_t symbol_end_ = 0;
  std::size_t end_ = 0;
};

}  // namespace

std::size_t PiiEmails::end_of_domain(std::size_t at) const {
  if (is_scale_of_picture(text_.substr(at))) return 0;
  DomainEnd domain;
  while (at < text_.size()) {
    const PiiSymbol symbol = pii_symbol_at(text_, at);
    const bool is_dot = symbol.sign == PiiSign::between && symbol.letter == '.';
    const bool is_dash = symbol.sign == PiiSign::between && symbol.letter == '-';
    if (symbol.sign == PiiSign::between && !is_dot && !is_dash) break;
    if (is_dot && !domain.may_be_followed_by_dot()) break;
    at += symbol.size_bytes;
    domain.take(symbol, at);
  }
  return domain.end();
}

bool PiiEmails::has_at_sign_behind(std::size_t at) {
  const auto look = [this, at](std::size_t& sign, std::string_view form) {
    if (sign < at) sign = text_.find(form, at);
    return sign != std::string_view::npos;
  };
  return look(at_sign_, "@") || look(wide_at_sign_, "\uFF20");
}

std::size_t PiiEmails::end_of_address(std::size_t at) {
  if (at < run_end_) return address_end_;
  if (!has_at_sign_behind(at)) return 0;
  address_end_ = 0;
  while (at < text_.size()) {
    const PiiSymbol symbol = pii_symbol_at(text_, at);
    if (!is_in_local_part(symbol)) {
      if (symbol.letter == '@') address_end_ = end_of_domain(at + symbol.size_bytes);
      break;
    }
    at += symbol.size_bytes;
  }
  run_end_ = at;
  return address_end_;
}

}  // namespace velum
