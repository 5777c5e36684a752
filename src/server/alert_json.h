#pragma once
// What is sent and shown of webhooks and canaries. Members that are not known are refused: a
// misspelt list of events would be one of everything.

#include <string>
#include <string_view>

#include "alerts/alert_settings.h"
#include "base/result.h"
#include "base/sensitive.h"

namespace velum {

// {"url": "https://...", "events": ["canary.revealed"]}. Fails with invalid_json, invalid_argument
// or too_large.
Result<WebhookFields> webhook_fields_of(std::string_view body);

std::string webhook_json(const Webhook& webhook, Instant now);
// With its secret: the one time that this is shown.
WipedText issued_webhook_json(const IssuedWebhook& issued, Instant now);
std::string canary_json(const CanaryRow& row);

}  // namespace velum
