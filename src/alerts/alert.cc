#include "alerts/alert.h"

#include <algorithm>
#include <utility>

#include "audit/filter.h"
#include "base/sensitive.h"
#include "crypto/crypto.h"
#include "json/value.h"

namespace velum {
namespace {

constexpr std::string_view names[] = {
    "canary.revealed",   "canary.unmarked",           "budget.exceeded", "break_glass.used",
    "audit.unavailable", "audit.verification_failed", "webhook.test",
};
static_assert(std::size(names) == all_alert_kinds.size());

constexpr std::string_view budget_rule = "budget:";
constexpr std::string_view break_glass_rule = "break_glass";

// How much of an entry's time (to_text() in base/clock.h) names the budget's window.
std::size_t window_size(std::string_view budget) {
  if (budget.ends_with("-per-day")) return std::string_view("2022-01-05").size();
  if (budget.ends_with("-per-hour")) return std::string_view("2022-01-05T15").size();
  return std::string_view("2022-01-05T15:41").size();
}

// A UUID of version 8, made of what is the same whenever the alert is.
AlertId id_of(AlertKind kind, AccountId account, std::initializer_list<std::string_view> parts) {
  Bytes text;
  append(text, as_bytes("velum alert v1"));
  append_u32be(text, static_cast<std::uint32_t>(account));
  append_u16be(text, static_cast<std::uint16_t>(kind));
  for (const std::string_view part : parts) {
    append_u32be(text, static_cast<std::uint32_t>(part.size()));
    append(text, as_bytes(part));
  }
  const Sha256Digest digest = sha256(text);
  Uuid::Raw raw{};
  std::copy_n(digest.begin(), raw.size(), raw.begin());
  raw[6] = static_cast<std::uint8_t>((raw[6] & 0x0FU) | 0x80U);
  raw[8] = static_cast<std::uint8_t>((raw[8] & 0x3FU) | 0x80U);
  return AlertId(Uuid(raw));
}

class Object {
 public:
  Object& text(std::string_view name, std::string_view value) {
    begin(name);
    json::write_string(value, out_);
    return *this;
  }
  Object& json(std::string_view name, std::string_view value) {
    begin(name);
    append(out_, value);
    return *this;
  }
  std::string end() {
    append(out_, "}");
    return std::string(view(out_));
  }

 private:
  void begin(std::string_view name) {
    append(out_, out_.empty() ? "{" : ",");
    json::write_string(name, out_);
    append(out_, ":");
  }

  WipedText out_;
};

std::string body_of(AlertKind kind, std::string_view time, const std::string& data) {
  return Object().text("type", alert_name(kind)).text("timestamp", time).json("data", data).end();
}

std::string data_of(const LoggedEntry& entry) {
  const std::string actor = Object()
                                .text("kind", audit_actor_member(entry.text, "kind"))
                                .text("name", audit_actor_member(entry.text, "name"))
                                .end();
  return Object()
      .text("account", audit_member(entry.text, "account"))
      .text("action", audit_member(entry.text, "action"))
      .json("actor", actor)
      .text("rule", audit_member(entry.text, "rule"))
      .json("entry", std::to_string(entry.number))
      .end();
}

}  // namespace

std::string_view alert_name(AlertKind kind) {
  return names[static_cast<std::size_t>(kind)];
}

std::optional<AlertKind> alert_named(std::string_view name) {
  const auto found = std::find(std::begin(names), std::end(names), name);
  if (found == std::end(names)) return std::nullopt;
  return all_alert_kinds.at(static_cast<std::size_t>(found - std::begin(names)));
}

std::vector<Alert> alerts_of(const LoggedEntry& entry, const std::set<Token>& canaries) {
  const std::string_view action = audit_member(entry.text, "action");
  const std::string_view rule = audit_member(entry.text, "rule");
  const std::string_view time = audit_member(entry.text, "time");
  const std::string_view actor = audit_actor_member(entry.text, "id");
  const std::string_view request = audit_member(entry.text, "request");
  const std::string_view token = audit_member(entry.text, "token");
  const std::string_view outcome = audit_member(entry.text, "outcome");
  const bool is_done = outcome == "done";
  std::vector<Alert> alerts;
  const auto add = [&](AlertKind kind, std::initializer_list<std::string_view> same) {
    alerts.push_back({kind, id_of(kind, entry.account, same), body_of(kind, time, data_of(entry))});
  };
  // What one request shows of one person is one reveal, however many documents it was.
  const auto subject = Token::parse(token);
  if (is_done && is_disclosure_action(action) && subject && canaries.contains(*subject)) {
    add(AlertKind::canary_revealed, {token, request});
  }
  if (is_done && action == "DeleteCanary") add(AlertKind::canary_unmarked, {token, request});
  if (rule.starts_with(budget_rule)) {
    add(AlertKind::budget_exceeded, {actor, rule, time.substr(0, window_size(rule))});
  }
  if (outcome != "refused" && rule.find(break_glass_rule) != std::string_view::npos) {
    add(AlertKind::break_glass, {actor, request});
  }
  return alerts;
}

Alert alert_of(const Event& event) {
  const std::string data = Object().text("account", event.account_name).end();
  return {event.kind, event.id, body_of(event.kind, to_text(event.at), data)};
}

std::string checkpoint_body(std::string_view note, Instant at) {
  const std::string data = Object().text("checkpoint", note).end();
  return Object()
      .text("type", "audit.checkpoint")
      .text("timestamp", to_text(at))
      .json("data", data)
      .end();
}

}  // namespace velum
