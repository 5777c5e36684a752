#include "audit/entry.h"

#include "base/base64.h"
#include "json/value.h"

namespace velum {
namespace {

// Writes members in the order of their names, which is the order of the calls below.
class Members {
 public:
  void text(std::string_view name, std::string_view value) {
    begin(name);
    json::write_string(value, out_);
  }
  void number(std::string_view name, std::uint32_t value) {
    begin(name);
    append(out_, std::to_string(value));
  }
  void begin(std::string_view name) {
    out_.push_back(empty_ ? '{' : ',');
    empty_ = false;
    json::write_string(name, out_);
    out_.push_back(':');
  }
  WipedText& out() { return out_; }
  std::string take() {
    std::string text(view(out_));
    out_.clear();
    return text;
  }

 private:
  WipedText out_;
  bool empty_ = true;
};

std::string_view outcome_name(AuditOutcome outcome) {
  switch (outcome) {
    case AuditOutcome::done: return "done";
    case AuditOutcome::refused: return "refused";
    case AuditOutcome::failed: return "failed";
    case AuditOutcome::begun: return "begun";
  }
  VELUM_CHECK(false);
}

void write_actor(const AuditEntry& entry, Members& members) {
  members.begin("actor");
  Members actor;
  actor.text("id", entry.actor_id);
  actor.text("kind", principal_kind_name(entry.actor_kind));
  actor.text("name", entry.actor_name);
  append(members.out(), view(actor.out()));
  members.out().push_back('}');
}

void write_fields(const AuditEntry& entry, Members& members) {
  if (entry.fields.empty()) return;
  members.begin("fields");
  char separator = '[';
  for (const std::string& field : entry.fields) {
    members.out().push_back(separator);
    json::write_string(field, members.out());
    separator = ',';
  }
  members.out().push_back(']');
}

void write_reason(const AuditEntry& entry, Members& members) {
  if (entry.reason_code.empty()) return;
  members.begin("reason");
  Members reason;
  reason.text("code", entry.reason_code);
  if (!entry.reason.empty()) reason.text("sealed", to_base64(entry.reason));
  append(members.out(), view(reason.out()));
  members.out().push_back('}');
}

void append_part(Bytes& out, std::string_view part) {
  append_u32be(out, static_cast<std::uint32_t>(part.size()));
  append(out, as_bytes(part));
}

std::optional<std::string> take_part(ByteView& bytes) {
  if (bytes.size() < 4) return std::nullopt;
  const std::size_t size = read_u32be(bytes);
  if (bytes.size() - 4 < size) return std::nullopt;
  std::string part(as_text(bytes.subspan(4, size)));
  bytes = bytes.subspan(4 + size);
  return part;
}

}  // namespace

AuditEntry entry_by(const Decision& decision, AccountId account, std::string_view action,
                    Instant now, Random& random) {
  AuditEntry entry;
  entry.time = now;
  entry.id = EntryId(Uuid::time_ordered(now, random));
  entry.account = account;
  entry.action = action;
  entry.actor_kind = decision.principal.kind;
  entry.actor_id = decision.principal.id.text();
  entry.actor_name = decision.principal.name;
  entry.rule = decision.rule;
  return entry;
}

Decision by_itself(std::string_view rule, std::string_view name) {
  Decision decision;
  decision.principal = {PrincipalKind::local_admin, {}, {}, std::string(name)};
  decision.rule = rule;
  return decision;
}

EncodedEntry encode(const AuditEntry& entry, std::string_view account_name,
                    std::string_view region) {
  EncodedEntry encoded;
  encoded.id = entry.id;
  encoded.account = entry.account;

  Members members;
  members.text("account", account_name);
  members.text("action", entry.action);
  write_actor(entry, members);
  if (entry.count) members.number("count", *entry.count);
  if (entry.entity) members.text("entity", entity_name(*entry.entity));
  if (entry.envelope_hash) members.text("envelopeHash", to_hex(*entry.envelope_hash));
  write_fields(entry, members);
  members.text("id", entry.id.text());
  if (!entry.internal_use.empty()) members.text("internalUse", entry.internal_use);
  if (entry.job) members.text("job", entry.job->text());
  members.begin("number");
  encoded.head = members.take();
  members.text("outcome", outcome_name(entry.outcome));
  write_reason(entry, members);
  if (entry.record) members.text("record", entry.record->text());
  members.text("region", region);
  if (entry.request) members.text("request", entry.request->text());
  if (entry.revision) members.number("revision", *entry.revision);
  members.text("rule", entry.rule);
  if (!entry.target.empty()) members.text("target", entry.target);
  members.text("time", to_text(entry.time));
  if (entry.token) members.text("token", entry.token->text());
  if (entry.version) members.text("version", entry.version->text());
  members.out().push_back('}');
  encoded.tail = members.take();
  // Nothing that a request says may make one longer: who writes an entry bounds what is in it. A
  // longer one would be durable, and end this process in the trees, whenever it is started.
  constexpr std::size_t number_size_max_bytes = 20;
  VELUM_CHECK(encoded.head.size() + encoded.tail.size() + number_size_max_bytes <=
              entry_size_max_bytes);
  return encoded;
}

// id[16] | account u32be | head size u32be | head | tail size u32be | tail
Bytes pack(const EncodedEntry& entry) {
  Bytes out;
  append(out, entry.id.bytes());
  append_u32be(out, static_cast<std::uint32_t>(entry.account));
  append_part(out, entry.head);
  append_part(out, entry.tail);
  return out;
}

Result<EncodedEntry> unpack(ByteView bytes) {
  const Error damaged(ErrorCode::corrupt, "an entry of the outbox is damaged");
  if (bytes.size() < 20) return damaged;
  EncodedEntry entry;
  entry.id = *EntryId::from_bytes(bytes.first(16));
  entry.account = static_cast<AccountId>(read_u32be(bytes.subspan(16)));
  bytes = bytes.subspan(20);
  auto head = take_part(bytes);
  auto tail = head ? take_part(bytes) : std::nullopt;
  if (!tail || !bytes.empty()) return damaged;
  entry.head = *std::move(head);
  entry.tail = *std::move(tail);
  return entry;
}

}  // namespace velum
