#include "server/admin_api.h"

#include <utility>

#include "json/value.h"
#include "server/document_json.h"
#include "server/problem.h"

namespace velum {

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

AdminApi::AdminApi(const AdminParts& parts) : parts_(parts) {
  router_.add(HttpMethod::post, "/admin/{account}/erase",
              static_cast<std::size_t>(RouteNumber::erase));
  router_.add(HttpMethod::post, "/admin/{account}/profiles",
              static_cast<std::size_t>(RouteNumber::create));
  router_.add(HttpMethod::post, "/admin/{account}/check",
              static_cast<std::size_t>(RouteNumber::check));
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
  co_return co_await dispatch(static_cast<RouteNumber>(match.route), *account, request);
}

Task<Result<HttpResponse>> AdminApi::dispatch(RouteNumber route, const Account& account,
                                              const HttpRequest& request) {
  switch (route) {
    case RouteNumber::erase: co_return co_await erase(account, request);
    case RouteNumber::create: co_return co_await create(account, request);
    case RouteNumber::check: break;
  }
  CO_TRY(DocumentEngine::check(account, EntityId::profile, request.body));
  HttpResponse response;
  response.status = 204;
  co_return response;
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

Task<Result<HttpResponse>> AdminApi::create(const Account& account, const HttpRequest& request) {
  if (!parts_.outbox.has_room()) co_return outbox_is_full();
  Caller caller = admin_caller(account, parts_.random, "velum import", Resource::put_item);
  CO_TRY_ASSIGN(
      const DocumentView view,
      co_await parts_.engine.create(std::move(caller), std::nullopt, request.body, WriteOptions()));
  HttpResponse response;
  response.status = 201;
  append(response.body, "{\"id\":\"" + view.meta.id.text() + "\"}");
  co_return response;
}

}  // namespace velum
