// The handlers of alerts: who receives them, and which profiles are canaries.

#include <utility>

#include "json/json_text.h"
#include "server/alert_json.h"
#include "server/answers.h"
#include "server/api.h"
#include "server/license_json.h"

namespace velum {
namespace {

HttpResponse secret_shown(int status, const IssuedWebhook& webhook, Instant now) {
  return shown(status, issued_webhook_json(webhook, now));
}

}  // namespace

Result<WebhookId> Api::webhook_in_path(const Call& call) {
  TRY_ASSIGN(const Sensitive text, call.in_path(0));
  const auto id = WebhookId::parse(text.text());
  if (!id) return Error(ErrorCode::not_found, "there is no such webhook");
  return *id;
}

Result<Token> Api::canary_in_path(const Call& call) {
  TRY_ASSIGN(const Sensitive text, call.in_path(0));
  const auto token = Token::parse(text.text());
  if (!token) return Error(ErrorCode::not_found, "there is no such record");
  return *token;
}

Task<Result<HttpResponse>> Api::list_webhooks(const Call& call) {
  CO_TRY_ASSIGN(const std::vector<Webhook> all, co_await alerts_.list(*call.caller.account));
  std::vector<std::string> items;
  for (const Webhook& one : all) items.push_back(webhook_json(one, shared_.clock.now()));
  co_return shown(200, json_array(items));
}

Task<Result<HttpResponse>> Api::read_webhook(const Call& call) {
  CO_TRY_ASSIGN(const WebhookId id, webhook_in_path(call));
  CO_TRY_ASSIGN(const Webhook webhook, co_await alerts_.find(*call.caller.account, id));
  co_return shown(200, webhook_json(webhook, shared_.clock.now()));
}

Task<Result<HttpResponse>> Api::create_webhook(const Call& call) {
  CO_TRY_ASSIGN(WebhookFields fields, webhook_fields_of(call.request.body));
  CO_TRY_ASSIGN(const IssuedWebhook webhook,
                co_await alerts_.create(call.caller, std::move(fields)));
  co_return secret_shown(201, webhook, shared_.clock.now());
}

Task<Result<HttpResponse>> Api::change_webhook(const Call& call) {
  CO_TRY_ASSIGN(const WebhookId id, webhook_in_path(call));
  CO_TRY_ASSIGN(WebhookFields fields, webhook_fields_of(call.request.body));
  CO_TRY_ASSIGN(const Webhook webhook, co_await alerts_.change(call.caller, id, std::move(fields)));
  co_return shown(200, webhook_json(webhook, shared_.clock.now()));
}

Task<Result<HttpResponse>> Api::delete_webhook(const Call& call) {
  CO_TRY_ASSIGN(const WebhookId id, webhook_in_path(call));
  CO_TRY(co_await alerts_.remove(call.caller, id));
  co_return no_content();
}

Task<Result<HttpResponse>> Api::rotate_webhook(const Call& call) {
  CO_TRY_ASSIGN(const WebhookId id, webhook_in_path(call));
  CO_TRY_ASSIGN(const std::chrono::seconds overlap, overlap_of(call.request.body));
  CO_TRY_ASSIGN(const IssuedWebhook webhook, co_await alerts_.rotate(call.caller, id, overlap));
  co_return secret_shown(200, webhook, shared_.clock.now());
}

Task<Result<HttpResponse>> Api::test_webhook(const Call& call) {
  CO_TRY_ASSIGN(const WebhookId id, webhook_in_path(call));
  CO_TRY(co_await alerts_.test(call.caller, id));
  HttpResponse response;
  response.status = 202;
  co_return response;
}

Task<Result<HttpResponse>> Api::list_canaries(const Call& call) {
  CO_TRY_ASSIGN(const std::vector<CanaryRow> rows,
                co_await store_.canaries(call.caller.account->id));
  std::vector<std::string> items;
  for (const CanaryRow& row : rows) items.push_back(canary_json(row));
  co_return shown(200, json_array(items));
}

Task<Result<HttpResponse>> Api::mark_canary(const Call& call) {
  CO_TRY_ASSIGN(const Token subject, canary_in_path(call));
  CO_TRY(co_await alerts_.mark(call.caller, subject));
  co_return no_content();
}

Task<Result<HttpResponse>> Api::unmark_canary(const Call& call) {
  CO_TRY_ASSIGN(const Token subject, canary_in_path(call));
  CO_TRY(co_await alerts_.unmark(call.caller, subject));
  co_return no_content();
}

}  // namespace velum
