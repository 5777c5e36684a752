#include "server/api.h"

#include <utility>

#include "http/ascii.h"
#include "server/problem.h"

namespace velum {
namespace {

bool changes_something(RouteId route) {
  return route == RouteId::create || route == RouteId::change || route == RouteId::remove;
}

bool has_body(HttpMethod method) {
  return method == HttpMethod::post || method == HttpMethod::patch || method == HttpMethod::put;
}

// A PATCH is an RFC 7396 merge patch, and may say so.
bool is_json(const HttpRequest& request) {
  const std::string_view header = request.header("Content-Type");
  const std::string_view type = trim_blanks(header.substr(0, header.find(';')));
  return equal_ignoring_case(type, "application/json") ||
         (request.method == HttpMethod::patch &&
          equal_ignoring_case(type, "application/merge-patch+json"));
}

bool is_compressed(const HttpRequest& request) {
  const std::string_view encoding = request.header("Content-Encoding");
  return !encoding.empty() && !equal_ignoring_case(encoding, "identity");
}

std::string allowed_methods(const RouteMatch& match) {
  HttpMethods methods = match.methods;
  methods.add(HttpMethod::options);
  return methods.allow_header();
}

}  // namespace

HttpResponse plain(std::string_view text) {
  HttpResponse response;
  response.status = 200;
  response.content_type = "text/plain; charset=utf-8";
  append(response.body, text);
  return response;
}

Result<Sensitive> Api::Call::in_path(std::size_t index) const {
  return decode_path_segment(match.values[index]);
}

Result<std::optional<Sensitive>> Api::Call::in_query(std::string_view name) const {
  return QueryView(request.query).find(name);
}

Task<HttpResponse> Api::handle(const HttpRequest& request) {
  const auto started = shared_.clock.monotonic();
  const RouteMatch match = shared_.router.find(request.method, request.path);
  Result<HttpResponse> result = co_await answer(request, match);
  HttpResponse response = result ? *std::move(result) : show_error(result.error(), match);
  const bool known = match.outcome == RouteMatch::Outcome::found;
  metrics_.observe(known ? &routes()[match.route] : nullptr, response.status,
                   shared_.clock.monotonic() - started);
  co_return response;
}

HttpResponse Api::show_error(const Error& error, const RouteMatch& match) {
  HttpResponse response = problem(error);
  if (response.status == 500) shared_.log.error("request_failed", {{"code", error.code()}});
  if (error.code() == ErrorCode::unauthenticated) {
    response.headers.emplace_back("WWW-Authenticate", "AppKey");
  }
  if (error.code() == ErrorCode::method_not_allowed) {
    response.headers.emplace_back("Allow", allowed_methods(match));
  }
  return response;
}

HttpResponse Api::refuse(int status, const Error& error) {
  metrics_.observe(nullptr, status, std::chrono::nanoseconds(0));
  return problem(status, error);
}

Task<Result<HttpResponse>> Api::answer(const HttpRequest& request, const RouteMatch& match) {
  if (match.outcome == RouteMatch::Outcome::no_method && request.method == HttpMethod::options) {
    HttpResponse response;
    response.status = 204;
    response.headers.emplace_back("Allow", allowed_methods(match));
    co_return response;
  }
  if (match.outcome == RouteMatch::Outcome::no_method) {
    co_return Error(ErrorCode::method_not_allowed, "this path does not know that method");
  }
  if (match.outcome == RouteMatch::Outcome::no_path) {
    co_return Error(ErrorCode::not_found, "there is no such path");
  }
  Call call{request, match, routes()[match.route], {}};
  if (call.route.access == RouteAccess::account) CO_TRY(co_await authorise(call));
  co_return co_await dispatch(call);
}

Task<Result<void>> Api::authorise(Call& call) {
  CO_TRY_ASSIGN(call.caller.account, shared_.accounts.of_request(call.request));
  call.caller.request = RequestId::random(shared_.random);
  CO_TRY_ASSIGN(const Principal principal,
                shared_.app_keys.authenticate(call.caller.account->id,
                                              call.request.header("X-VTEX-API-AppKey"),
                                              call.request.header("X-VTEX-API-AppToken")));
  const Resource resource = call.route.resource;
  call.caller.decision = shared_.app_keys.decide(principal, resource, call.route.entity);
  if (call.caller.decision.allowed) co_return Result<void>();

  AuditEntry entry;
  entry.time = shared_.clock.now();
  entry.id = EntryId(Uuid::time_ordered(entry.time, shared_.random));
  entry.account = call.caller.account->id;
  entry.action = resource_name(resource);
  entry.actor_kind = principal.kind;
  entry.actor_id = principal.id.text();
  entry.actor_name = principal.name;
  entry.rule = call.caller.decision.rule;
  entry.outcome = AuditOutcome::refused;
  entry.entity = call.route.entity;
  entry.request = call.caller.request;
  CO_TRY(co_await shared_.audit.record(std::move(entry)));
  co_return Error(ErrorCode::permission_denied, "this takes a resource that your roles lack",
                  std::string(resource_name(resource)));
}

Task<Result<HttpResponse>> Api::dispatch(const Call& call) {
  const RouteId route = call.route.id;
  if (changes_something(route) && !shared_.outbox.has_room()) {
    co_return outbox_is_full();
  }
  const bool with_body = has_body(call.request.method);
  if (with_body && is_compressed(call.request)) {
    co_return Error(ErrorCode::unsupported_media_type, "send the body without Content-Encoding");
  }
  if (with_body && !is_json(call.request)) {
    co_return Error(ErrorCode::unsupported_media_type, "send Content-Type: application/json");
  }
  switch (route) {
    case RouteId::create: co_return co_await create(call);
    case RouteId::look_up: co_return co_await look_up(call);
    case RouteId::read: co_return co_await read(call, Which::current);
    case RouteId::list: co_return co_await list(call);
    case RouteId::change: co_return co_await patch(call);
    case RouteId::remove: co_return co_await remove(call);
    case RouteId::unmask: co_return co_await unmask(call, Which::current);
    case RouteId::unmask_all: co_return co_await unmask_all(call);
    case RouteId::list_versions: co_return co_await list_versions(call);
    case RouteId::read_version: co_return co_await read(call, Which::named_version);
    case RouteId::unmask_version: co_return co_await unmask(call, Which::named_version);
    case RouteId::audit_events: co_return audit_events(call);
    case RouteId::audit_checkpoint: co_return audit_checkpoint(call);
    case RouteId::live:
    case RouteId::ready: co_return plain("ok\n");
    case RouteId::metrics: co_return plain(shared_.metrics.text());
  }
  VELUM_CHECK(false);
}

}  // namespace velum
