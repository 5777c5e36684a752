#pragma once
// Problem details (RFC 9457, with `message` and `code` beside them): the one place where an Error
// becomes an answer. The codes are a closed list, docs/errors.md. No answer holds a value from a
// request: messages are literals, and an error's subject is a name that a schema or we declared.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace velum {

struct ProblemKind {
  int status = 500;
  std::string_view code;
  std::string_view title;
};

ProblemKind problem_kind(ErrorCode code);
// The same for what http/ refuses by itself with `status`.
ProblemKind refusal_kind(int status, ErrorCode code);
// An error that has this code of docs/errors.md; nullopt if none has.
std::optional<ErrorCode> error_code_named(std::string_view code);

// What is told of an error; what went wrong inside is for the log, not for the caller.
std::string problem_message(const Error& error);

HttpResponse problem(const Error& error);
// With another status than the code's own: what framing and limits refuse.
HttpResponse problem(int status, const Error& error);

}  // namespace velum
