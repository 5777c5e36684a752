#include "server/reason.h"

#include <utility>

#include "http/query.h"
#include "schema/code_points.h"
#include "schema/normalise.h"

namespace velum {
namespace {

constexpr std::size_t reason_code_points_max = 512;
constexpr const char* of_grant = "grant";  // Held against the list when it was asked for.

// Not if there is nothing but blanks, of whatever script.
Result<bool> says_something(std::string_view text) {
  const auto words = normalise_value(FieldMeaning::text, text);
  if (!words) return Error(ErrorCode::invalid_argument, "a reason is text in UTF-8");
  if (words->text().empty()) return false;
  if (count_code_points(text) > reason_code_points_max) {
    return Error(ErrorCode::invalid_argument, "a reason is longer than 512 characters");
  }
  return true;
}

Result<std::optional<Sensitive>> words_in_query(const QueryView& query, std::string_view name) {
  TRY_ASSIGN(std::optional<Sensitive> text, query.find(name));
  if (!text) return text;
  TRY_ASSIGN(const bool is_there, says_something(text->text()));
  if (!is_there) return std::optional<Sensitive>();
  return text;
}

// For whom somebody asks is as personal as why, and is kept with it.
Result<Sensitive> with_requester(const QueryView& query, Sensitive why) {
  TRY_ASSIGN(const std::optional<Sensitive> whom, words_in_query(query, "onBehalfOf"));
  if (!whom) return why;
  WipedText both;
  append(both, why.text());
  append(both, ", on behalf of ");
  append(both, whom->text());
  return Sensitive(std::move(both));
}

Error not_allowed(const AllowedReasons& allowed) {
  std::string texts;
  for (const std::string& text : allowed.texts()) {
    texts.append(texts.empty() ? "" : ", ").append(text);
  }
  return Error(ErrorCode::reason_not_allowed, "this account unmasks for one of these reasons alone",
               std::move(texts));
}

// What was given, without for whom; nullopt: nothing.
Result<std::optional<Reason>> given_reason(const QueryView& query, const ReasonRules& rules) {
  for (const std::string_view name : {"reason", "useCase"}) {
    TRY_ASSIGN(std::optional<Sensitive> why, words_in_query(query, name));
    if (why) return std::optional(Reason{name == "reason" ? "given" : "useCase", *std::move(why)});
  }
  if (!rules.purpose.empty()) return std::optional(Reason{of_grant, Sensitive(rules.purpose)});
  TRY_ASSIGN(const bool has_default, says_something(rules.default_reason));
  if (has_default) return std::optional(Reason{"default", Sensitive(rules.default_reason)});
  return std::optional<Reason>();
}

}  // namespace

Result<Reason> reason_of(const HttpRequest& request, const ReasonRules& rules) {
  const QueryView query(request.query);
  TRY_ASSIGN(std::optional<Reason> reason, given_reason(query, rules));
  if (reason) {
    const bool is_allowed = reason->code == of_grant || rules.allowed.allow(reason->text.text());
    if (!is_allowed) return not_allowed(rules.allowed);
    TRY_ASSIGN(Sensitive text, with_requester(query, std::move(reason->text)));
    return Reason{std::move(reason->code), std::move(text)};
  }
  return Error(ErrorCode::reason_required, "unmasking takes a reason: ?reason=...");
}

Reason reason_of_shopper() {
  return {"self", Sensitive("self")};
}

Result<void> check_purpose(const AllowedReasons& allowed, std::string_view purpose) {
  return allowed.allow(purpose) ? Result<void>() : Result<void>(not_allowed(allowed));
}

Result<Reason> reason_of(std::string_view words) {
  TRY_ASSIGN(const bool is_there, says_something(words));
  if (!is_there) return Error(ErrorCode::reason_required, "unmasking takes a reason: --reason");
  return Reason{"given", Sensitive(words)};
}

}  // namespace velum
