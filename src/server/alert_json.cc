#include "server/alert_json.h"

#include <algorithm>

#include "alerts/signed_message.h"
#include "http/https_url.h"
#include "json/json_text.h"
#include "json/value.h"

namespace velum {
namespace {

constexpr std::size_t webhook_body_max_bytes = 16 << 10;

Error not_understood(Literal message) {
  return {ErrorCode::invalid_argument, message};
}

Result<std::vector<AlertKind>> events_of(const json::Value& value) {
  static constexpr Literal otherwise = "events is a list of names of alerts (docs/alerts.md)";
  if (!value.is_array()) return not_understood(otherwise);
  std::vector<AlertKind> events;
  for (const json::Value& item : value.items()) {
    const auto kind = item.is_string() ? alert_named(item.text()) : std::nullopt;
    if (!kind) return not_understood(otherwise);
    if (std::find(events.begin(), events.end(), *kind) == events.end()) events.push_back(*kind);
  }
  return events;
}

std::string events_json(const WebhookRow& row) {
  std::vector<std::string> names;
  std::string_view rest = row.events;
  while (!rest.empty()) {
    const std::string_view name = rest.substr(0, rest.find(','));
    names.push_back(json_string(name));
    rest.remove_prefix(std::min(rest.size(), name.size() + 1));
  }
  return json_array(names);
}

}  // namespace

Result<WebhookFields> webhook_fields_of(std::string_view body) {
  if (body.size() > webhook_body_max_bytes) {
    return Error(ErrorCode::too_large, "a body here has at most 16 KiB");
  }
  TRY_ASSIGN(const json::Document document, json::Document::parse(body));
  if (!document.root().is_object()) return not_understood("send a JSON object");
  WebhookFields fields;
  for (const json::Member& member : document.root().members()) {
    if (member.name == "url" && member.value.is_string()) {
      fields.url = member.value.text();
    } else if (member.name == "events") {
      TRY_ASSIGN(fields.events, events_of(member.value));
    } else {
      return not_understood("the body has a url, a text, and maybe events, and nothing else");
    }
  }
  TRY(HttpsUrl::parse(fields.url));
  return fields;
}

std::string webhook_json(const Webhook& webhook, Instant now) {
  const WebhookRow& row = webhook.row;
  const bool overlaps = row.older_ends_at && now < *row.older_ends_at;
  return json_object(
      {{"id", json_string(row.id.text())},
       {"url", json_string(webhook.url)},
       {"events", events_json(row)},
       {"createdIn", json_string(to_text(row.created_at))},
       {"previousSecretEndsAt", overlaps ? json_string(to_text(*row.older_ends_at)) : "null"}});
}

WipedText issued_webhook_json(const IssuedWebhook& issued, Instant now) {
  WipedText out;
  append(out, R"({"secret":")");
  append(out, view(webhook_secret_text(issued.secret)));
  append(out, R"(",)");
  append(out, std::string_view(webhook_json(issued.webhook, now)).substr(1));
  return out;
}

std::string canary_json(const CanaryRow& row) {
  return json_object({{"profileId", json_string(row.subject.text())},
                      {"markedBy", json_string(row.author.text())},
                      {"createdIn", json_string(to_text(row.created_at))}});
}

}  // namespace velum
