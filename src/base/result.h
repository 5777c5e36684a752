#pragma once
// Result<T>: a value or an Error. How every fallible function in this project reports failure.
//
// Expected failures (not found, denied, corrupt record, disk full) are values and travel in
// Result. Bugs are VELUM_CHECK failures and end the process: a vault that does not know its own
// state must not answer. Nothing here throws, and memory that cannot be had ends the process too.
//
// The members are the subset of std::expected that we use, under the same names, so this header
// can become an alias once every compiler we build with has <expected>. On Debian 12 clang does
// not.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace velum {

// What went wrong, as finely as a caller can act on it. server/problem.h maps each to a status and
// to the `code` of docs/errors.md.
enum class ErrorCode : std::uint8_t {
  invalid_argument,   // The request is malformed.
  invalid_json,       // The body is not the JSON we accept.
  invalid_field,      // A member of the document breaks the schema.
  masked_value,       // Masked text was sent back as data.
  card_data,          // A card number or a security code.
  reason_required,    // Unmasking without a reason.
  unauthenticated,    // Who are you?
  permission_denied,  // We know you; you may not.
  not_found,          // Unknown, malformed, expired, deleted, erased or foreign: one answer.
  method_not_allowed,
  conflict,              // A unique value is held by another subject.
  ambiguous,             // More than one record answers to an alternative key.
  version_mismatch,      // If-Match, or a concurrent write.
  idempotency_mismatch,  // An Idempotency-Key came with another request before.
  too_large,
  unsupported_media_type,
  rate_limited,
  wrong_region,
  sealed,  // This process has not been given the key.
  audit_unavailable,
  storage_unavailable,
  timeout,
  cancelled,
  corrupt,   // Bytes on disk do not verify.
  io,        // The operating system refused.
  no_space,  // The disk is full.
  locked,    // Another process owns the data directory.
  already_exists,
  reason_not_allowed,  // Unmasking for a reason that is none of the account's.
};

// Text that was in the source at compile time. Error messages and log event names are Literals,
// so a shopper's data cannot reach either of them by string concatenation.
class Literal {
 public:
  consteval Literal(const char* text) : text_(text) {}  // NOLINT(google-explicit-constructor)
  constexpr std::string_view view() const { return text_; }
  friend constexpr bool operator==(Literal, Literal) = default;

 private:
  std::string_view text_;
};

class [[nodiscard]] Error {
 public:
  Error(ErrorCode code, Literal message) : code_(code), message_(message) {}
  // `subject` names what the message is about: a field that a schema declares, a permission, a
  // file that the operator named. Never a value, and never a name that only the request knows.
  Error(ErrorCode code, Literal message, std::string subject)
      : code_(code), message_(message), subject_(std::move(subject)) {}

  ErrorCode code() const { return code_; }
  std::string_view message() const { return message_.view(); }
  const std::string& subject() const { return subject_; }

 private:
  ErrorCode code_;
  Literal message_;
  std::string subject_;
};

[[noreturn]] inline void check_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: check failed: %s\n", file, line, expression);
  std::abort();
}

// Stays on in release builds: see "Bugs" in ARCHITECTURE.md.
#define VELUM_CHECK(expression) \
  ((expression) ? static_cast<void>(0) : ::velum::check_failed(#expression, __FILE__, __LINE__))

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<1>, std::move(value)) {}      // NOLINT: by design.
  Result(Error error) : state_(std::in_place_index<0>, std::move(error)) {}  // NOLINT: by design.

  bool has_value() const { return state_.index() == 1; }
  explicit operator bool() const { return has_value(); }

  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  const T& value() const& {
    VELUM_CHECK(has_value());
    return *std::get_if<1>(&state_);
  }
  T& value() & {
    VELUM_CHECK(has_value());
    return *std::get_if<1>(&state_);
  }
  T&& value() && {
    VELUM_CHECK(has_value());
    return std::move(*std::get_if<1>(&state_));
  }
  const Error& error() const {
    VELUM_CHECK(!has_value());
    return *std::get_if<0>(&state_);
  }

 private:
  std::variant<Error, T> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: by design.

  bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  const Error& error() const {
    VELUM_CHECK(!has_value());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

#define VELUM_CONCAT_(a, b) a##b
#define VELUM_CONCAT(a, b) VELUM_CONCAT_(a, b)

// Returns the error of `expression` from the enclosing function, if it has one.
#define TRY(expression)                                                         \
  do {                                                                          \
    if (auto try_result = (expression); !try_result) return try_result.error(); \
  } while (false)

// Declares `declaration` with the value of `expression`, or returns its error:
//   TRY_ASSIGN(const Profile profile, store.read(token));
#define TRY_ASSIGN(declaration, expression) \
  TRY_ASSIGN_(VELUM_CONCAT(try_result_, __LINE__), declaration, expression)
#define TRY_ASSIGN_(result, declaration, expression) \
  auto result = (expression);                        \
  if (!result) return result.error();                \
  declaration = *std::move(result)

// The same inside a coroutine.
#define CO_TRY(expression)                                                         \
  do {                                                                             \
    if (auto try_result = (expression); !try_result) co_return try_result.error(); \
  } while (false)
#define CO_TRY_ASSIGN(declaration, expression) \
  CO_TRY_ASSIGN_(VELUM_CONCAT(try_result_, __LINE__), declaration, expression)
#define CO_TRY_ASSIGN_(result, declaration, expression) \
  auto result = (expression);                           \
  if (!result) co_return result.error();                \
  declaration = *std::move(result)

}  // namespace velum
