#include "storage/sqlite/batch_change.h"
#include "storage/sqlite/statements.h"

#include <array>

#include "storage/sqlite/bind_access.h"

namespace velum {
namespace {

// Look-ups that only one record may hold share one slot; the others have a slot a record.
constexpr std::array<std::uint8_t, 16> unique_slot{};

Query& bind_key(Query& query, const RecordKey& key) {
  return query.bind(key.account).bind(key.subject).bind(key.record);
}

Query& bind_version(Query& query, const VersionRow& row) {
  return query.bind(row.version)
      .bind(row.author)
      .bind(row.written_at)
      .bind(std::int64_t{row.schema_revision})
      .bind(std::int64_t{row.masked_revision})
      .bind(ByteView(row.masked))
      .bind(ByteView(row.full));
}

// What a caller is told, who may be a client of the API.
Literal refusal_message(ErrorCode code) {
  switch (code) {
    case ErrorCode::conflict: return "another record holds a value that must be unique";
    case ErrorCode::version_mismatch: return "another write came first";
    case ErrorCode::not_found: return "there is no such record";
    default: return "it is there already";
  }
}

Result<void> one_row(Query& query, ErrorCode otherwise) {
  TRY_ASSIGN(const int changed, query.run());
  if (changed == 1) return {};
  return Error(otherwise, refusal_message(otherwise));
}

Result<void> is_there(Query& query, ErrorCode otherwise) {
  TRY_ASSIGN(const bool found, query.step());
  if (found) return {};
  return Error(otherwise, refusal_message(otherwise));
}

Result<void> any_rows(Query& query) {
  TRY(query.run());
  return {};
}

struct Apply {
  SqliteConnection& connection;

  static ByteView slot_of(const ClaimLookup& op) {
    return op.lookup.kind == LookupKind::unique ? ByteView(unique_slot) : op.key.record.bytes();
  }
  Result<void> claim(const ClaimLookup& op) const {
    Query query = connection.query(Sql::claim_lookup);
    bind_key(query, op.key)
        .bind(static_cast<std::int64_t>(op.lookup.field))
        .bind(ByteView(op.lookup.digest))
        .bind(slot_of(op))
        .bind(op.lookup.expires_at);
    return one_row(query, ErrorCode::conflict);
  }
  // An expired holder gets a slot of its own: whoever asks for its erasure must still find it.
  Result<int> displace_expired(const ClaimLookup& op) const {
    Query query = connection.query(Sql::displace_lookup);
    query.bind(op.key.account)
        .bind(static_cast<std::int64_t>(op.lookup.field))
        .bind(ByteView(op.lookup.digest))
        .bind(slot_of(op))
        .bind(op.now);
    return query.run();
  }

