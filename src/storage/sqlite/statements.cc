#include "storage/sqlite/statements.h"

#include "base/result.h"

namespace velum {
namespace {

#define OF_RECORD "account_id=?1 AND subject_id=?2 AND record_id=?3"
#define OF_SUBJECT "account_id=?1 AND subject_id=?2"
#define OF_VERSION(sealed) "version_id, author, written_at, schema_revision, " sealed
#define OF_HEAD(wraps) "entity, created_at, expires_at, epoch, " wraps
#define ALIVE "(expires_at IS NULL OR expires_at>?4)"
#define READ(sealed, wraps) \
  "SELECT " OF_HEAD(wraps) ", " OF_VERSION(sealed) " FROM record WHERE " OF_RECORD " AND " ALIVE
// The version named ?5, current or not.
#define READ_VERSION(sealed, wraps)                                                            \
  READ(sealed, wraps)                                                                          \
  " AND version_id=?5 UNION ALL SELECT h.*, " OF_VERSION(sealed) " FROM (SELECT " OF_HEAD(     \
      wraps) " FROM record WHERE " OF_RECORD " AND " ALIVE ") AS h JOIN version ON " OF_RECORD \
             " AND version_id=?5"
// Its order is the one they were made in.
#define RECORDS(sealed, wraps)                                                                 \
  "SELECT " OF_HEAD(wraps) ", " OF_VERSION(sealed) ", record_id FROM record WHERE " OF_SUBJECT \
                                                   " AND entity=?3 AND " ALIVE                 \
                                                   " ORDER BY created_at, record_id LIMIT ?5"
// The entity is a literal, so that the index of prospects alone is used.
#define PROSPECTS(sealed, wraps) \
  "SELECT " OF_HEAD(wraps) ", " OF_VERSION(sealed) ", record_id FROM record WHERE account_id=?1 " \
  "AND entity=2 AND (created_at, record_id) < (?2, ?3) AND " ALIVE                               \
  " ORDER BY created_at DESC, record_id DESC LIMIT ?5"
#define VERSIONS_OF_RECORD                                              \
  "(SELECT version_id, author, written_at FROM record WHERE " OF_RECORD \
  " UNION ALL SELECT version_id, author, written_at FROM version WHERE " OF_RECORD ")"
#define MASKED "masked, NULL"
#define FULL "NULL, sealed"
#define MASKED_KEY "key_masked, NULL"
#define BOTH_KEYS "key_masked, key_sealed"

constexpr std::string_view steps[] = {
    // What a masked read takes stands first: a long row goes on in other pages.
    "CREATE TABLE IF NOT EXISTS record (account_id INTEGER NOT NULL, subject_id BLOB NOT NULL, "
    "record_id BLOB NOT NULL, entity INTEGER NOT NULL, created_at INTEGER NOT NULL, expires_at "
    "INTEGER, version_id BLOB NOT NULL, author BLOB NOT NULL, written_at INTEGER NOT NULL, "
    "schema_revision INTEGER NOT NULL, epoch INTEGER NOT NULL, key_masked BLOB NOT NULL, masked "
    "BLOB NOT NULL, key_sealed BLOB NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (account_id, "
    "subject_id, record_id))",
    "CREATE TABLE IF NOT EXISTS version (account_id INTEGER NOT NULL, subject_id BLOB NOT NULL, "
    "record_id BLOB NOT NULL, version_id BLOB NOT NULL, author BLOB NOT NULL, written_at INTEGER "
    "NOT NULL, schema_revision INTEGER NOT NULL, masked BLOB NOT NULL, sealed BLOB NOT NULL, "
    "PRIMARY KEY (account_id, subject_id, record_id, version_id))",
    "CREATE INDEX IF NOT EXISTS record_prospects ON record (account_id, created_at, record_id) "
    "WHERE entity=2",
    "CREATE TABLE IF NOT EXISTS lookup (account_id INTEGER NOT NULL, field INTEGER NOT NULL, "
    "digest BLOB NOT NULL, slot BLOB NOT NULL, subject_id BLOB NOT NULL, record_id BLOB NOT NULL, "
    "expires_at INTEGER, PRIMARY KEY (account_id, field, digest, slot))",
    "CREATE INDEX IF NOT EXISTS lookup_by_record ON lookup (account_id, subject_id, record_id)",
    "CREATE TABLE IF NOT EXISTS outbox (account_id INTEGER NOT NULL, entry_id BLOB NOT NULL, "
    "entry BLOB NOT NULL, PRIMARY KEY (account_id, entry_id))",
    "CREATE TABLE IF NOT EXISTS account (account_id INTEGER NOT NULL, name TEXT NOT NULL, region "
    "TEXT NOT NULL, settings TEXT NOT NULL, wrapped_full BLOB NOT NULL, wrapped_masked BLOB NOT "
    "NULL, wrapped_index BLOB NOT NULL, wrapped_signing BLOB NOT NULL, PRIMARY KEY (account_id))",
    "CREATE TABLE IF NOT EXISTS app_key (account_id INTEGER NOT NULL, app_key TEXT NOT NULL, "
    "principal_id BLOB NOT NULL, token_hash BLOB NOT NULL, label TEXT NOT NULL, role TEXT NOT "
    "NULL, "
    "PRIMARY KEY (account_id, app_key))",
    "CREATE TABLE IF NOT EXISTS idempotency (account_id INTEGER NOT NULL, principal_id BLOB NOT "
    "NULL, key_digest BLOB NOT NULL, request_digest BLOB NOT NULL, subject_id BLOB NOT NULL, "
    "record_id BLOB NOT NULL, version_id BLOB NOT NULL, expires_at INTEGER NOT NULL, PRIMARY KEY "
    "(account_id, principal_id, key_digest))",
    "CREATE INDEX IF NOT EXISTS idempotency_by_record ON idempotency (account_id, subject_id, "
    "record_id)",
    "CREATE INDEX IF NOT EXISTS idempotency_by_expiry ON idempotency (account_id, expires_at)",
};

constexpr std::string_view insert_record_text =
    "INSERT INTO record (account_id, subject_id, record_id, version_id, author, written_at, "
    "schema_revision, masked, sealed, expires_at, entity, created_at, epoch, key_masked, "
    "key_sealed) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15) "
    "ON CONFLICT DO NOTHING";

constexpr std::string_view keep_version_text =
    "INSERT INTO version (account_id, subject_id, record_id, version_id, author, written_at, "
    "schema_revision, masked, sealed) SELECT account_id, subject_id, record_id, version_id, "
    "author, written_at, schema_revision, masked, sealed FROM record WHERE " OF_RECORD
    " AND version_id=?4";

constexpr std::string_view replace_version_text =
    "UPDATE record SET version_id=?4, author=?5, written_at=?6, schema_revision=?7, masked=?8, "
    "sealed=?9, expires_at=?10 WHERE " OF_RECORD;

constexpr std::string_view claim_lookup_text =
    "INSERT INTO lookup (account_id, subject_id, record_id, field, digest, slot, "
    "expires_at) VALUES (?1,?2,?3,?4,?5,?6,?7) ON CONFLICT (account_id, field, digest, "
    "slot) DO UPDATE SET subject_id=excluded.subject_id, record_id=excluded.record_id, "
    "expires_at=excluded.expires_at WHERE lookup.subject_id=excluded.subject_id AND "
    "lookup.record_id=excluded.record_id";

constexpr std::string_view claim_idempotency_text =
    "INSERT INTO idempotency (account_id, subject_id, record_id, principal_id, "
    "key_digest, request_digest, version_id, expires_at) VALUES (?1,?2,?3,?4,?5,?6,?7,?8) "
    "ON CONFLICT (account_id, principal_id, key_digest) DO UPDATE SET "
    "subject_id=excluded.subject_id, record_id=excluded.record_id, "
    "request_digest=excluded.request_digest, version_id=excluded.version_id, "
    "expires_at=excluded.expires_at WHERE idempotency.expires_at<=?9";

constexpr std::string_view sweep_idempotency_text =
    "DELETE FROM idempotency WHERE account_id=?1 AND (principal_id, key_digest) IN "
    "(SELECT principal_id, key_digest FROM idempotency WHERE account_id=?1 AND "
    "expires_at<=?2 ORDER BY expires_at LIMIT ?3)";

constexpr std::string_view versions_text =
    "SELECT version_id, author, written_at FROM " VERSIONS_OF_RECORD
    " AS known WHERE ?4 IS NULL OR (written_at, version_id) < (SELECT written_at, version_id "
    "FROM " VERSIONS_OF_RECORD
    " AS older WHERE version_id=?4) ORDER BY written_at DESC, version_id DESC LIMIT ?5";

constexpr std::string_view insert_account_text =
    "INSERT INTO account (account_id, name, region, settings, wrapped_full, wrapped_masked, "
    "wrapped_index, wrapped_signing) VALUES (?1,?2,?3,?4,?5,?6,?7,?8) ON CONFLICT DO NOTHING";

}  // namespace

std::span<const std::string_view> schema_steps() {
  return steps;
}

std::string_view sql(Sql statement) {
  switch (statement) {
    case Sql::insert_record: return insert_record_text;
    case Sql::keep_version: return keep_version_text;
    case Sql::replace_version: return replace_version_text;
    case Sql::require_version: return "SELECT 1 FROM record WHERE " OF_RECORD " AND version_id=?4";
    case Sql::require_subject:
      return "SELECT 1 FROM record WHERE " OF_SUBJECT " AND record_id=?2 AND entity=?3 AND " ALIVE;
    case Sql::require_room:
      return "SELECT 1 FROM record WHERE " OF_SUBJECT " AND entity=?3 AND " ALIVE
             " LIMIT 1 OFFSET ?5";
    case Sql::require_expired: return "SELECT 1 FROM record WHERE " OF_RECORD " AND expires_at<=?4";
    case Sql::claim_lookup: return claim_lookup_text;
    case Sql::displace_lookup:
      return "UPDATE lookup SET slot=record_id WHERE account_id=?1 AND field=?2 AND digest=?3 AND "
             "slot=?4 AND expires_at<=?5";
    case Sql::release_lookup:
      return "DELETE FROM lookup WHERE " OF_RECORD " AND field=?4 AND digest=?5";
    case Sql::claim_idempotency: return claim_idempotency_text;
    case Sql::sweep_idempotency: return sweep_idempotency_text;
    case Sql::delete_record: return "DELETE FROM record WHERE " OF_RECORD;
    case Sql::delete_record_versions: return "DELETE FROM version WHERE " OF_RECORD;
    case Sql::delete_record_lookups: return "DELETE FROM lookup WHERE " OF_RECORD;
    case Sql::delete_record_idempotency: return "DELETE FROM idempotency WHERE " OF_RECORD;
    case Sql::delete_subject: return "DELETE FROM record WHERE " OF_SUBJECT;
    case Sql::delete_subject_versions: return "DELETE FROM version WHERE " OF_SUBJECT;
    case Sql::delete_subject_lookups: return "DELETE FROM lookup WHERE " OF_SUBJECT;
    case Sql::delete_subject_idempotency: return "DELETE FROM idempotency WHERE " OF_SUBJECT;
    case Sql::insert_outbox:
      return "INSERT INTO outbox (account_id, entry_id, entry) VALUES (?1,?2,?3)";
    case Sql::delete_outbox: return "DELETE FROM outbox WHERE account_id=?1 AND entry_id=?2";
    case Sql::insert_account: return insert_account_text;
    case Sql::insert_app_key:
      return "INSERT INTO app_key (account_id, app_key, principal_id, token_hash, label, role) "
             "VALUES (?1,?2,?3,?4,?5,?6) ON CONFLICT DO NOTHING";
    case Sql::read_current_masked: return READ(MASKED, MASKED_KEY);
    case Sql::read_current_full: return READ(FULL, BOTH_KEYS);
    case Sql::read_version_masked: return READ_VERSION(MASKED, MASKED_KEY);
    case Sql::read_version_full: return READ_VERSION(FULL, BOTH_KEYS);
    case Sql::subject_head:
      return "SELECT entity, expires_at FROM record WHERE " OF_SUBJECT
             " AND record_id=?2 AND "
             "(expires_at IS NULL OR expires_at>?3)";
    case Sql::records_masked: return RECORDS(MASKED, MASKED_KEY);
    case Sql::records_full: return RECORDS(FULL, BOTH_KEYS);
    case Sql::prospects_masked: return PROSPECTS(MASKED, MASKED_KEY);
    case Sql::prospects_full: return PROSPECTS(FULL, BOTH_KEYS);
    case Sql::versions: return versions_text;
    case Sql::find:
      return "SELECT subject_id, record_id FROM lookup WHERE account_id=?1 AND field=?2 AND "
             "digest=?3 AND " ALIVE " LIMIT 2";
    case Sql::find_idempotency:
      return "SELECT request_digest, subject_id, record_id, version_id, expires_at FROM "
             "idempotency WHERE account_id=?1 AND principal_id=?2 AND key_digest=?3 AND "
             "expires_at>?4";
    case Sql::accounts:
      return "SELECT account_id, name, region, settings, wrapped_full, wrapped_masked, "
             "wrapped_index, wrapped_signing FROM account ORDER BY account_id";
    case Sql::app_keys:
      return "SELECT account_id, app_key, principal_id, token_hash, label, role FROM app_key "
             "ORDER BY account_id, app_key";
    case Sql::outbox:
      return "SELECT account_id, entry_id, entry FROM outbox ORDER BY rowid LIMIT ?1";
    case Sql::outbox_size: return "SELECT count(*) FROM outbox";
    case Sql::end: break;
  }
  VELUM_CHECK(false);
}

}  // namespace velum
