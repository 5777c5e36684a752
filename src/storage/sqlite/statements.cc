#include "storage/sqlite/statements.h"

#include <iterator>

#include "base/result.h"

namespace velum {
namespace {

#define OF_RECORD "account_id=?1 AND subject_id=?2 AND record_id=?3"
#define OF_SUBJECT "account_id=?1 AND subject_id=?2"
#define OF_VERSION(entity, sealed) \
  "version_id, author, written_at, schema_revision, masked_revision, " entity ", " sealed
#define OF_HEAD(wraps) "entity, created_at, expires_at, epoch, made_as, " wraps
#define ALIVE "(expires_at IS NULL OR expires_at>?4)"
#define READ(sealed, wraps)                                                                  \
  "SELECT " OF_HEAD(wraps) ", " OF_VERSION("entity", sealed) " FROM record WHERE " OF_RECORD \
                                                             " AND " ALIVE
// The version named ?5, current or not.
#define READ_VERSION(sealed, wraps)                                                         \
  READ(sealed, wraps)                                                                       \
  " AND version_id=?5 UNION ALL SELECT h.*, " OF_VERSION(                                   \
      "version.entity",                                                                     \
      sealed) " FROM (SELECT " OF_HEAD(wraps) " FROM record WHERE " OF_RECORD " AND " ALIVE \
                                              ") AS h JOIN version ON " OF_RECORD           \
                                              " AND version_id=?5"
// Its order is the one they were made in.
#define RECORDS(sealed, wraps)                                                                  \
  "SELECT " OF_HEAD(wraps) ", " OF_VERSION(                                                     \
      "entity", sealed) ", record_id FROM record WHERE " OF_SUBJECT " AND entity=?3 AND " ALIVE \
                        " ORDER BY created_at, record_id LIMIT ?5"
// The entity is a literal, so that the index of prospects alone is used.
#define PROSPECTS(sealed, wraps) \
  "SELECT " OF_HEAD(wraps) ", " OF_VERSION("entity", sealed) ", record_id FROM record WHERE "     \
  "account_id=?1 AND entity=2 AND (created_at, record_id) < (?2, ?3) AND " ALIVE                  \
  " ORDER BY created_at DESC, record_id DESC LIMIT ?5"
// In the order of the primary key.
#define SCAN(sealed, wraps) \
  "SELECT " OF_HEAD(wraps) ", " OF_VERSION("entity", sealed) ", record_id, subject_id FROM "   \
  "record WHERE account_id=?1 AND (subject_id, record_id) > (?2, ?3) AND entity=?6 AND " ALIVE \
  " ORDER BY subject_id, record_id LIMIT ?5"
#define VERSIONS_OF_RECORD                                              \
  "(SELECT version_id, author, written_at FROM record WHERE " OF_RECORD \
  " UNION ALL SELECT version_id, author, written_at FROM version WHERE " OF_RECORD ")"
#define REPLACE_MASKED(table)                                           \
  "UPDATE " table " SET masked=?6, masked_revision=?7 WHERE " OF_RECORD \
  " AND version_id=?4 AND masked_revision=?5"
#define REPLACE_RENDITIONS(table)                                                  \
  "UPDATE " table " SET masked=?6, masked_revision=?7, sealed=?8 WHERE " OF_RECORD \
  " AND version_id=?4 AND masked_revision=?5"
#define OF_JOB "job_id, kind, entity, revision, state, done, total, place, created_at, updated_at"
#define WALKED "subject_id, record_id, version_id, entity, masked_revision, written_at"
#define OF_WEBHOOK "account_id=?1 AND webhook_id=?2"
#define MASKED "masked, NULL"
#define FULL "NULL, sealed"
#define MASKED_KEY "key_masked, NULL"
#define BOTH_KEYS "key_masked, key_sealed"

constexpr std::string_view steps[] = {
    // What a masked read takes stands first: a long row goes on in other pages.
    "CREATE TABLE IF NOT EXISTS record (account_id INTEGER NOT NULL, subject_id BLOB NOT NULL, "
    "record_id BLOB NOT NULL, entity INTEGER NOT NULL, created_at INTEGER NOT NULL, expires_at "
    "INTEGER, version_id BLOB NOT NULL, author BLOB NOT NULL, written_at INTEGER NOT NULL, "
    "schema_revision INTEGER NOT NULL, masked_revision INTEGER NOT NULL, epoch INTEGER NOT NULL, "
    "made_as INTEGER NOT NULL, key_masked BLOB NOT NULL, masked BLOB NOT NULL, key_sealed BLOB NOT "
    "NULL, sealed BLOB NOT NULL, PRIMARY KEY (account_id, "
    "subject_id, record_id))",
    "CREATE TABLE IF NOT EXISTS version (account_id INTEGER NOT NULL, subject_id BLOB NOT NULL, "
    "record_id BLOB NOT NULL, version_id BLOB NOT NULL, entity INTEGER NOT NULL, author BLOB NOT "
    "NULL, written_at INTEGER NOT NULL, schema_revision INTEGER NOT NULL, masked_revision INTEGER "
    "NOT NULL, masked BLOB NOT NULL, sealed BLOB NOT NULL, "
    "PRIMARY KEY (account_id, subject_id, record_id, version_id))",
    "CREATE INDEX IF NOT EXISTS record_prospects ON record (account_id, created_at, record_id) "
    "WHERE entity=2",
    "CREATE INDEX IF NOT EXISTS record_expiry ON record (account_id, expires_at) WHERE "
    "expires_at>0",
    "CREATE TABLE IF NOT EXISTS swept (account_id INTEGER NOT NULL, subject_id BLOB NOT NULL, "
    "record_id BLOB NOT NULL, entity INTEGER NOT NULL, swept_at INTEGER NOT NULL, PRIMARY KEY "
    "(account_id, subject_id, record_id))",
    "CREATE INDEX IF NOT EXISTS swept_by_time ON swept (account_id, swept_at)",
    "CREATE TABLE IF NOT EXISTS clock (account_id INTEGER NOT NULL, wall INTEGER NOT NULL, running "
    "INTEGER NOT NULL, PRIMARY KEY (account_id))",
    "CREATE TABLE IF NOT EXISTS schema (account_id INTEGER NOT NULL, entity INTEGER NOT NULL, "
    "revision INTEGER NOT NULL, custom TEXT NOT NULL, author BLOB NOT NULL, created_at INTEGER NOT "
    "NULL, PRIMARY KEY (account_id, entity, revision))",
    "CREATE TABLE IF NOT EXISTS job (account_id INTEGER NOT NULL, job_id BLOB NOT NULL, kind "
    "INTEGER NOT NULL, entity INTEGER NOT NULL, revision INTEGER NOT NULL, state INTEGER NOT NULL, "
    "done INTEGER NOT NULL, total INTEGER NOT NULL, place BLOB NOT NULL, created_at INTEGER NOT "
    "NULL, updated_at INTEGER NOT NULL, PRIMARY KEY (account_id, job_id))",
    "CREATE INDEX IF NOT EXISTS job_open ON job (account_id, created_at) WHERE state=1",
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
    "principal_id BLOB NOT NULL, token_hash BLOB NOT NULL, older_hash BLOB NOT NULL, older_ends_at "
    "INTEGER, label TEXT NOT NULL, roles TEXT NOT NULL, networks TEXT NOT NULL, default_reason "
    "TEXT NOT NULL, state INTEGER NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER, "
    "certificates TEXT NOT NULL, PRIMARY KEY (account_id, app_key))",
    "CREATE TABLE IF NOT EXISTS role (account_id INTEGER NOT NULL, role_key TEXT NOT NULL, number "
    "INTEGER NOT NULL, name TEXT NOT NULL, grants TEXT NOT NULL, PRIMARY KEY (account_id, "
    "role_key))",
    "CREATE TABLE IF NOT EXISTS unmask_policy (account_id INTEGER NOT NULL, reasons TEXT NOT "
    "NULL, grant_approvals INTEGER NOT NULL, PRIMARY KEY (account_id))",
    "CREATE TABLE IF NOT EXISTS unmask_grant (account_id INTEGER NOT NULL, grant_id BLOB NOT NULL, "
    "holder BLOB NOT NULL, kind INTEGER NOT NULL, purpose BLOB NOT NULL, ticket TEXT NOT NULL, "
    "resources TEXT NOT NULL, subjects TEXT NOT NULL, minutes INTEGER NOT NULL, approvals_needed "
    "INTEGER NOT NULL, state INTEGER NOT NULL, approvers TEXT NOT NULL, created_at INTEGER NOT "
    "NULL, ends_at INTEGER NOT NULL, PRIMARY KEY (account_id, grant_id))",
    "CREATE TABLE IF NOT EXISTS staff (account_id INTEGER NOT NULL, user_id BLOB NOT NULL, "
    "email_digest BLOB NOT NULL, wrapped_key BLOB NOT NULL, sealed BLOB NOT NULL, roles TEXT NOT "
    "NULL, state INTEGER NOT NULL, generation INTEGER NOT NULL, created_at INTEGER NOT NULL, "
    "PRIMARY KEY (account_id, user_id))",
    "CREATE TABLE IF NOT EXISTS access (account_id INTEGER NOT NULL, revision INTEGER NOT NULL, "
    "PRIMARY KEY (account_id))",
    "CREATE TABLE IF NOT EXISTS webhook (account_id INTEGER NOT NULL, webhook_id BLOB NOT NULL, "
    "url BLOB NOT NULL, events TEXT NOT NULL, secret BLOB NOT NULL, older_secret BLOB NOT NULL, "
    "older_ends_at INTEGER, created_at INTEGER NOT NULL, next_entry INTEGER NOT NULL, PRIMARY KEY "
    "(account_id, webhook_id))",
    "CREATE TABLE IF NOT EXISTS alert (account_id INTEGER NOT NULL, webhook_id BLOB NOT NULL, "
    "alert_id BLOB NOT NULL, body TEXT NOT NULL, attempts INTEGER NOT NULL, created_at INTEGER NOT "
    "NULL, due_at INTEGER NOT NULL, PRIMARY KEY (account_id, webhook_id, alert_id))",
    "CREATE INDEX IF NOT EXISTS alert_due ON alert (account_id, webhook_id, due_at)",
    "CREATE TABLE IF NOT EXISTS canary (account_id INTEGER NOT NULL, subject_id BLOB NOT NULL, "
    "author BLOB NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY (account_id, subject_id))",
    "CREATE TABLE IF NOT EXISTS audit_queries (account_id INTEGER NOT NULL, name TEXT NOT NULL, "
    "filter BLOB NOT NULL, author BLOB NOT NULL, changed_at INTEGER NOT NULL, PRIMARY KEY "
    "(account_id, name))",
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
    "schema_revision, masked_revision, masked, sealed, expires_at, entity, created_at, epoch, "
    "made_as, key_masked, key_sealed) VALUES "
    "(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17) "
    "ON CONFLICT DO NOTHING";

constexpr std::string_view keep_version_text =
    "INSERT INTO version (account_id, subject_id, record_id, version_id, entity, author, "
    "written_at, schema_revision, masked_revision, masked, sealed) SELECT account_id, subject_id, "
    "record_id, version_id, entity, author, written_at, schema_revision, masked_revision, masked, "
    "sealed FROM record WHERE " OF_RECORD
    " AND version_id=?4 AND (expires_at IS NULL OR expires_at>0)";

constexpr std::string_view replace_version_text =
    "UPDATE record SET version_id=?4, author=?5, written_at=?6, schema_revision=?7, "
    "masked_revision=?8, masked=?9, sealed=?10, expires_at=?11 WHERE " OF_RECORD;

constexpr std::string_view claim_lookup_text =
    "INSERT INTO lookup (account_id, subject_id, record_id, field, digest, slot, "
    "expires_at) VALUES (?1,?2,?3,?4,?5,?6,?7) ON CONFLICT (account_id, field, digest, "
    "slot) DO UPDATE SET subject_id=excluded.subject_id, record_id=excluded.record_id, "
    "expires_at=excluded.expires_at WHERE lookup.subject_id=excluded.subject_id AND "
    "lookup.record_id=excluded.record_id";

constexpr std::string_view insert_swept_text =
    "INSERT INTO swept (account_id, subject_id, record_id, entity, swept_at) SELECT account_id, "
    "subject_id, record_id, entity, ?4 FROM record WHERE " OF_RECORD
    " ON CONFLICT (account_id, subject_id, record_id) DO UPDATE SET swept_at=excluded.swept_at";

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

constexpr std::string_view insert_job_text =
    "INSERT INTO job (account_id, job_id, state, done, total, place, updated_at, kind, entity, "
    "revision, created_at) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11) ON CONFLICT DO NOTHING";

constexpr std::string_view insert_app_key_text =
    "INSERT INTO app_key (account_id, app_key, principal_id, created_at, token_hash, older_hash, "
    "older_ends_at, label, roles, networks, default_reason, state, expires_at, certificates) "
    "VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14) ON CONFLICT DO NOTHING";

constexpr std::string_view update_app_key_text =
    "UPDATE app_key SET token_hash=?3, older_hash=?4, older_ends_at=?5, label=?6, roles=?7, "
    "networks=?8, default_reason=?9, state=?10, expires_at=?11, certificates=?12 WHERE "
    "account_id=?1 AND app_key=?2";

constexpr std::string_view insert_webhook_text =
    "INSERT INTO webhook (account_id, webhook_id, url, events, secret, older_secret, "
    "older_ends_at, created_at, next_entry) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9) ON CONFLICT "
    "DO NOTHING";

constexpr std::string_view update_webhook_text =
    "UPDATE webhook SET url=?3, events=?4, secret=?5, older_secret=?6, older_ends_at=?7 "
    "WHERE " OF_WEBHOOK " AND url=?8 AND secret=?9";

constexpr std::string_view insert_alert_text =
    "INSERT INTO alert (account_id, webhook_id, alert_id, body, attempts, created_at, due_at) "
    "VALUES (?1,?2,?3,?4,?5,?6,?7) ON CONFLICT DO NOTHING";

constexpr std::string_view put_audit_query_text =
    "INSERT INTO audit_queries (account_id, name, filter, author, changed_at) SELECT "
    "?1,?2,?3,?4,?5 WHERE (SELECT count(*) FROM audit_queries WHERE account_id=?1 AND name<>?2) < "
    "?6 ON CONFLICT (account_id, name) DO UPDATE SET filter=excluded.filter, "
    "author=excluded.author, changed_at=excluded.changed_at";

struct Text {
  Sql statement;
  std::string_view text;
};
constexpr Text texts[] = {
    {Sql::insert_record, insert_record_text},
    {Sql::keep_version, keep_version_text},
    {Sql::replace_version, replace_version_text},
    {Sql::require_version, "SELECT 1 FROM record WHERE " OF_RECORD " AND version_id=?4"},
    {Sql::change_entity, "UPDATE record SET entity=?4 WHERE " OF_RECORD},
    {Sql::require_subject,
     "SELECT 1 FROM record WHERE " OF_SUBJECT " AND record_id=?2 AND entity=?3 AND " ALIVE},
    {Sql::require_room,
     "SELECT 1 FROM record WHERE " OF_SUBJECT " AND entity=?3 AND " ALIVE " LIMIT 1 OFFSET ?5"},
    {Sql::require_expired, "SELECT 1 FROM record WHERE " OF_RECORD " AND expires_at<=?4"},
    {Sql::mark_expired, "UPDATE record SET expires_at=-expires_at WHERE " OF_RECORD
                        " AND expires_at>0 AND expires_at<=?4"},
    {Sql::insert_swept, insert_swept_text},
    {Sql::require_swept, "SELECT 1 FROM swept WHERE " OF_RECORD
                         " AND EXISTS (SELECT 1 FROM record WHERE " OF_RECORD " AND expires_at<0)"},
    {Sql::show_hidden,
     "UPDATE record SET expires_at=-expires_at WHERE account_id=?1 AND expires_at+?2<0 AND "
     "(subject_id, record_id) IN (SELECT subject_id, record_id FROM swept WHERE account_id=?1)"},
    {Sql::forget_shown,
     "DELETE FROM swept WHERE account_id=?1 AND (subject_id, record_id) IN (SELECT subject_id, "
     "record_id FROM record WHERE account_id=?1 AND expires_at>?2)"},
    {Sql::claim_lookup, claim_lookup_text},
    {Sql::displace_lookup,
     "UPDATE lookup SET slot=record_id WHERE account_id=?1 AND field=?2 AND digest=?3 AND "
     "slot=?4 AND expires_at<=?5"},
    {Sql::release_lookup, "DELETE FROM lookup WHERE " OF_RECORD " AND field=?4 AND digest=?5"},
    {Sql::claim_idempotency, claim_idempotency_text},
    {Sql::sweep_idempotency, sweep_idempotency_text},
    {Sql::delete_record, "DELETE FROM record WHERE " OF_RECORD},
    {Sql::delete_record_versions, "DELETE FROM version WHERE " OF_RECORD},
    {Sql::delete_record_lookups, "DELETE FROM lookup WHERE " OF_RECORD},
    {Sql::delete_record_idempotency, "DELETE FROM idempotency WHERE " OF_RECORD},
    {Sql::delete_record_swept, "DELETE FROM swept WHERE " OF_RECORD},
    {Sql::delete_subject, "DELETE FROM record WHERE " OF_SUBJECT},
    {Sql::delete_subject_versions, "DELETE FROM version WHERE " OF_SUBJECT},
    {Sql::delete_subject_lookups, "DELETE FROM lookup WHERE " OF_SUBJECT},
    {Sql::delete_subject_idempotency, "DELETE FROM idempotency WHERE " OF_SUBJECT},
    {Sql::delete_subject_swept, "DELETE FROM swept WHERE " OF_SUBJECT},
    {Sql::insert_outbox, "INSERT INTO outbox (account_id, entry_id, entry) VALUES (?1,?2,?3)"},
    {Sql::delete_outbox, "DELETE FROM outbox WHERE account_id=?1 AND entry_id=?2"},
    {Sql::save_clock,
     "INSERT INTO clock (account_id, wall, running) VALUES (?1,?2,?3) ON CONFLICT "
     "(account_id) DO UPDATE SET wall=excluded.wall, running=excluded.running"},
    {Sql::insert_schema,
     "INSERT INTO schema (account_id, entity, revision, custom, author, created_at) VALUES "
     "(?1,?2,?3,?4,?5,?6) ON CONFLICT DO NOTHING"},
    {Sql::insert_job, insert_job_text},
    {Sql::update_job,
     "UPDATE job SET state=?3, done=?4, total=?5, place=?6, updated_at=?7 WHERE account_id=?1 AND "
     "job_id=?2"},
    {Sql::replace_masked_current, REPLACE_MASKED("record")},
    {Sql::replace_masked_older, REPLACE_MASKED("version")},
    {Sql::replace_renditions_current, REPLACE_RENDITIONS("record")},
    {Sql::replace_renditions_older, REPLACE_RENDITIONS("version")},
    {Sql::insert_account, insert_account_text},
    {Sql::insert_app_key, insert_app_key_text},
    {Sql::update_app_key, update_app_key_text},
    {Sql::put_role,
     "INSERT INTO role (account_id, role_key, number, name, grants) VALUES (?1,?2,?3,?4,?5) ON "
     "CONFLICT (account_id, role_key) DO UPDATE SET name=excluded.name, grants=excluded.grants"},
    {Sql::delete_role, "DELETE FROM role WHERE account_id=?1 AND role_key=?2"},
    {Sql::put_unmask_policy,
     "INSERT INTO unmask_policy (account_id, reasons, grant_approvals) VALUES (?1,?2,?3) ON "
     "CONFLICT (account_id) DO UPDATE SET reasons=excluded.reasons, "
     "grant_approvals=excluded.grant_approvals"},
    {Sql::insert_user,
     "INSERT INTO staff (account_id, user_id, created_at, email_digest, wrapped_key, sealed, "
     "roles, "
     "state, generation) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9) ON CONFLICT DO NOTHING"},
    {Sql::update_user,
     "UPDATE staff SET email_digest=?3, wrapped_key=?4, sealed=?5, roles=?6, state=?7, "
     "generation=?8 WHERE account_id=?1 AND user_id=?2"},
    {Sql::delete_user, "DELETE FROM staff WHERE account_id=?1 AND user_id=?2"},
    {Sql::insert_unmask_grant,
     "INSERT INTO unmask_grant (account_id, grant_id, state, approvers, ends_at, "
     "approvals_needed, holder, kind, purpose, ticket, resources, subjects, minutes, created_at) "
     "VALUES "
     "(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14) ON CONFLICT DO NOTHING"},
    {Sql::update_unmask_grant,
     "UPDATE unmask_grant SET state=?3, approvers=?4, ends_at=?5, approvals_needed=?6 WHERE "
     "account_id=?1 AND grant_id=?2"},
    {Sql::delete_unmask_grant, "DELETE FROM unmask_grant WHERE account_id=?1 AND grant_id=?2"},
    {Sql::advance_access,
     "INSERT INTO access (account_id, revision) VALUES (?1,?2) ON CONFLICT (account_id) DO "
     "UPDATE SET revision=excluded.revision WHERE access.revision=?3"},
    {Sql::insert_webhook, insert_webhook_text},
    {Sql::update_webhook, update_webhook_text},
    {Sql::delete_webhook, "DELETE FROM webhook WHERE " OF_WEBHOOK},
    {Sql::delete_webhook_alerts, "DELETE FROM alert WHERE " OF_WEBHOOK},
    {Sql::advance_webhook, "UPDATE webhook SET next_entry=?3 WHERE " OF_WEBHOOK},
    {Sql::insert_alert, insert_alert_text},
    {Sql::delay_alert,
     "UPDATE alert SET attempts=?4, due_at=?5 WHERE " OF_WEBHOOK " AND alert_id=?3"},
    {Sql::delete_alert, "DELETE FROM alert WHERE " OF_WEBHOOK " AND alert_id=?3"},
    {Sql::put_canary,
     "INSERT INTO canary (account_id, subject_id, author, created_at) VALUES (?1,?2,?3,?4) ON "
     "CONFLICT DO NOTHING"},
    {Sql::delete_canary, "DELETE FROM canary WHERE " OF_SUBJECT},
    {Sql::put_audit_query, put_audit_query_text},
    {Sql::delete_audit_query, "DELETE FROM audit_queries WHERE account_id=?1 AND name=?2"},
    {Sql::read_current_masked, READ(MASKED, MASKED_KEY)},
    {Sql::read_current_full, READ(FULL, BOTH_KEYS)},
    {Sql::read_version_masked, READ_VERSION(MASKED, MASKED_KEY)},
    {Sql::read_version_full, READ_VERSION(FULL, BOTH_KEYS)},
    {Sql::subject_head,
     "SELECT entity, expires_at FROM record WHERE " OF_SUBJECT " AND record_id=?2 AND "
     "(expires_at IS NULL OR expires_at>?3)"},
    {Sql::records_masked, RECORDS(MASKED, MASKED_KEY)},
    {Sql::records_full, RECORDS(FULL, BOTH_KEYS)},
    {Sql::prospects_masked, PROSPECTS(MASKED, MASKED_KEY)},
    {Sql::prospects_full, PROSPECTS(FULL, BOTH_KEYS)},
    {Sql::scan_masked, SCAN(MASKED, MASKED_KEY)},
    {Sql::scan_full, SCAN(FULL, BOTH_KEYS)},
    {Sql::versions, versions_text},
    {Sql::find,
     "SELECT subject_id, record_id FROM lookup WHERE account_id=?1 AND field=?2 AND "
     "digest=?3 AND " ALIVE " LIMIT 2"},
    {Sql::find_idempotency,
     "SELECT request_digest, subject_id, record_id, version_id, expires_at FROM "
     "idempotency WHERE account_id=?1 AND principal_id=?2 AND key_digest=?3 AND "
     "expires_at>?4"},
    {Sql::expired,
     "SELECT subject_id, record_id, entity FROM record WHERE account_id=?1 AND expires_at>0 AND "
     "expires_at<=?2 ORDER BY expires_at LIMIT ?3"},
    {Sql::swept,
     "SELECT subject_id, record_id, entity FROM swept WHERE account_id=?1 AND swept_at<=?2 ORDER "
     "BY "
     "swept_at LIMIT ?3"},
    {Sql::clock, "SELECT wall, running FROM clock WHERE account_id=?1"},
    {Sql::schemas,
     "SELECT entity, revision, custom, author, created_at FROM schema WHERE account_id=?1 ORDER BY "
     "entity, revision"},
    {Sql::job, "SELECT " OF_JOB " FROM job WHERE account_id=?1 AND job_id=?2"},
    {Sql::open_jobs,
     "SELECT " OF_JOB " FROM job WHERE account_id=?1 AND state=1 ORDER BY created_at"},
    {Sql::walk_current,
     "SELECT " WALKED " FROM record WHERE account_id=?1 AND (subject_id, record_id) > (?2, ?3) "
     "ORDER BY subject_id, record_id LIMIT ?4"},
    {Sql::walk_older,
     "SELECT " WALKED " FROM version WHERE account_id=?1 AND (subject_id, record_id, version_id) > "
     "(?2, ?3, ?5) ORDER BY subject_id, record_id, version_id LIMIT ?4"},
    {Sql::accounts,
     "SELECT account_id, name, region, settings, wrapped_full, wrapped_masked, "
     "wrapped_index, wrapped_signing FROM account ORDER BY account_id"},
    {Sql::access_revision, "SELECT revision FROM access WHERE account_id=?1"},
    {Sql::unmask_policy, "SELECT reasons, grant_approvals FROM unmask_policy WHERE account_id=?1"},
    {Sql::unmask_grants,
     "SELECT grant_id, holder, kind, purpose, ticket, resources, subjects, minutes, "
     "approvals_needed, state, approvers, created_at, ends_at FROM unmask_grant WHERE "
     "account_id=?1 ORDER BY created_at, grant_id"},
    {Sql::app_keys,
     "SELECT app_key, principal_id, created_at, token_hash, older_hash, older_ends_at, label, "
     "roles, networks, default_reason, state, expires_at, certificates FROM app_key WHERE "
     "account_id=?1 ORDER BY app_key"},
    {Sql::roles,
     "SELECT role_key, number, name, grants FROM role WHERE account_id=?1 ORDER BY role_key"},
    {Sql::users,
     "SELECT user_id, created_at, email_digest, wrapped_key, sealed, roles, state, generation FROM "
     "staff WHERE account_id=?1 ORDER BY user_id"},
    {Sql::webhooks,
     "SELECT webhook_id, url, events, secret, older_secret, older_ends_at, created_at, next_entry "
     "FROM webhook WHERE account_id=?1 ORDER BY created_at, webhook_id"},
    {Sql::canaries,
     "SELECT subject_id, author, created_at FROM canary WHERE account_id=?1 ORDER BY subject_id"},
    {Sql::due_alerts,
     "SELECT alert_id, body, attempts, created_at, due_at FROM alert WHERE " OF_WEBHOOK
     " AND due_at<=?3 ORDER BY due_at LIMIT ?4"},
    {Sql::alert_count, "SELECT count(*) FROM alert WHERE " OF_WEBHOOK},
    {Sql::audit_queries,
     "SELECT name, filter, author, changed_at FROM audit_queries WHERE account_id=?1 ORDER BY "
     "name"},
    {Sql::audit_query,
     "SELECT filter, author, changed_at FROM audit_queries WHERE account_id=?1 AND name=?2"},
    {Sql::outbox, "SELECT account_id, entry_id, entry FROM outbox ORDER BY rowid LIMIT ?1"},
    {Sql::outbox_size, "SELECT count(*) FROM outbox"},
};

std::string_view text_of(std::size_t number) {
  VELUM_CHECK(number < std::size(texts) && texts[number].statement == static_cast<Sql>(number));
  return texts[number].text;
}

}  // namespace

SqliteTables profile_system_tables() {
  return {schema_format, steps, static_cast<std::size_t>(Sql::end), text_of};
}

}  // namespace velum
