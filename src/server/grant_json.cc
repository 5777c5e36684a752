#include "server/grant_json.h"

#include <algorithm>
#include <span>
#include <utility>

#include "access/allowed_reasons.h"
#include "access/app_keys.h"
#include "json/json_text.h"
#include "json/value.h"
#include "schema/code_points.h"
#include "schema/normalise.h"
#include "server/json_body.h"

namespace velum {
namespace {

constexpr std::uint32_t grant_minutes_max = 24 * 60;
constexpr std::uint32_t break_glass_minutes_max = 60;
constexpr std::size_t ticket_size_max_bytes = 64;
constexpr std::size_t subjects_max = 100;
// So that an audit entry, and a thousand grants in memory, have room for it.
constexpr std::size_t scope_size_max_bytes = 8 << 10;

Error not_a_grant(Literal message, std::string_view member) {
  return {ErrorCode::invalid_argument, message, std::string(member)};
}

// It is kept in clear, so it is held to what is about nobody: "OPS-7".
bool is_ticket(std::string_view text) {
  return text.size() <= ticket_size_max_bytes &&
         std::all_of(text.begin(), text.end(), [](char letter) {
           return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                  (letter >= '0' && letter <= '9') ||
                  std::string_view("-_#./").find(letter) != std::string_view::npos;
         });
}

bool is_purpose(std::string_view text) {
  const auto words = normalise_value(FieldMeaning::text, text);
  return words && !words->text().empty() && text.size() <= AllowedReasons::size_max_bytes;
}

Result<Sensitive> purpose_in(const json::Value& body) {
  const json::Value* purpose = body.find("purpose");
  if (purpose == nullptr || !purpose->is_string() || !is_purpose(purpose->text())) {
    return not_a_grant("purpose is a text of 1 to 100 bytes that says what the work is", "purpose");
  }
  return Sensitive(purpose->text());
}

Result<std::string> ticket_in(const json::Value& body) {
  const json::Value* ticket = body.find("ticket");
  if (ticket == nullptr) return std::string();
  if (!ticket->is_string() || !is_ticket(ticket->text())) {
    return not_a_grant("ticket is up to 64 of a-z, A-Z, 0-9 and -_#./", "ticket");
  }
  return std::string(ticket->text());
}

Result<std::uint32_t> minutes_in(const json::Value& body, std::uint32_t max) {
  const auto minutes = whole_number(body.find("minutes"));
  if (minutes && *minutes >= 1 && *minutes <= max) return *minutes;
  return not_a_grant("minutes is a whole number: up to 1440, and 60 behind broken glass",
                     "minutes");
}

Result<Grants> scope_in(const json::Value& body) {
  const json::Value* resources = body.find("resources");
  const bool is_list = resources != nullptr && resources->is_array() && !resources->items().empty();
  if (!is_list) {
    return not_a_grant("resources has what is to be unmasked, as a role's do", "resources");
  }
  TRY_ASSIGN(Grants scope, Grants::of(*resources));
  for (const json::Value& item : resources->items()) {
    if (item.find("resource")->text() != resource_name(Resource::unmask_item)) {
      return not_a_grant("a grant is of UnmaskItemResource alone", "resources");
    }
  }
  if (scope.json().size() > scope_size_max_bytes) {
    return not_a_grant("the resources of a grant have at most 8 KiB", "resources");
  }
  return scope;
}

Result<std::vector<Token>> subjects_in(const json::Value& body) {
  static constexpr Literal otherwise = "tokens is a list of 1 to 100 ids of profiles or prospects";
  std::vector<Token> subjects;
  const json::Value* tokens = body.find("tokens");
  if (tokens == nullptr) return subjects;
  if (!tokens->is_array() || tokens->items().empty() || tokens->items().size() > subjects_max) {
    return not_a_grant(otherwise, "tokens");
  }
  for (const json::Value& item : tokens->items()) {
    const auto token = item.is_string() ? Token::parse(item.text()) : std::nullopt;
    if (!token) return not_a_grant(otherwise, "tokens");
    subjects.push_back(*token);
  }
  return subjects;
}

std::string ids_json(std::string_view list) {
  std::vector<std::string> items;
  for (const std::string_view id : listed(list)) items.push_back(json_string(id));
  return json_array(items);
}

std::string_view state_of(const UnmaskGrantRow& row, Instant now) {
  if (row.state == GrantState::ended) return "ended";
  const bool is_over = has_lapsed(row, now);
  if (row.state == GrantState::requested) return is_over ? "lapsed" : "requested";
  return is_over ? "over" : "active";
}

}  // namespace

Result<GrantRequest> grant_request_of(std::string_view body) {
  static constexpr std::string_view known[] = {"purpose", "ticket", "minutes", "resources",
                                               "tokens"};
  TRY_ASSIGN(const json::Document document, object_of(body, known));
  TRY_ASSIGN(Sensitive purpose, purpose_in(document.root()));
  GrantRequest request{.purpose = std::move(purpose)};
  TRY_ASSIGN(request.ticket, ticket_in(document.root()));
  TRY_ASSIGN(request.minutes, minutes_in(document.root(), grant_minutes_max));
  TRY_ASSIGN(request.scope, scope_in(document.root()));
  TRY_ASSIGN(request.subjects, subjects_in(document.root()));
  return request;
}

Result<GrantRequest> break_glass_of(std::string_view body) {
  static constexpr std::string_view known[] = {"purpose", "ticket", "minutes"};
  TRY_ASSIGN(const json::Document document, object_of(body, known));
  TRY_ASSIGN(Sensitive purpose, purpose_in(document.root()));
  GrantRequest request{.purpose = std::move(purpose)};
  TRY_ASSIGN(request.ticket, ticket_in(document.root()));
  TRY_ASSIGN(request.minutes, minutes_in(document.root(), break_glass_minutes_max));
  request.scope.allow(Resource::unmask_item);
  return request;
}

Result<WipedText> grant_json(const UnmaskGrantRow& row, const Vault& vault, Instant now) {
  TRY_ASSIGN(const Sensitive purpose, vault.open_purpose(row.id, row.purpose));
  const std::string rest = json_object(
      {{"id", json_string(row.id.text())},
       {"kind", json_string(row.kind == GrantKind::approved ? "approved" : "break-glass")},
       {"state", json_string(state_of(row, now))},
       {"holder", json_string(row.holder.text())},
       {"ticket", json_string(row.ticket)},
       {"minutes", std::to_string(row.minutes)},
       {"resources", row.resources},
       {"tokens", row.subjects.empty() ? "null" : ids_json(row.subjects)},
       {"approvalsNeeded", std::to_string(row.approvals_needed)},
       {"approvedBy", ids_json(row.approvers)},
       {"createdIn", json_string(to_text(row.created_at))},
       {"endsAt", json_string(to_text(row.ends_at))}});
  WipedText out;
  append(out, R"({"purpose":)");
  json::write_string(purpose.text(), out);
  append(out, ",");
  append(out, std::string_view(rest).substr(1));
  return out;
}

}  // namespace velum
