#include "server/problem.h"

#include "json/value.h"

namespace velum {
namespace {

void append_member(std::string_view name, std::string_view value, WipedText& out) {
  out.push_back(out.empty() ? '{' : ',');
  json::write_string(name, out);
  out.push_back(':');
  json::write_string(value, out);
}

}  // namespace

ProblemKind problem_kind(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument: return {400, "invalid_request", "Bad request"};
    case ErrorCode::invalid_json: return {400, "invalid_json", "Not acceptable JSON"};
    case ErrorCode::invalid_field: return {400, "invalid_field", "Invalid field"};
    case ErrorCode::masked_value: return {400, "masked_value", "Masked text sent as data"};
    case ErrorCode::card_data: return {400, "card_data", "Card data is refused"};
    case ErrorCode::reason_required: return {400, "reason_required", "A reason is required"};
    case ErrorCode::reason_not_allowed:
      return {400, "reason_not_allowed", "Not one of the account's reasons"};
    case ErrorCode::unauthenticated: return {401, "unauthenticated", "Who are you?"};
    case ErrorCode::permission_denied: return {403, "permission_denied", "Not allowed"};
    case ErrorCode::not_found: return {404, "not_found", "Not found"};
    case ErrorCode::method_not_allowed: return {405, "method_not_allowed", "Method not allowed"};
    case ErrorCode::already_exists:
    case ErrorCode::conflict: return {409, "conflict", "Conflict"};
    case ErrorCode::ambiguous: return {409, "ambiguous_key", "More than one record"};
    case ErrorCode::version_mismatch: return {412, "version_mismatch", "Another version"};
    case ErrorCode::idempotency_mismatch:
      return {422, "idempotency_mismatch", "Idempotency-Key used before"};
    case ErrorCode::too_large: return {413, "payload_too_large", "Too large"};
    case ErrorCode::unsupported_media_type:
      return {415, "unsupported_media_type", "Unsupported content type"};
    case ErrorCode::wrong_region: return {421, "wrong_region", "Another region's account"};
    case ErrorCode::rate_limited: return {429, "rate_limited", "Too many requests"};
    case ErrorCode::timeout: return {408, "request_timeout", "Too slow"};
    case ErrorCode::sealed: return {503, "sealed", "No key"};
    case ErrorCode::audit_unavailable: return {503, "audit_unavailable", "Audit unavailable"};
    case ErrorCode::storage_unavailable: return {503, "storage_unavailable", "Storage unavailable"};
    case ErrorCode::cancelled:
    case ErrorCode::corrupt:
    case ErrorCode::io:
    case ErrorCode::no_space:
    case ErrorCode::locked: break;
  }
  return {500, "internal_error", "Internal error"};
}

std::optional<ErrorCode> error_code_named(std::string_view code) {
  for (int number = 0; number <= static_cast<int>(ErrorCode::reason_not_allowed); ++number) {
    if (problem_kind(static_cast<ErrorCode>(number)).code == code) {
      return static_cast<ErrorCode>(number);
    }
  }
  return std::nullopt;
}

// What http/ refuses by itself has a status that says more than its error's code.
ProblemKind refusal_kind(int status, ErrorCode code) {
  if (status == 414) return {status, "uri_too_long", "Address too long"};
  if (status == 431) return {status, "headers_too_large", "Headers too large"};
  return problem_kind(code);
}

std::string problem_message(const Error& error) {
  if (problem_kind(error.code()).status == 500) {
    return "something went wrong inside; the log says more";
  }
  std::string message(error.message());
  if (!error.subject().empty()) message.append(": ").append(error.subject());
  return message;
}

HttpResponse problem(const Error& error) {
  return problem(problem_kind(error.code()).status, error);
}

HttpResponse problem(int status, const Error& error) {
  const ProblemKind kind = refusal_kind(status, error.code());
  const std::string message = problem_message(error);
  HttpResponse response;
  response.status = status;
  append_member("type", "about:blank", response.body);
  append_member("title", kind.title, response.body);
  append(response.body, ",\"status\":");
  append(response.body, std::to_string(status));
  append_member("detail", message, response.body);
  append_member("message", message, response.body);
  append_member("code", kind.code, response.body);
  response.body.push_back('}');
  return response;
}

}  // namespace velum
