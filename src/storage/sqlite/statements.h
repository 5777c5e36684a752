#pragma once
// Every SQL text of the SQLite store. All of it keeps the SQL contract (docs/adr/0002), which a
// test checks on this list: account_id leads every key, ids come from us, time is a parameter.

#include <cstdint>
#include <span>
#include <string_view>

namespace velum {

enum class Sql : std::uint8_t {
  insert_record,
  keep_version,
  replace_version,
  require_version,
  change_entity,
  require_subject,
  require_room,
  require_expired,
  mark_expired,
  insert_swept,
  require_swept,
  show_hidden,
  forget_shown,
  claim_lookup,
  displace_lookup,
  release_lookup,
  claim_idempotency,
  sweep_idempotency,
  delete_record,
  delete_record_versions,
  delete_record_lookups,
  delete_record_idempotency,
  delete_record_swept,
  delete_subject,
  delete_subject_versions,
  delete_subject_lookups,
  delete_subject_idempotency,
  delete_subject_swept,
  insert_outbox,
  delete_outbox,
  save_clock,
  insert_schema,
  insert_job,
  update_job,
  replace_masked_current,
  replace_masked_older,
  replace_renditions_current,
  replace_renditions_older,
  insert_account,
  insert_app_key,
  update_app_key,
  put_role,
  delete_role,
  put_allowed_reasons,
  insert_user,
  update_user,
  delete_user,
  advance_access,
  read_current_masked,
  read_current_full,
  read_version_masked,
  read_version_full,
  subject_head,
  records_masked,
  records_full,
  prospects_masked,
  prospects_full,
  scan_masked,
  scan_full,
  versions,
  find,
  find_idempotency,
  expired,
  swept,
  clock,
  schemas,
  job,
  open_jobs,
  walk_current,
  walk_older,
  accounts,
  access_revision,
  allowed_reasons,
  app_keys,
  roles,
  users,
  outbox,
  outbox_size,
  end,
};

std::string_view sql(Sql statement);
// Changes with every schema that an older program could not read, or a newer one.
constexpr std::int64_t schema_format = 5;
// One idempotent statement a step, in order. Every start takes all of them.
std::span<const std::string_view> schema_steps();

}  // namespace velum
