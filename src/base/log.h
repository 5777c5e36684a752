#pragma once
// Structured logging that takes only what is safe to keep. Arbitrary strings are not: what is
// logged is a literal event with numbers, enums, ids and other literals.
//
// A Log is passed to whoever logs; the real one (io/line_log.h) writes lines to standard error.

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <type_traits>

#include "base/ids.h"
#include "base/result.h"

namespace velum {

enum class LogLevel : std::uint8_t { info, warning, error };

template <typename T>
concept LoggableId = requires(const T& id) {
  { id.uuid() } -> std::same_as<const Uuid&>;
};

template <typename T>
concept Loggable =
    std::integral<T> || std::is_enum_v<T> || LoggableId<T> || std::same_as<T, Literal>;

struct LogField {
  template <Loggable T>
  LogField(Literal field_name, const T& value) : name(field_name), text(to_text(value)) {}

  Literal name;
  std::string text;

 private:
  template <typename T>
  static std::string to_text(const T& value) {
    if constexpr (LoggableId<T>) {
      return value.text();
    } else if constexpr (std::same_as<T, Literal>) {
      return std::string(value.view());
    } else if constexpr (std::is_enum_v<T>) {
      return std::to_string(static_cast<std::underlying_type_t<T>>(value));
    } else {
      return std::to_string(value);
    }
  }
};

class Log {
 public:
  // May be called from any thread. Never fails: what cannot be written is dropped.
  virtual void write(LogLevel level, Literal event, std::initializer_list<LogField> fields) = 0;
  virtual ~Log() = default;

  void info(Literal event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::info, event, fields);
  }
  void warning(Literal event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::warning, event, fields);
  }
  void error(Literal event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::error, event, fields);
  }
};

// For tests and for commands that report otherwise.
class NoLog final : public Log {
 public:
  void write(LogLevel, Literal, std::initializer_list<LogField>) override {}
};

}  // namespace velum
