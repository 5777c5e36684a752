#pragma once
// AuditEntry: what is said of one event, before it has its number. encode() makes it canonical
// JSON (RFC 8785: members sorted, no white space), which is what is hashed, stored and shown.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/decision.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/random.h"
#include "crypto/crypto.h"

namespace velum {

// An erasure takes several steps: `begun` says that the last of them may be missing.
enum class AuditOutcome : std::uint8_t { done, refused, failed, begun };

constexpr std::string_view all_fields = "*";

// No member holds a value from a document. `reason` is an envelope: see Vault::seal_reason.
struct AuditEntry {
  EntryId id;
  Instant time;
  AccountId account{};
  std::string action;  // A documented name ("GetProfileUnmasked") or one of ours ("CreateProfile").
  PrincipalKind actor_kind = PrincipalKind::app_key;
  std::string actor_id;
  std::string actor_name;
  std::string rule;  // What allowed or refused it.
  AuditOutcome outcome = AuditOutcome::done;
  std::optional<EntityId> entity;
  std::optional<Token> token;
  std::optional<RecordId> record;
  std::optional<VersionId> version;
  // The app key or role that it is about, by name; a user token, a grant or a webhook by its id.
  std::string target;
  std::optional<Sha256Digest> envelope_hash;
  std::vector<std::string> fields;  // Disclosed or changed, by schema name; "*" for all.
  std::string internal_use;         // "merge": class P was opened inside the vault for this write.
  std::optional<std::uint32_t> count;     // Of documents, where it is about several.
  std::optional<std::uint32_t> revision;  // Of the entity's schema, where it is about that.
  std::optional<JobId> job;
  std::string reason_code;  // "given", "useCase", "grant", "default", "self".
  Bytes reason;             // Sealed; empty where there is none.
  std::optional<RequestId> request;
};

// Of what was decided in an account, and now; all else is for the caller to say.
AuditEntry entry_by(const Decision& decision, AccountId account, std::string_view action,
                    Instant now, Random& random);
// What nobody has asked for: "velum" does it, for what `rule` says.
Decision by_itself(std::string_view rule, std::string_view name = "velum");

// As the trees have an entry: what a bundle takes (C2SP tlog-tiles).
constexpr std::size_t entry_size_max_bytes = 0xFFFF;

// The entry as canonical JSON with a hole for its number: head + decimal number + tail.
struct EncodedEntry {
  EntryId id;
  AccountId account{};
  std::string head;
  std::string tail;
};
// One that would be longer than the trees take is a bug of whoever fills it in.
EncodedEntry encode(const AuditEntry& entry, std::string_view account_name,
                    std::string_view region);

// For the outbox: EncodedEntry as bytes and back (corrupt if they are not).
Bytes pack(const EncodedEntry& entry);
Result<EncodedEntry> unpack(ByteView bytes);

}  // namespace velum
