#include "http/percent.h"

#include <utility>

#include "http/ascii.h"
#include "http/utf8.h"

namespace velum {
namespace {

int hex_value(char letter) {
  const char lower = to_lower(letter);
  if (is_digit(lower)) return lower - '0';
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

std::optional<Sensitive> decode_percent(std::string_view text, PlusSign plus) {
  WipedText decoded;
  decoded.reserve(text.size());
  while (!text.empty()) {
    char letter = text.front();
    std::size_t taken = 1;
    if (letter == '%') {
      const int high = text.size() > 2 ? hex_value(text[1]) : -1;
      const int low = text.size() > 2 ? hex_value(text[2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      letter = static_cast<char>(high * 16 + low);
      taken = 3;
    } else if (letter == '+' && plus == PlusSign::is_space) {
      letter = ' ';
    }
    if (letter == '\0') return std::nullopt;
    decoded.push_back(letter);
    text.remove_prefix(taken);
  }
  if (!is_utf8(view(decoded))) return std::nullopt;
  return Sensitive(std::move(decoded));
}

}  // namespace velum
