#include "storage/sqlite/apply.h"

#include <array>

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
                                Sql::delete_record_idempotency}) {
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
  Result<void> operator()(const DeleteSubject& op) const {
    for (const Sql statement : {Sql::delete_subject_versions, Sql::delete_subject_lookups,
                                Sql::delete_subject_idempotency, Sql::delete_subject}) {
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
    query.bind(row.account)
        .bind(std::string_view(row.app_key))
        .bind(row.id)
        .bind(ByteView(row.token_hash))
        .bind(std::string_view(row.label))
        .bind(std::string_view(row.role));
    return one_row(query, ErrorCode::already_exists);
  }
};

}  // namespace

Result<void> apply_operation(SqliteConnection& connection, const WriteOperation& operation) {
  return std::visit(Apply{connection}, operation);
}

}  // namespace velum
