#include "base/clock.h"

#include <algorithm>
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
  if (text.empty()) return std::nullopt;
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

namespace {

// Takes "2022-01-05" from the beginning of `text`.
std::optional<sys_days> take_date(std::string_view& text) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year_part = digits(text.substr(0, 4));
  const auto month_part = digits(text.substr(5, 2));
  const auto day_part = digits(text.substr(8, 2));
  if (!year_part || !month_part || !day_part) return std::nullopt;
  const year_month_day date(year(*year_part), month(static_cast<unsigned>(*month_part)),
                            day(static_cast<unsigned>(*day_part)));
  text.remove_prefix(10);
  if (!date.ok()) return std::nullopt;
  return sys_days(date);
}

// Takes two digits, with `before` in front of them, that are less than `limit`.
std::optional<int> take_pair(std::string_view& text, char before, int limit) {
  if (text.size() < 3 || text.front() != before) return std::nullopt;
  const auto value = digits(text.substr(1, 2));
  text.remove_prefix(3);
  if (!value || *value >= limit) return std::nullopt;
  return value;
}

// Takes ".5", one digit to nine of them. What is less than a tick is dropped.
std::optional<Ticks> take_fraction(std::string_view& text) {
  if (text.empty() || text.front() != '.') return Ticks(0);
  const std::size_t end = std::min(text.find_first_not_of("0123456789", 1), text.size());
  std::string ticks(text.substr(1, end - 1));
  text.remove_prefix(end);
  if (ticks.empty() || ticks.size() > 9) return std::nullopt;
  ticks.resize(7, '0');
  return Ticks(*digits(ticks));
}

// The whole of what follows a time: "Z", "+00:00", "-03:00".
std::optional<minutes> offset_of(std::string_view text) {
  if (text == "Z") return minutes(0);
  if (text.size() != 6) return std::nullopt;
  const bool is_west = text.front() == '-';
  if (!is_west && text.front() != '+') return std::nullopt;
  const auto hour = take_pair(text, text.front(), 24);
  const auto minute = hour ? take_pair(text, ':', 60) : std::nullopt;
  if (!minute) return std::nullopt;
  const minutes east = hours(*hour) + minutes(*minute);
  return is_west ? -east : east;
}

}  // namespace

std::optional<Instant> parse_iso_instant(std::string_view text) {
  const auto date = take_date(text);
  if (!date) return std::nullopt;
  if (text.empty()) return Instant(*date);
  const auto hour = take_pair(text, 'T', 24);
  const auto minute = hour ? take_pair(text, ':', 60) : std::nullopt;
  if (!minute) return std::nullopt;
  std::optional<int> second = 0;
  std::optional<Ticks> fraction = Ticks(0);
  if (text.starts_with(':')) {
    second = take_pair(text, ':', 60);
    fraction = second ? take_fraction(text) : std::nullopt;
  }
  const auto offset = fraction ? offset_of(text) : std::nullopt;
  if (!offset) return std::nullopt;
  const Instant instant =
      *date + hours(*hour) + minutes(*minute) + seconds(*second) + *fraction - *offset;
  // Outside of these years there is no text of it.
  const int in_year = int{year_month_day(std::chrono::floor<days>(instant)).year()};
  return in_year >= 0 && in_year <= 9999 ? std::optional(instant) : std::nullopt;
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
