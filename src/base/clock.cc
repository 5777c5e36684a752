#include "base/clock.h"

#include <charconv>

namespace velum {
namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::hh_mm_ss;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::month;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

void append_digits(std::string& out, std::int64_t value, std::size_t width) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
  const auto size = static_cast<std::size_t>(end - digits);
  if (size < width) out.append(width - size, '0');
  out.append(digits, size);
}

std::optional<int> digits(std::string_view text) {
  int value = 0;
  for (const char letter : text) {
    if (letter < '0' || letter > '9') return std::nullopt;
    value = value * 10 + (letter - '0');
  }
  return value;
}

}  // namespace

std::string to_text(Instant instant) {
  const auto midnight = std::chrono::floor<days>(instant);
  const year_month_day date(midnight);
  const hh_mm_ss<Ticks> time(instant - midnight);
  std::string out;
  out.reserve(33);
  append_digits(out, static_cast<int>(date.year()), 4);
  out.push_back('-');
  append_digits(out, static_cast<unsigned>(date.month()), 2);
  out.push_back('-');
  append_digits(out, static_cast<unsigned>(date.day()), 2);
  out.push_back('T');
  append_digits(out, time.hours().count(), 2);
  out.push_back(':');
  append_digits(out, time.minutes().count(), 2);
  out.push_back(':');
  append_digits(out, time.seconds().count(), 2);
  out.push_back('.');
  append_digits(out, time.subseconds().count(), 7);
  out.append("+00:00");
  return out;
}

std::optional<Instant> parse_instant(std::string_view text) {
  if (text.size() != 33) return std::nullopt;
  const auto year_part = digits(text.substr(0, 4));
  const auto month_part = digits(text.substr(5, 2));
  const auto day_part = digits(text.substr(8, 2));
  const auto hour = digits(text.substr(11, 2));
  const auto minute = digits(text.substr(14, 2));
  const auto second = digits(text.substr(17, 2));
  const auto fraction = digits(text.substr(20, 7));
  if (!year_part || !month_part || !day_part || !hour || !minute || !second || !fraction) {
    return std::nullopt;
  }
  const year_month_day date(year(*year_part), month(static_cast<unsigned>(*month_part)),
                            day(static_cast<unsigned>(*day_part)));
  if (!date.ok()) return std::nullopt;
  const Instant instant =
      sys_days(date) + hours(*hour) + minutes(*minute) + seconds(*second) + Ticks(*fraction);
  if (to_text(instant) != text) return std::nullopt;
  return instant;
}

}  // namespace velum