  Result<void> operator()(const InsertRecord& op) const {
    const RecordRow& row = op.row;
    Query query = connection.query(Sql::insert_record);
    bind_version(bind_key(query, row.key), row.version)
        .bind(row.head.expires_at)
        .bind(static_cast<std::int64_t>(row.head.entity))
        .bind(row.head.created_at)
        .bind(static_cast<std::int64_t>(row.keys.epoch))
        .bind(static_cast<std::int64_t>(row.keys.made_as))
        .bind(ByteView(row.keys.masked))
        .bind(ByteView(row.keys.full));
    return one_row(query, ErrorCode::already_exists);
  }
  Result<void> operator()(const ReplaceVersion& op) const {
    {
      Query query = connection.query(Sql::keep_version);
      bind_key(query, op.key).bind(op.expected);
      TRY(one_row(query, ErrorCode::version_mismatch));
    }
    Query query = connection.query(Sql::replace_version);
    bind_version(bind_key(query, op.key), op.version).bind(op.expires_at);
    return one_row(query, ErrorCode::version_mismatch);
  }
  Result<void> operator()(const ChangeEntity& op) const {
    Query query = connection.query(Sql::change_entity);
    bind_key(query, op.key).bind(static_cast<std::int64_t>(op.entity));
    return one_row(query, ErrorCode::not_found);
  }
  Result<void> operator()(const RequireVersion& op) const {
    Query query = connection.query(Sql::require_version);
    bind_key(query, op.key).bind(op.expected);
    return is_there(query, ErrorCode::version_mismatch);
  }
  Result<void> operator()(const RequireSubject& op) const {
    Query query = connection.query(Sql::require_subject);
    query.bind(op.account).bind(op.subject).bind(static_cast<std::int64_t>(op.entity)).bind(op.now);
    return is_there(query, ErrorCode::not_found);
  }
  Result<void> operator()(const RequireRoom& op) const {
    Query query = connection.query(Sql::require_room);
    query.bind(op.of.account)
        .bind(op.of.subject)
        .bind(static_cast<std::int64_t>(op.of.entity))
        .bind(op.now)
        .bind(std::int64_t{op.count_max} - 1);
    TRY_ASSIGN(const bool full, query.step());
    if (!full) return {};
    return Error(ErrorCode::conflict, "there are as many of these as there may be");
  }
  Result<void> operator()(const ClaimLookup& op) const {
    auto claimed = claim(op);
    if (claimed || claimed.error().code() != ErrorCode::conflict) return claimed;
    TRY_ASSIGN(const int displaced, displace_expired(op));
    return displaced == 1 ? claim(op) : claimed;
  }
  Result<void> operator()(const ReleaseLookup& op) const {
    Query query = connection.query(Sql::release_lookup);
    bind_key(query, op.key).bind(static_cast<std::int64_t>(op.field)).bind(ByteView(op.digest));
    return any_rows(query);
  }
  Result<void> operator()(const ClaimIdempotencyKey& op) const {
    Query query = connection.query(Sql::claim_idempotency);
    bind_key(query, op.row.made)
        .bind(op.row.principal)
        .bind(ByteView(op.row.key_digest))
        .bind(ByteView(op.row.request_digest))
        .bind(op.row.version)
        .bind(op.row.expires_at)
        .bind(op.now);
    return one_row(query, ErrorCode::already_exists);
  }
  Result<void> operator()(const SweepIdempotencyKeys& op) const {
    Query query = connection.query(Sql::sweep_idempotency);
    return any_rows(query.bind(op.account).bind(op.now).bind(std::int64_t{op.count_max}));
  }
  Result<void> operator()(const DeleteRecord& op) const {
    for (const Sql statement : {Sql::delete_record_versions, Sql::delete_record_lookups,
                                Sql::delete_record_idempotency, Sql::delete_record_swept}) {
      Query query = connection.query(statement);
      TRY(any_rows(bind_key(query, op.key)));
    }
    Query query = connection.query(Sql::delete_record);
    return one_row(bind_key(query, op.key), ErrorCode::not_found);
  }
  Result<void> operator()(const DropExpired& op) const {
    {
      Query query = connection.query(Sql::require_expired);
      TRY_ASSIGN(const bool expired, bind_key(query, op.key).bind(op.now).step());
      if (!expired) return {};
    }
    return (*this)(DeleteRecord{op.key});
  }
  Result<void> operator()(const HideExpired& op) const {
    {
      Query query = connection.query(Sql::mark_expired);
      TRY_ASSIGN(const int marked, bind_key(query, op.key).bind(op.now).run());
      if (marked == 0) return {};
    }
    Query query = connection.query(Sql::insert_swept);
    return any_rows(bind_key(query, op.key).bind(op.running.count()));
  }
  Result<void> operator()(const ShredHidden& op) const {
    {
      Query query = connection.query(Sql::require_swept);
      TRY_ASSIGN(const bool hidden, bind_key(query, op.key).step());
      if (!hidden) return {};
    }
    if (op.key.record.uuid() != op.key.subject.uuid()) return (*this)(DeleteRecord{op.key});
    return (*this)(DeleteSubject{op.key.account, op.key.subject});
  }
  Result<void> operator()(const ShowHidden& op) const {
    for (const Sql statement : {Sql::show_hidden, Sql::forget_shown}) {
      Query query = connection.query(statement);
      TRY(any_rows(query.bind(op.account).bind(op.now)));
    }
    return {};
  }
  Result<void> operator()(const DeleteSubject& op) const {
    for (const Sql statement :
         {Sql::delete_subject_versions, Sql::delete_subject_lookups,
          Sql::delete_subject_idempotency, Sql::delete_subject_swept, Sql::delete_subject}) {
      Query query = connection.query(statement);
      TRY(any_rows(query.bind(op.account).bind(op.subject)));
    }
    return {};
  }
  Result<void> operator()(const InsertOutbox& op) const {
    Query query = connection.query(Sql::insert_outbox);
    return any_rows(query.bind(op.row.account).bind(op.row.id).bind(ByteView(op.row.entry)));
  }
  Result<void> operator()(const DeleteOutbox& op) const {
    Query query = connection.query(Sql::delete_outbox);
    return any_rows(query.bind(op.account).bind(op.id));
  }
  Result<void> operator()(const SaveClock& op) const {
    Query query = connection.query(Sql::save_clock);
    query.bind(system_account).bind(op.state.wall).bind(op.state.running.count());
    return any_rows(query);
  }
  Result<void> operator()(const InsertSchema& op) const {
    const SchemaRow& row = op.row;
    Query query = connection.query(Sql::insert_schema);
    query.bind(row.account)
        .bind(static_cast<std::int64_t>(row.entity))
        .bind(std::int64_t{row.revision})
        .bind(std::string_view(row.custom))
        .bind(row.author)
        .bind(row.created_at);
    return one_row(query, ErrorCode::already_exists);
  }
  static Query& bind_progress(Query& query, const JobRow& row) {
    return query.bind(row.account)
        .bind(row.id)
        .bind(static_cast<std::int64_t>(row.state))
        .bind(static_cast<std::int64_t>(row.done))
        .bind(static_cast<std::int64_t>(row.total))
        .bind(ByteView(row.cursor))
        .bind(row.updated_at);
  }
  Result<void> operator()(const InsertJob& op) const {
    Query query = connection.query(Sql::insert_job);
    bind_progress(query, op.row)
        .bind(static_cast<std::int64_t>(op.row.kind))
        .bind(static_cast<std::int64_t>(op.row.entity))
        .bind(std::int64_t{op.row.revision})
        .bind(op.row.created_at);
    return one_row(query, ErrorCode::already_exists);
  }
  Result<void> operator()(const UpdateJob& op) const {
    Query query = connection.query(Sql::update_job);
    return one_row(bind_progress(query, op.row), ErrorCode::not_found);
  }
  // Of ReplaceMasked, and of the op that replaces more.
  template <typename Op>
  Query& bind_masked(Query& query, const Op& op) const {
    return bind_key(query, op.key)
        .bind(op.version)
        .bind(std::int64_t{op.expected_revision})
        .bind(ByteView(op.masked))
        .bind(std::int64_t{op.masked_revision});
  }
  Result<void> operator()(const ReplaceMasked& op) const {
    for (const Sql statement : {Sql::replace_masked_current, Sql::replace_masked_older}) {
      Query query = connection.query(statement);
      bind_masked(query, op);
      TRY_ASSIGN(const int changed, query.run());
      if (changed > 0) break;
    }
    return {};
  }
  Result<void> operator()(const ReplaceRenditions& op) const {
    for (const Sql statement : {Sql::replace_renditions_current, Sql::replace_renditions_older}) {
      Query query = connection.query(statement);
      bind_masked(query, op).bind(ByteView(op.full));
      TRY_ASSIGN(const int changed, query.run());
      if (changed > 0) return {};
    }
    return Error(ErrorCode::version_mismatch, refusal_message(ErrorCode::version_mismatch));
  }
  Result<void> operator()(const InsertAccount& op) const {
    const AccountRow& row = op.row;
    Query query = connection.query(Sql::insert_account);
    query.bind(row.id)
        .bind(std::string_view(row.name))
        .bind(std::string_view(row.region))
        .bind(std::string_view(row.settings))
        .bind(ByteView(row.wrapped_full))
        .bind(ByteView(row.wrapped_masked))
        .bind(ByteView(row.wrapped_index))
        .bind(ByteView(row.wrapped_signing));
    return one_row(query, ErrorCode::already_exists);
  }
  Result<void> operator()(const InsertAppKey& op) const {
    const AppKeyRow& row = op.row;
    Query query = connection.query(Sql::insert_app_key);
    query.bind(row.account).bind(std::string_view(row.app_key)).bind(row.id).bind(row.created_at);
    bind_changeable(query, row);
    return one_row(query, ErrorCode::already_exists);
  }
  Result<void> operator()(const UpdateAppKey& op) const {
    Query query = connection.query(Sql::update_app_key);
    query.bind(op.row.account).bind(std::string_view(op.row.app_key));
    bind_changeable(query, op.row);
    return one_row(query, ErrorCode::not_found);
  }
  Result<void> operator()(const PutRole& op) const {
    const RoleRow& row = op.row;
    Query query = connection.query(Sql::put_role);
    query.bind(row.account)
        .bind(std::string_view(row.key))
        .bind(std::int64_t{row.number})
        .bind(std::string_view(row.name))
        .bind(std::string_view(row.grants));
    return any_rows(query);
  }
  Result<void> operator()(const DeleteRole& op) const {
    Query query = connection.query(Sql::delete_role);
    query.bind(op.account).bind(std::string_view(op.key));
    return one_row(query, ErrorCode::not_found);
  }
  Result<void> operator()(const PutUnmaskPolicy& op) const {
    Query query = connection.query(Sql::put_unmask_policy);
    query.bind(op.row.account)
        .bind(std::string_view(op.row.reasons))
        .bind(std::int64_t{op.row.grant_approvals});
    return any_rows(query);
  }
  Result<void> operator()(const InsertUser& op) const {
    Query query = connection.query(Sql::insert_user);
    query.bind(op.row.account).bind(op.row.id).bind(op.row.created_at);
    bind_changeable(query, op.row);
    return one_row(query, ErrorCode::already_exists);
  }
  Result<void> operator()(const UpdateUser& op) const {
    Query query = connection.query(Sql::update_user);
    query.bind(op.row.account).bind(op.row.id);
    bind_changeable(query, op.row);
    return one_row(query, ErrorCode::not_found);
  }
  Result<void> operator()(const DeleteUser& op) const {
    Query query = connection.query(Sql::delete_user);
    query.bind(op.account).bind(op.id);
    return one_row(query, ErrorCode::not_found);
  }
  Result<void> operator()(const InsertUnmaskGrant& op) const {
    const UnmaskGrantRow& row = op.row;
    Query query = connection.query(Sql::insert_unmask_grant);
    query.bind(row.account).bind(row.id);
    bind_changeable(query, row);
    query.bind(row.holder)
        .bind(std::int64_t{static_cast<std::uint8_t>(row.kind)})
        .bind(ByteView(row.purpose))
        .bind(std::string_view(row.ticket))
        .bind(std::string_view(row.resources))
        .bind(std::string_view(row.subjects))
        .bind(std::int64_t{row.minutes})
        .bind(row.created_at);
    return one_row(query, ErrorCode::already_exists);
  }
  Result<void> operator()(const UpdateUnmaskGrant& op) const {
    Query query = connection.query(Sql::update_unmask_grant);
    query.bind(op.row.account).bind(op.row.id);
    bind_changeable(query, op.row);
    return one_row(query, ErrorCode::not_found);
  }
  Result<void> operator()(const DeleteUnmaskGrant& op) const {
    Query query = connection.query(Sql::delete_unmask_grant);
    query.bind(op.account).bind(op.id);
    return any_rows(query);
  }
  Result<void> operator()(const AdvanceAccess& op) const {
    Query query = connection.query(Sql::advance_access);
    const auto expected = static_cast<std::int64_t>(op.expected);
    query.bind(op.account).bind(expected + 1).bind(expected);
    return one_row(query, ErrorCode::version_mismatch);
  }
  Result<void> operator()(const InsertWebhook& op) const {
    const WebhookRow& row = op.row;
    Query query = connection.query(Sql::insert_webhook);
    query.bind(row.account)
        .bind(row.id)
        .bind(ByteView(row.url))
        .bind(std::string_view(row.events))
        .bind(ByteView(row.secret))
        .bind(ByteView(row.older_secret))
        .bind(row.older_ends_at)
        .bind(row.created_at)
        .bind(static_cast<std::int64_t>(row.next_entry));
    return one_row(query, ErrorCode::already_exists);
  }
  Result<void> operator()(const UpdateWebhook& op) const {
    const WebhookRow& row = op.row;
    Query query = connection.query(Sql::update_webhook);
    query.bind(row.account)
        .bind(row.id)
        .bind(ByteView(row.url))
        .bind(std::string_view(row.events))
        .bind(ByteView(row.secret))
        .bind(ByteView(row.older_secret))
        .bind(row.older_ends_at)
        .bind(ByteView(op.expected_url))
        .bind(ByteView(op.expected_secret));
    return one_row(query, ErrorCode::version_mismatch);
  }
  Result<void> operator()(const DeleteWebhook& op) const {
    {
      Query query = connection.query(Sql::delete_webhook_alerts);
      TRY(any_rows(query.bind(op.account).bind(op.id)));
    }
    Query query = connection.query(Sql::delete_webhook);
    return one_row(query.bind(op.account).bind(op.id), ErrorCode::not_found);
  }
  Result<void> operator()(const AdvanceWebhook& op) const {
    Query query = connection.query(Sql::advance_webhook);
    query.bind(op.account).bind(op.id).bind(static_cast<std::int64_t>(op.next_entry));
    return one_row(query, ErrorCode::not_found);
  }
  Result<void> operator()(const InsertAlert& op) const {
    const AlertRow& row = op.row;
    Query query = connection.query(Sql::insert_alert);
    query.bind(row.account)
        .bind(row.webhook)
        .bind(row.id)
        .bind(std::string_view(row.body))
        .bind(std::int64_t{row.attempts})
        .bind(row.created_at)
        .bind(row.due_at);
    return any_rows(query);
  }
  Result<void> operator()(const DelayAlert& op) const {
    Query query = connection.query(Sql::delay_alert);
    query.bind(op.account).bind(op.webhook).bind(op.id).bind(std::int64_t{op.attempts});
    return any_rows(query.bind(op.due_at));
  }
  Result<void> operator()(const DeleteAlert& op) const {
    Query query = connection.query(Sql::delete_alert);
    return any_rows(query.bind(op.account).bind(op.webhook).bind(op.id));
  }
  Result<void> operator()(const PutCanary& op) const {
    Query query = connection.query(Sql::put_canary);
    query.bind(op.row.account).bind(op.row.subject).bind(op.row.author);
    return any_rows(query.bind(op.row.created_at));
  }
  Result<void> operator()(const DeleteCanary& op) const {
    Query query = connection.query(Sql::delete_canary);
    return one_row(query.bind(op.account).bind(op.subject), ErrorCode::not_found);
  }
  Result<void> operator()(const PutAuditQuery& op) const {
    const AuditQueryRow& row = op.row;
    Query query = connection.query(Sql::put_audit_query);
    query.bind(row.account).bind(std::string_view(row.name)).bind(ByteView(row.filter));
    query.bind(row.author).bind(row.changed_at).bind(std::int64_t{op.count_max});
    return one_row(query, ErrorCode::conflict);
  }
  Result<void> operator()(const DeleteAuditQuery& op) const {
    Query query = connection.query(Sql::delete_audit_query);
    return one_row(query.bind(op.account).bind(std::string_view(op.name)), ErrorCode::not_found);
  }
};

}  // namespace

Result<void> BatchChange::apply(SqliteConnection& connection) {
  for (const WriteOperation& operation : batch_) TRY(std::visit(Apply{connection}, operation));
  return {};
}

void BatchChange::settled() {
  const auto change = [this](const auto& operation) {
    if constexpr (requires { operation.row.key.subject; }) {
      stamps_.change(operation.row.key.account, operation.row.key.subject);
    } else if constexpr (requires { operation.key.subject; }) {
      stamps_.change(operation.key.account, operation.key.subject);
    } else if constexpr (requires { operation.subject; }) {
      stamps_.change(operation.account, operation.subject);
    }
  };
  for (const WriteOperation& operation : batch_) std::visit(change, operation);
}

}  // namespace velum
