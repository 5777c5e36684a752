#pragma once
// Time as an injected dependency. No other file in src/ reads a clock (tools/tidy.py checks).

#include <chrono>
#include <cstdint>
#include <optional>
#include <ratio>
#include <string>
#include <string_view>

namespace velum {

// 100 ns, the resolution of the API's timestamps, so that what is stored is what was shown.
using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>;
using Instant = std::chrono::sys_time<Ticks>;

class Clock {
 public:
  virtual Instant now() const = 0;                         // The wall: may jump.
  virtual std::chrono::nanoseconds monotonic() const = 0;  // Since some start: never jumps.
  // Nobody doubts that this moment has passed: what cannot be undone goes by it.
  virtual Instant passed() const { return now(); }
  virtual ~Clock() = default;
};

// "2022-01-05T15:41:37.5009471+00:00": seven fraction digits, UTC.
std::string to_text(Instant instant);
// Reads what to_text writes, and nothing else.
std::optional<Instant> parse_instant(std::string_view text);
// What people and programs write by ISO 8601: "2022-01-05", which is its first moment in UTC, or
// "2022-01-05T15:41[:37[.5009471]]" with "Z" or an offset as "-03:00" behind it.
std::optional<Instant> parse_iso_instant(std::string_view text);

}  // namespace velum
