#include "server/admin_api.h"

#include <utility>

#include "json/value.h"
#include "server/export_page.h"
#include "server/import_row.h"
#include "server/problem.h"
#include "server/record_hashes.h"

namespace velum {
namespace {

HttpResponse shown(const RowOutcome& outcome) {
  HttpResponse response;
  response.status = 200;
  append(response.body, "{" + counts_json(outcome) + "}");
  return response;
}

class CommandCallers final : public ImportCallers {
 public:
  CommandCallers(const Account& account, Random& random) : account_(account), random_(random) {}

  Task<Result<Caller>> caller_for(EntityId entity) override {
    Caller caller = admin_caller(account_, random_, "velum import", Resource::put_item);
    caller.decision.entity = entity;
    co_return caller;
  }

 private:
  const Account& account_;
  Random& random_;
};

Result<ExportRequest> export_request_of(std::string_view text) {
  TRY_ASSIGN(const json::Document body, json::Document::parse(text));
  const auto words = [&body](std::string_view name) -> std::optional<std::string_view> {
    const json::Value* value = body.root().is_object() ? body.root().find(name) : nullptr;
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return value->text();
  };
  const auto entity = entity_named(words("entity").value_or(""));
  if (!entity) return Error(ErrorCode::invalid_argument, "there is no such entity");
  ExportRequest request{*entity, std::string(words("after").value_or("")), std::nullopt};
  if (const auto reason = words("reason")) request.reason = Sensitive(*reason);
  return request;
}

}  // namespace

Caller admin_caller(const Account& account, Random& random, std::string_view command,
                    Resource resource) {
  Caller caller;
  caller.account = &account;
  caller.decision.principal.kind = PrincipalKind::local_admin;
  caller.decision.principal.account = account.id;
  caller.decision.principal.name = command;
  caller.decision.resource = resource;
  caller.decision.entity = EntityId::profile;
  caller.decision.rule = "local_admin";
  caller.decision.allowed = true;
  caller.request = RequestId::random(random);
  return caller;
}

Task<Result<RowOutcome>> import_row_by_command(DocumentEngine& engine, const Account& account,
                                               Random& random, std::string_view row) {
  CommandCallers callers(account, random);
  RowOutcome outcome;
  const Result<void> done = co_await import_row(engine, callers, account, row, outcome);
  if (done) co_return outcome;
  if (done.error().code() == ErrorCode::not_found) {
    co_return nobody_has_email(ErrorCode::invalid_argument);
  }
  if (done.error().code() == ErrorCode::conflict) {
    co_return Error(ErrorCode::invalid_argument,
                    "its e-mail is held by nobody who can be found now: import it again later");
  }
  co_return done.error();
}

AdminApi::AdminApi(const AdminParts& parts) : parts_(parts) {
  router_.add(HttpMethod::post, "/admin/{account}/erase",
              static_cast<std::size_t>(RouteNumber::erase));
  router_.add(HttpMethod::post, "/admin/{account}/import",
              static_cast<std::size_t>(RouteNumber::import));
  router_.add(HttpMethod::post, "/admin/{account}/export",
              static_cast<std::size_t>(RouteNumber::export_page));
  router_.add(HttpMethod::post, "/admin/{account}/records",
              static_cast<std::size_t>(RouteNumber::records));
  router_.add(HttpMethod::post, "/admin/{account}/check",
              static_cast<std::size_t>(RouteNumber::check));
  router_.add(HttpMethod::post, "/admin/{account}/appkeys/create",
              static_cast<std::size_t>(RouteNumber::create_app_key));
  router_.add(HttpMethod::post, "/admin/{account}/appkeys/list",
              static_cast<std::size_t>(RouteNumber::list_app_keys));
  router_.add(HttpMethod::post, "/admin/{account}/appkeys/{key}/revoke",
              static_cast<std::size_t>(RouteNumber::revoke_app_key));
  router_.add(HttpMethod::post, "/admin/{account}/appkeys/{key}/rotate",
              static_cast<std::size_t>(RouteNumber::rotate_app_key));
  router_.add(HttpMethod::post, "/admin/{account}/users/create",
              static_cast<std::size_t>(RouteNumber::create_user));
  router_.add(HttpMethod::post, "/admin/{account}/users/list",
              static_cast<std::size_t>(RouteNumber::list_users));
  router_.add(HttpMethod::post, "/admin/{account}/users/{id}/token",
              static_cast<std::size_t>(RouteNumber::issue_user_token));
  router_.add(HttpMethod::post, "/admin/{account}/users/{id}/delete",
              static_cast<std::size_t>(RouteNumber::delete_user));
}

Task<HttpResponse> AdminApi::handle(const HttpRequest& request) {
  Result<HttpResponse> result = co_await answer(request);
  if (result) co_return *std::move(result);
  HttpResponse response = problem(result.error());
  if (response.status == 500) {
    parts_.log.error("command_failed", {{"code", result.error().code()}});
  }
  co_return response;
}

HttpResponse AdminApi::refuse(int status, const Error& error) {
  return problem(status, error);
}

Task<Result<HttpResponse>> AdminApi::answer(const HttpRequest& request) {
  if (!request.from_admin_socket) {
    co_return Error(ErrorCode::not_found, "there is no such path");
  }
  const RouteMatch match = router_.find(request.method, request.path);
  if (match.outcome != RouteMatch::Outcome::found) {
    co_return Error(ErrorCode::not_found, "there is no such path");
  }
  CO_TRY_ASSIGN(const Sensitive name, decode_path_segment(match.values[0]));
  const Account* account = parts_.accounts.find(name.text());
  if (account == nullptr) co_return Error(ErrorCode::not_found, "there is no such account here");
  co_return co_await dispatch(match, *account, request);
}

Task<Result<HttpResponse>> AdminApi::dispatch(const RouteMatch& match, const Account& account,
                                              const HttpRequest& request) {
  switch (static_cast<RouteNumber>(match.route)) {
    case RouteNumber::erase: co_return co_await erase(account, request);
    case RouteNumber::import: co_return co_await import(account, request);
    case RouteNumber::export_page: co_return co_await export_page(account, request);
    case RouteNumber::records: co_return co_await records(account, request);
    case RouteNumber::create_app_key:
      co_return co_await app_key(AppKeyVerb::create, match, account, request);
    case RouteNumber::list_app_keys:
      co_return co_await app_key(AppKeyVerb::list, match, account, request);
    case RouteNumber::revoke_app_key:
      co_return co_await app_key(AppKeyVerb::revoke, match, account, request);
    case RouteNumber::rotate_app_key:
      co_return co_await app_key(AppKeyVerb::rotate, match, account, request);
    case RouteNumber::create_user:
      co_return co_await user(UserVerb::create, match, account, request);
    case RouteNumber::list_users: co_return co_await user(UserVerb::list, match, account, request);
    case RouteNumber::issue_user_token:
      co_return co_await user(UserVerb::token, match, account, request);
    case RouteNumber::delete_user:
      co_return co_await user(UserVerb::remove, match, account, request);
    case RouteNumber::check: break;
  }
  CO_TRY_ASSIGN(const RowOutcome outcome, check_row(account, request.body));
  co_return shown(outcome);
}

Task<Result<HttpResponse>> AdminApi::erase(const Account& account, const HttpRequest& request) {
  CO_TRY_ASSIGN(const json::Document body, json::Document::parse(request.body));
  const json::Value* email = body.root().is_object() ? body.root().find("email") : nullptr;
  if (email == nullptr || !email->is_string()) {
    co_return Error(ErrorCode::invalid_argument, "send {\"email\": \"...\"}");
  }
  Caller caller = admin_caller(account, parts_.random, "velum erase", Resource::delete_item);
  Sensitive wanted(email->text());
  CO_TRY_ASSIGN(const std::uint32_t subjects,
                co_await parts_.eraser.erase_by_email(std::move(caller), std::move(wanted)));
  HttpResponse response;
  response.status = 200;
  append(response.body, "{\"subjects\":" + std::to_string(subjects) + "}");
  co_return response;
}

Task<Result<HttpResponse>> AdminApi::app_key(AppKeyVerb verb, const RouteMatch& match,
                                             const Account& account, const HttpRequest& request) {
  AppKeyWish wish{verb, {}, std::string(request.body)};
  if (verb == AppKeyVerb::revoke || verb == AppKeyVerb::rotate) {
    CO_TRY_ASSIGN(const Sensitive key, decode_path_segment(match.values[1]));
    wish.key = key.text();
  }
  if (verb != AppKeyVerb::list && !parts_.outbox.has_room()) co_return outbox_is_full();
  const AppKeyDesk desk{parts_.license, parts_.access, parts_.clock, parts_.random};
  HttpResponse response;
  response.status = 200;
  CO_TRY_ASSIGN(response.body, co_await do_with_app_keys(desk, account, std::move(wish)));
  co_return response;
}

Task<Result<HttpResponse>> AdminApi::user(UserVerb verb, const RouteMatch& match,
                                          const Account& account, const HttpRequest& request) {
  UserWish wish{verb, {}, Sensitive(request.body)};
  if (verb == UserVerb::token || verb == UserVerb::remove) {
    CO_TRY_ASSIGN(const Sensitive id, decode_path_segment(match.values[1]));
    wish.id = id.text();
  }
  if (verb != UserVerb::list && !parts_.outbox.has_room()) co_return outbox_is_full();
  const AppKeyDesk desk{parts_.license, parts_.access, parts_.clock, parts_.random};
  HttpResponse response;
  response.status = 200;
  CO_TRY_ASSIGN(response.body, co_await do_with_users(desk, account, std::move(wish)));
  co_return response;
}

Task<Result<HttpResponse>> AdminApi::export_page(const Account& account,
                                                 const HttpRequest& request) {
  CO_TRY_ASSIGN(const ExportRequest wanted, export_request_of(request.body));
  CO_TRY_ASSIGN(const ExportedPage page,
                co_await velum::export_page(parts_.engine, account, parts_.random, wanted));
  HttpResponse response;
  response.status = 200;
  append(response.body, page.next + "\n");
  append(response.body, view(page.lines));
  co_return response;
}

Task<Result<HttpResponse>> AdminApi::records(const Account& account, const HttpRequest& request) {
  CO_TRY_ASSIGN(const json::Document body, json::Document::parse(request.body));
  const json::Value* after = body.root().is_object() ? body.root().find("after") : nullptr;
  if (after == nullptr || !after->is_string()) {
    co_return Error(ErrorCode::invalid_argument, "send {\"after\": \"...\"}");
  }
  CO_TRY_ASSIGN(const RecordHashPage page,
                co_await record_hash_page(parts_.store, account, parts_.clock, after->text()));
  HttpResponse response;
  response.status = 200;
  append(response.body, page.next + "\n" + page.lines);
  co_return response;
}

Task<Result<HttpResponse>> AdminApi::import(const Account& account, const HttpRequest& request) {
  if (!parts_.outbox.has_room()) co_return outbox_is_full();
  CO_TRY_ASSIGN(const RowOutcome outcome, co_await import_row_by_command(
                                              parts_.engine, account, parts_.random, request.body));
  co_return shown(outcome);
}

}  // namespace velum
