#include "cli/admin_client.h"

#include <algorithm>
#include <charconv>

#include "json/json_text.h"
#include "json/value.h"
#include "server/problem.h"

namespace velum {
namespace {

Error not_understood() {
  return {ErrorCode::io, "the server's answer is not understood"};
}

// An answer that is no success, as the error that it was. Messages of the server hold no value.
Error error_of(const ClientAnswer& answer) {
  const auto body = json::Document::parse(view(answer.body));
  const json::Value* code = body && body->root().is_object() ? body->root().find("code") : nullptr;
  const json::Value* message = code != nullptr ? body->root().find("message") : nullptr;
  if (message == nullptr || !code->is_string() || !message->is_string()) return not_understood();
  return {error_code_named(code->text()).value_or(ErrorCode::io), "refused",
          std::string(message->text())};
}

// Where the next page begins, a line, and the lines of this one.
struct PageText {
  std::string_view next, lines;
};
Result<PageText> page_text(const WipedText& answer) {
  const std::size_t end = view(answer).find('\n');
  if (end == std::string_view::npos) return not_understood();
  return PageText{view(answer).substr(0, end), view(answer).substr(end + 1)};
}

Result<EntityCounts> counts_of(const json::Value& answer, std::string_view name) {
  const json::Value* const members = answer.is_object() ? answer.find(name) : nullptr;
  if (members == nullptr || !members->is_object()) return not_understood();
  EntityCounts counts;
  for (const json::Member& member : members->members()) {
    const auto entity = entity_named(member.name);
    const bool is_count = member.value.kind() == json::Kind::number;
    const std::string_view text = is_count ? member.value.text() : std::string_view();
    std::uint32_t count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    if (!entity || count == 0) return not_understood();
    counts.add(*entity, count);
  }
  return counts;
}

Result<RowOutcome> outcome_of(std::string_view answer) {
  TRY_ASSIGN(const json::Document body, json::Document::parse(answer));
  RowOutcome outcome;
  TRY_ASSIGN(outcome.made, counts_of(body.root(), "made"));
  TRY_ASSIGN(outcome.already_there, counts_of(body.root(), "alreadyThere"));
  return outcome;
}

// It stands in a path.
bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-';
  });
}

}  // namespace

Result<AdminClient> AdminClient::connect(const DataDirectory& data) {
  TRY_ASSIGN(UnixHttpClient client, UnixHttpClient::connect(data.admin_socket()));
  return AdminClient(std::move(client));
}

Result<WipedText> AdminClient::post(std::string_view account, std::string_view what,
                                    std::string_view body) {
  std::string target = "/admin/";
  target.append(account).append("/").append(what);
  TRY_ASSIGN(ClientAnswer answer, client_.call("POST", target, body));
  if (answer.status / 100 != 2) return error_of(answer);
  return std::move(answer.body);
}

Result<WipedText> AdminClient::app_keys(std::string_view account, const AppKeyWish& wish) {
  if (!is_plain(wish.key)) return Error(ErrorCode::not_found, "there is no such app key");
  const std::string of_one = "appkeys/" + wish.key;
  switch (wish.verb) {
    case AppKeyVerb::create: return post(account, "appkeys/create", wish.body);
    case AppKeyVerb::list: return post(account, "appkeys/list", "{}");
    case AppKeyVerb::revoke: return post(account, of_one + "/revoke", "{}");
    case AppKeyVerb::rotate: return post(account, of_one + "/rotate", wish.body);
  }
  VELUM_CHECK(false);
}

Result<WipedText> AdminClient::users(std::string_view account, const UserWish& wish) {
  if (!is_plain(wish.id)) return Error(ErrorCode::not_found, "there is no such user");
  const std::string of_one = "users/" + wish.id;
  switch (wish.verb) {
    case UserVerb::create: return post(account, "users/create", wish.body.text());
    case UserVerb::list: return post(account, "users/list", "{}");
    case UserVerb::token: return post(account, of_one + "/token", "{}");
    case UserVerb::remove: return post(account, of_one + "/delete", "{}");
  }
  VELUM_CHECK(false);
}

Result<std::uint32_t> AdminClient::erase(std::string_view account, const Sensitive& email) {
  WipedText body;
  append(body, "{\"email\":");
  json::write_string(email.text(), body);
  body.push_back('}');
  TRY_ASSIGN(const WipedText answer, post(account, "erase", view(body)));
  return view(answer) == "{\"subjects\":0}" ? 0U : 1U;
}

Result<RowOutcome> AdminClient::import_row(std::string_view account, std::string_view row) {
  TRY_ASSIGN(const WipedText answer, post(account, "import", row));
  return outcome_of(view(answer));
}

Result<RowOutcome> AdminClient::check_row(std::string_view account, std::string_view row) {
  TRY_ASSIGN(const WipedText answer, post(account, "check", row));
  return outcome_of(view(answer));
}

Result<ExportedPage> AdminClient::export_page(std::string_view account,
                                              const ExportRequest& request) {
  WipedText body;
  append(body, R"({"entity":)");
  json::write_string(entity_name(request.entity), body);
  append(body, R"(,"after":)");
  json::write_string(request.after, body);
  if (request.reason) {
    append(body, R"(,"reason":)");
    json::write_string(request.reason->text(), body);
  }
  body.push_back('}');
  TRY_ASSIGN(const WipedText answer, post(account, "export", view(body)));
  TRY_ASSIGN(const PageText text, page_text(answer));
  ExportedPage page;
  page.next = text.next;
  append(page.lines, text.lines);
  return page;
}

Result<RecordHashPage> AdminClient::record_hashes(std::string_view account,
                                                  std::string_view place) {
  const std::string body = json_object({{"after", json_string(place)}});
  TRY_ASSIGN(const WipedText answer, post(account, "records", body));
  TRY_ASSIGN(const PageText text, page_text(answer));
  return RecordHashPage{std::string(text.lines), std::string(text.next)};
}

}  // namespace velum
