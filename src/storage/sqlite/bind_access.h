#pragma once
// What of rows about access may be changed, bound in the order of the statements that change it.

#include "storage/access_rows.h"
#include "storage/sqlite/connection.h"

namespace velum {

inline void bind_changeable(Query& query, const AppKeyRow& row) {
  query.bind(ByteView(row.token_hash))
      .bind(ByteView(row.older_hash))
      .bind(row.older_ends_at)
      .bind(std::string_view(row.label))
      .bind(std::string_view(row.roles))
      .bind(std::string_view(row.networks))
      .bind(std::string_view(row.default_reason))
      .bind(static_cast<std::int64_t>(row.state))
      .bind(row.expires_at)
      .bind(std::string_view(row.certificates));
}

inline void bind_changeable(Query& query, const UnmaskGrantRow& row) {
  query.bind(std::int64_t{static_cast<std::uint8_t>(row.state)})
      .bind(std::string_view(row.approvers))
      .bind(row.ends_at)
      .bind(std::int64_t{row.approvals_needed});
}

inline void bind_changeable(Query& query, const UserRow& row) {
  query.bind(ByteView(row.email_digest))
      .bind(ByteView(row.wrapped_key))
      .bind(ByteView(row.sealed))
      .bind(std::string_view(row.roles))
      .bind(static_cast<std::int64_t>(row.state))
      .bind(static_cast<std::int64_t>(row.generation));
}

}  // namespace velum
