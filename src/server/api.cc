#include "server/api.h"

#include <utility>

#include "http/ascii.h"
#include "io/repeat.h"
#include "server/docs_page.h"
#include "server/module_caller.h"
#include "server/problem.h"

namespace velum {
namespace {

// Who has had their requests is answered a moment later: a flood of refusals would cost others more
// time than the requests that they refuse.
constexpr std::chrono::milliseconds refusal_pause{100};

bool changes_something(RouteId route) {
  return route == RouteId::create || route == RouteId::change || route == RouteId::convert ||
         route == RouteId::remove || route == RouteId::replace_custom_fields ||
         (route >= RouteId::create_app_key && route <= RouteId::delete_role) ||
         (route >= RouteId::create_webhook && route <= RouteId::unmark_canary) ||
         route == RouteId::put_audit_query || route == RouteId::delete_audit_query ||
         route == RouteId::attach_to_cart || route == RouteId::place_order ||
         route == RouteId::forget_cart_person;
}

bool has_body(HttpMethod method) {
  return method == HttpMethod::post || method == HttpMethod::patch || method == HttpMethod::put;
}

std::string_view media_type(const HttpRequest& request) {
  const std::string_view header = request.header("Content-Type");
  return trim_blanks(header.substr(0, header.find(';')));
}

bool is_json_lines(const HttpRequest& request) {
  const std::string_view type = media_type(request);
  return equal_ignoring_case(type, "application/x-ndjson") ||
         equal_ignoring_case(type, "application/jsonl");
}

// A PATCH is an RFC 7396 merge patch, and may say so.
bool is_json(const HttpRequest& request) {
  const std::string_view type = media_type(request);
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

Task<HttpResponse> Api::handle(const HttpRequest& request) {
  return respond(request, nullptr);
}

// Asked of every request: the router is not, unless it looks like one.
bool Api::is_streamed(const HttpRequest& request) const {
  const bool may_be_import =
      request.method == HttpMethod::post && request.path.ends_with("/import");
  const bool may_be_export = request.method == HttpMethod::get && request.path.ends_with("/export");
  if (!may_be_import && !may_be_export) return false;
  const RouteMatch match = shared_.router.find(request.method, request.path);
  if (match.outcome != RouteMatch::Outcome::found) return false;
  const RouteId route = routes()[match.route].id;
  return route == RouteId::import_rows || route == RouteId::audit_export;
}

Task<HttpResponse> Api::stream(const HttpRequest& request, HttpExchange& exchange) {
  return respond(request, &exchange);
}

Task<HttpResponse> Api::respond(const HttpRequest& request, HttpExchange* exchange) {
  const auto started = shared_.clock.monotonic();
  const RouteMatch match = shared_.router.find(request.method, request.path);
  RequestsLeft left;
  Result<HttpResponse> result = co_await answer(request, match, exchange, left);
  HttpResponse response = result ? *std::move(result) : show_error(result.error(), match);
  show_rate(left, response);
  const bool known = match.outcome == RouteMatch::Outcome::found;
  metrics_.observe(known ? &routes()[match.route] : nullptr, response.status,
                   shared_.clock.monotonic() - started);
  co_return response;
}

// As draft-ietf-httpapi-ratelimit-headers has them.
void Api::show_rate(const RequestsLeft& left, HttpResponse& response) {
  if (left.of == nullptr || left.of->per_minute() == 0) return;
  response.headers.emplace_back(
      "RateLimit-Policy", "\"requests\";q=" + std::to_string(left.of->per_minute()) + ";w=60");
  response.headers.emplace_back("RateLimit",
                                "\"requests\";r=" + std::to_string(left.count) +
                                    ";t=" + std::to_string(left.of->until_next().count()));
}

HttpResponse Api::show_error(const Error& error, const RouteMatch& match) {
  HttpResponse response = problem(error);
  if (response.status == 500) shared_.log.error("request_failed", {{"code", error.code()}});
  if (error.code() == ErrorCode::unauthenticated) {
    response.headers.emplace_back("WWW-Authenticate", "AppKey");
  }
  if (error.code() == ErrorCode::rate_limited) {
    const auto until = shared_.budgets.until_next(error.subject());
    response.headers.emplace_back("Retry-After", std::to_string(until.count()));
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

Task<Result<HttpResponse>> Api::answer(const HttpRequest& request, const RouteMatch& match,
                                       HttpExchange* exchange, RequestsLeft& left) {
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
  Call call{request, match, routes()[match.route], exchange, {}};
  if (call.route.access != RouteAccess::open) {
    CO_TRY_ASSIGN(call.caller.account, shared_.accounts.of_request(request));
    call.caller.request = RequestId::random(shared_.random);
  }
  Result<HttpResponse> result = co_await answer_call(call, left);
  if (!result && result.error().code() == ErrorCode::rate_limited) {
    CO_TRY(co_await record_exceeded(call, result.error().subject()));
  }
  co_return result;
}

Task<Result<HttpResponse>> Api::answer_call(Call& call, RequestsLeft& left) {
  if (call.route.access == RouteAccess::account) CO_TRY(co_await authorise(call, left));
  if (call.route.access == RouteAccess::shopfront) CO_TRY(co_await admit_shopper(call));
  co_return co_await dispatch(call, left);
}

// Once a minute and key. A reveal or a condition that is refused is on record anyway, each time.
Task<Result<void>> Api::record_exceeded(const Call& call, std::string_view budget) {
  MinuteBudget* const exceeded = shared_.budgets.told_once_a_minute(budget);
  const PrincipalId who = call.caller.decision.principal.id;
  if (exceeded == nullptr || !exceeded->is_first_refusal(who)) co_return Result<void>();
  AuditEntry entry = refusal_entry(call.caller, "ExceedBudget");
  entry.rule = "budget:" + std::string(budget);
  co_return co_await shared_.audit.record(std::move(entry));
}

Task<Result<void>> Api::authorise(Call& call, RequestsLeft& left) {
  CO_TRY_ASSIGN(const Principal principal, who_asks(call.request, *call.caller.account));
  // For the entry about who has had it all.
  call.caller.decision = {principal, call.route.resource, call.route.entity, "", false};
  left.of = &shared_.budgets.requests_of(principal.kind);
  CO_TRY_ASSIGN(left.count, co_await take_request(principal));
  const Resource resource = call.route.resource;
  if (principal.kind == PrincipalKind::shopper) co_return co_await allow_shopper(call, principal);
  if (resource == Resource::unmask_item) co_return co_await allow_reveal(call, principal);
  const AccountAccess& access = access_.of(call.caller.account->id);
  Decision decision = access.decide(principal, resource, call.route.entity, shared_.clock);
  for (const Resource other : also_allowed_by(call.route.id)) {
    if (decision.allowed) break;
    Decision by = access.decide(principal, other, call.route.entity, shared_.clock);
    if (by.allowed) decision = std::move(by);
  }
  co_return co_await allow(call.caller, std::move(decision));
}

// Nobody yet, who has the checkout do things for them. All that is known is from where they come.
Task<Result<void>> Api::admit_shopper(Call& call) const {
  call.caller.decision = decision_of_module(call.caller.account->id, "checkout");
  const PrincipalId from = principal_of_peer(call.request.peer);
  const auto taken = shared_.budgets.cart_requests.take(from, 1);
  if (taken) co_return Result<void>();
  co_await sleep_for(refusal_pause);
  co_return taken.error();
}

Task<Result<std::uint32_t>> Api::take_request(const Principal& who) const {
  const auto taken = shared_.budgets.requests_of(who.kind).take(who.id, 1);
  if (!taken) co_await sleep_for(refusal_pause);
  co_return taken;
}

// Whose an e-mail is can be found by trying many: not by one key in no time.
Result<void> Api::take_lookup(const Call& call) const {
  const auto taken = shared_.budgets.lookups.take(call.caller.decision.principal.id, 1);
  return taken ? Result<void>() : Result<void>(taken.error());
}

// As things are now: a request may take long, and a key lose its role meanwhile.
Decision Api::decide(const Caller& caller, Resource resource, EntityId entity) {
  const AccountAccess& access = access_.of(caller.account->id);
  return access.decide(caller.decision.principal, resource, entity, shared_.clock);
}

Decision Api::decide_reveal(const Caller& caller, EntityId entity) {
  const AccountAccess& access = access_.of(caller.account->id);
  return access.decide_reveal(caller.decision.principal, entity, shared_.clock);
}

// A refusal is on record before it is told.
Task<Result<void>> Api::allow(Caller& caller, Decision decision) {
  caller.decision = std::move(decision);
  if (caller.decision.allowed) co_return Result<void>();
  const std::string_view resource = resource_name(caller.decision.resource);
  AuditEntry entry = refusal_entry(caller, resource);
  CO_TRY(co_await shared_.audit.record(std::move(entry)));
  co_return lacks_resource(std::string(resource));
}

Error lacks_resource(std::string resource) {
  return Error(ErrorCode::permission_denied, "this takes a resource that your roles lack",
               std::move(resource));
}

AuditEntry Api::refusal_entry(const Caller& caller, std::string_view action) const {
  AuditEntry entry =
      entry_by(caller.decision, caller.account->id, action, shared_.clock.now(), shared_.random);
  entry.outcome = AuditOutcome::refused;
  entry.entity = caller.entity();
  entry.request = caller.request;
  return entry;
}

Result<void> Api::check_body_type(const Call& call) {
  const bool takes_none =
      call.route.id == RouteId::test_webhook || call.route.id == RouteId::mark_canary ||
      call.route.id == RouteId::approve_grant || call.route.id == RouteId::begin_cart ||
      call.route.id == RouteId::read_cart || call.route.id == RouteId::start_handling ||
      call.route.id == RouteId::notify_payment;
  if (takes_none) return {};
  const bool may_have_none =
      call.route.id == RouteId::convert || call.route.id == RouteId::rotate_app_key ||
      call.route.id == RouteId::issue_user_token || call.route.id == RouteId::rotate_webhook ||
      call.route.id == RouteId::cancel_order;
  const bool needs_none = may_have_none && call.request.body.empty();
  if (!has_body(call.request.method) || needs_none) return {};
  if (is_compressed(call.request)) {
    return Error(ErrorCode::unsupported_media_type, "send the body without Content-Encoding");
  }
  if (call.route.id == RouteId::import_rows && !is_json_lines(call.request)) {
    return Error(ErrorCode::unsupported_media_type, "send Content-Type: application/x-ndjson");
  }
  if (call.route.id != RouteId::import_rows && !is_json(call.request)) {
    return Error(ErrorCode::unsupported_media_type, "send Content-Type: application/json");
  }
  return {};
}

Task<Result<HttpResponse>> Api::dispatch(Call& call, RequestsLeft& left) {
  const RouteId route = call.route.id;
  if (changes_something(route) && !shared_.outbox.has_room()) {
    co_return outbox_is_full();
  }
  CO_TRY(check_body_type(call));
  switch (route) {
    case RouteId::create: co_return co_await create(call);
    case RouteId::look_up: co_return co_await look_up(call);
    case RouteId::validate_conditions: co_return co_await validate_conditions(call);
    case RouteId::read: co_return co_await read(call, Which::current);
    case RouteId::list: co_return co_await list(call);
    case RouteId::change: co_return co_await patch(call);
    case RouteId::convert: co_return co_await convert(call);
    case RouteId::import_rows: co_return co_await import_rows(call);
    case RouteId::remove: co_return co_await remove(call);
    case RouteId::unmask: co_return co_await unmask(call, Which::current);
    case RouteId::unmask_all: co_return co_await unmask_all(call);
    case RouteId::list_versions: co_return co_await list_versions(call);
    case RouteId::read_version: co_return co_await read(call, Which::named_version);
    case RouteId::unmask_version: co_return co_await unmask(call, Which::named_version);
    case RouteId::read_schema: co_return read_schema(call);
    case RouteId::read_custom_fields: co_return read_custom_fields(call);
    case RouteId::replace_custom_fields: co_return co_await replace_custom_fields(call);
    case RouteId::read_job: co_return co_await read_job(call);
    case RouteId::list_app_keys: co_return list_app_keys(call);
    case RouteId::read_app_key: co_return read_app_key(call);
    case RouteId::create_app_key: co_return co_await create_app_key(call);
    case RouteId::change_app_key: co_return co_await change_app_key(call);
    case RouteId::revoke_app_key: co_return co_await revoke_app_key(call);
    case RouteId::rotate_app_key: co_return co_await rotate_app_key(call);
    case RouteId::put_role: co_return co_await put_role(call);
    case RouteId::delete_role: co_return co_await delete_role(call);
    case RouteId::list_roles: co_return list_roles(call);
    case RouteId::list_resources: co_return list_resources();
    case RouteId::read_account: co_return read_account(call);
    case RouteId::read_account_privacy: co_return read_account_privacy(call);
    case RouteId::read_unmask_policy: co_return read_unmask_policy(call);
    case RouteId::put_unmask_policy: co_return co_await put_unmask_policy(call);
    case RouteId::request_grant: co_return co_await request_grant(call);
    case RouteId::list_grants: co_return list_grants(call);
    case RouteId::read_grant: co_return read_grant(call);
    case RouteId::approve_grant: co_return co_await approve_grant(call);
    case RouteId::end_grant: co_return co_await end_grant(call);
    case RouteId::break_the_glass: co_return co_await break_glass(call);
    case RouteId::create_user: co_return co_await create_user(call);
    case RouteId::read_user: co_return read_user(call);
    case RouteId::change_user: co_return co_await change_user(call);
    case RouteId::delete_user: co_return co_await delete_user(call);
    case RouteId::list_users: co_return list_users(call);
    case RouteId::list_user_roles: co_return co_await list_user_roles(call);
    case RouteId::add_user_roles: co_return co_await add_user_roles(call);
    case RouteId::remove_user_role: co_return co_await remove_user_role(call);
    case RouteId::issue_user_token: co_return co_await issue_user_token(call);
    case RouteId::end_user_tokens: co_return co_await end_user_tokens(call);
    case RouteId::issue_shopper_token: co_return co_await issue_shopper_token(call);
    case RouteId::log_in: co_return co_await log_in(call);
    case RouteId::validate_token: co_return co_await validate_token(call);
    case RouteId::list_webhooks: co_return co_await list_webhooks(call);
    case RouteId::read_webhook: co_return co_await read_webhook(call);
    case RouteId::create_webhook: co_return co_await create_webhook(call);
    case RouteId::change_webhook: co_return co_await change_webhook(call);
    case RouteId::delete_webhook: co_return co_await delete_webhook(call);
    case RouteId::rotate_webhook: co_return co_await rotate_webhook(call);
    case RouteId::test_webhook: co_return co_await test_webhook(call);
    case RouteId::list_canaries: co_return co_await list_canaries(call);
    case RouteId::mark_canary: co_return co_await mark_canary(call);
    case RouteId::unmark_canary: co_return co_await unmark_canary(call);
    case RouteId::put_audit_query: co_return co_await put_audit_query(call);
    case RouteId::delete_audit_query: co_return co_await delete_audit_query(call);
    case RouteId::list_audit_queries: co_return co_await list_audit_queries(call);
    case RouteId::read_audit_query: co_return co_await read_audit_query(call);
    case RouteId::audit_events: co_return co_await audit_events(call);
    case RouteId::audit_checkpoint: co_return audit_checkpoint(call);
    case RouteId::audit_tile: co_return audit_tile(call);
    case RouteId::audit_proof: co_return audit_proof(call);
    case RouteId::audit_consistency: co_return audit_consistency(call);
    case RouteId::audit_key: co_return audit_key(call);
    case RouteId::audit_export: co_return co_await audit_export(call);
    case RouteId::shopper_disclosures: co_return co_await shopper_disclosures(call);
    case RouteId::operator_disclosures: co_return co_await operator_disclosures(call);
    case RouteId::find_checkout_profile: co_return co_await find_checkout_profile(call, left);
    case RouteId::begin_cart:
    case RouteId::read_cart:
    case RouteId::add_cart_items:
    case RouteId::update_cart_items:
    case RouteId::attach_to_cart:
    case RouteId::place_order:
    case RouteId::forget_cart_person:
    case RouteId::read_sku:
    case RouteId::put_sku:
    case RouteId::delete_sku:
    case RouteId::read_checkout_settings:
    case RouteId::change_checkout_settings: co_return co_await carts_.answer(call);
    case RouteId::search_orders: {
      // Whose an e-mail is can be found by trying many here too.
      CO_TRY(take_lookup(call));
      co_return co_await orders_.answer(call);
    }
    case RouteId::read_order:
    case RouteId::read_order_plainly:
    case RouteId::start_handling:
    case RouteId::cancel_order:
    case RouteId::invoice_order:
    case RouteId::read_feed:
    case RouteId::commit_feed:
    case RouteId::read_feed_settings:
    case RouteId::put_feed_settings:
    case RouteId::delete_feed:
    case RouteId::notify_payment: co_return co_await orders_.answer(call);
    case RouteId::live:
    case RouteId::ready: co_return plain("ok\n");
    case RouteId::metrics: co_return plain(shared_.metrics.text());
    case RouteId::openapi: co_return openapi_answer();
    case RouteId::docs_page: co_return docs_answer("index.html");
    case RouteId::docs_file: co_return docs_answer(call.match.values[0]);
  }
  VELUM_CHECK(false);
}

}  // namespace velum
