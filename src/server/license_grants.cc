// What the License Manager does with grants to unmask.

#include <algorithm>
#include <utility>

#include "server/license_manager.h"
#include "server/license_rules.h"
#include "server/reason.h"

namespace velum {
namespace {

// A request that nobody approves goes by itself.
constexpr std::chrono::hours request_kept{7 * 24};
// What is over is shown for so long. The audit log has it for longer.
constexpr std::chrono::hours over_kept{30 * 24};
constexpr std::size_t over_max = 1000;
constexpr std::size_t deleted_at_once_max = 100;

Error no_such_grant() {
  return {ErrorCode::not_found, "there is no such grant"};
}

std::vector<std::string> said_of(const UnmaskGrantRow& row, const Decision& by) {
  std::vector<std::string> said = said_of(UnmaskGrant(row).scope());
  said.push_back("minutes:" + std::to_string(row.minutes));
  if (!row.ticket.empty()) said.push_back("ticket:" + row.ticket);
  said.push_back("tokens:" + (row.subjects.empty() ? std::string("*") : row.subjects));
  said.push_back("by:" + by.rule);
  return said;
}

// What is over: after a while, and the oldest where there are many.
void delete_old(AccessRows& rows, WriteBatch& batch, Instant now) {
  const auto is_over = [now](const UnmaskGrantRow& row) { return has_lapsed(row, now); };
  auto over =
      static_cast<std::size_t>(std::count_if(rows.grants.begin(), rows.grants.end(), is_over));
  std::size_t deleted = 0;
  std::erase_if(rows.grants, [&](const UnmaskGrantRow& row) {
    const bool goes = is_over(row) && (row.ends_at + over_kept < now || over > over_max);
    if (!goes || deleted == deleted_at_once_max) return false;
    ++deleted;
    --over;
    batch.emplace_back(DeleteUnmaskGrant{row.account, row.id});
    return true;
  });
}

Result<UnmaskGrantRow> grant_to_change(const AccountAccess& access, GrantId id, AuditEntry& entry) {
  const UnmaskGrantRow* grant = access.find_grant(id);
  if (grant == nullptr) return no_such_grant();
  entry.target = id.text();
  return *grant;
}

void put_grant(const UnmaskGrantRow& row, AccessRows& rows) {
  std::replace_if(
      rows.grants.begin(), rows.grants.end(),
      [&row](const UnmaskGrantRow& one) { return one.id == row.id; }, row);
}

// A key that is for a place alone is no way to leave elsewhere.
Result<void> comes_from_there(const AccountAccess& access, const Caller& caller,
                              const UnmaskGrantRow& row) {
  const AppKeyRow* own = access.find(caller.decision.principal.id);
  const AppKeyRow* holder = access.find(row.holder);
  AppKeyRow wanted = holder != nullptr ? *holder : AppKeyRow();
  if (own != nullptr) wanted.expires_at = own->expires_at;  // The leave will end with it.
  return is_within(access, caller, wanted);
}

// Why this caller may not approve this one, if there is a reason.
Result<void> may_approve(const AccountAccess& access, const Caller& caller,
                         const UnmaskGrantRow& row, Instant now) {
  const PrincipalId who = caller.decision.principal.id;
  if (row.holder == who) {
    return Error(ErrorCode::permission_denied, "nobody approves what they have asked for");
  }
  if (row.state != GrantState::requested || has_lapsed(row, now)) {
    return Error(ErrorCode::conflict, "this request does not wait for approval any more");
  }
  const auto approvers = listed(row.approvers);
  if (std::find(approvers.begin(), approvers.end(), who.text()) != approvers.end()) {
    return Error(ErrorCode::conflict, "you have approved this: it takes another one");
  }
  TRY(comes_from_there(access, caller, row));
  return may_give(access, caller, UnmaskGrant(row).scope());
}

struct Approval {
  std::vector<std::string> by;
  Instant ends_at = Instant::max();
};

// Of those who have approved it, whose word still counts, and when the first of their keys ends:
// who was switched off since, or may not do it any more, has approved nothing.
Approval approval_of(const AccountAccess& access, const UnmaskGrantRow& row, const Clock& clock) {
  const Grants scope = UnmaskGrant(row).scope();
  Approval approval;
  for (const std::string_view text : listed(row.approvers)) {
    const auto id = PrincipalId::parse(text);
    if (!id) continue;
    const Principal who = access.principal(*id);
    const bool may =
        access.decide(who, Resource::approve_unmask, EntityId::profile, clock).allowed &&
        !access.grants_of(who).lacking(scope);
    if (!may) continue;
    approval.by.emplace_back(text);
    const AppKeyRow* key = access.find(*id);
    const auto ends_at = key != nullptr ? key->expires_at : std::nullopt;
    approval.ends_at = std::min(approval.ends_at, ends_at.value_or(Instant::max()));
  }
  return approval;
}

}  // namespace

// In an emergency others' requests are in nobody's way.
Result<void> LicenseManager::has_room(const AccountAccess& access, const UnmaskGrantRow& row) {
  std::size_t open = 0;
  std::size_t own = 0;
  for (const UnmaskGrantRow& one : access.rows().grants) {
    if (has_lapsed(one, row.created_at)) continue;
    ++open;
    own += one.holder == row.holder;
  }
  if (own >= grants_each_max) {
    return Error(ErrorCode::conflict, "nobody has more than 20 grants at a time: end one");
  }
  if (row.kind == GrantKind::approved && open >= grants_max) {
    return Error(ErrorCode::conflict, "an account has at most 1000 grants at a time");
  }
  return {};
}

Task<Result<UnmaskGrantRow>> LicenseManager::add_grant(Caller caller, std::string action,
                                                       GrantRequest request, UnmaskGrantRow row) {
  row.account = caller.account->id;
  row.id = GrantId::random(parts_.random);
  row.holder = caller.decision.principal.id;
  row.purpose = caller.account->vault->seal_purpose(row.id, as_bytes(request.purpose.text()));
  row.ticket = std::move(request.ticket);
  row.resources = request.scope.json();
  std::vector<std::string> subjects;
  for (const Token& subject : request.subjects) subjects.push_back(subject.text());
  row.subjects = as_list(subjects);
  row.minutes = request.minutes;
  const Plan plan = [&](const AccountAccess& access, AuditEntry& entry) -> Result<Change> {
    entry.target = row.id.text();
    entry.fields = said_of(row, caller.decision);
    if (row.kind == GrantKind::break_glass) entry.rule = rule_of(row);
    if (row.kind == GrantKind::approved) {
      row.approvals_needed = access.rows().unmask_policy.grant_approvals;
    }
    TRY(check_purpose(access.allowed_reasons(), request.purpose.text()));
    TRY(has_room(access, row));
    Change change{access.rows(), {}};
    delete_old(change.rows, change.batch, row.created_at);
    change.rows.grants.push_back(row);
    change.batch.emplace_back(InsertUnmaskGrant{row});
    return change;
  };
  CO_TRY(co_await apply(caller, std::move(action), plan));
  co_return row;
}

Task<Result<UnmaskGrantRow>> LicenseManager::request_grant(Caller caller, GrantRequest request) {
  UnmaskGrantRow row;
  row.created_at = parts_.clock.now();
  row.ends_at = row.created_at + request_kept;
  co_return co_await add_grant(std::move(caller), "RequestUnmaskGrant", std::move(request),
                               std::move(row));
}

Task<Result<UnmaskGrantRow>> LicenseManager::break_glass(Caller caller, GrantRequest request) {
  UnmaskGrantRow row;
  row.kind = GrantKind::break_glass;
  row.state = GrantState::active;
  row.created_at = parts_.clock.now();
  row.ends_at = row.created_at + std::chrono::minutes(request.minutes);
  co_return co_await add_grant(std::move(caller), "BreakGlass", std::move(request), std::move(row));
}

Task<Result<UnmaskGrantRow>> LicenseManager::approve_grant(Caller caller, GrantId id) {
  UnmaskGrantRow row;
  const Plan plan = [&](const AccountAccess& access, AuditEntry& entry) -> Result<Change> {
    TRY_ASSIGN(row, grant_to_change(access, id, entry));
    TRY(may_approve(access, caller, row, entry.time));
    row.approvals_needed =
        std::max(row.approvals_needed, access.rows().unmask_policy.grant_approvals);
    const std::string who = caller.decision.principal.id.text();
    row.approvers.append(row.approvers.empty() ? "" : ",").append(who);
    const Approval approval = approval_of(access, row, parts_.clock);
    row.approvers = as_list(approval.by);
    if (approval.by.size() >= row.approvals_needed) {
      row.state = GrantState::active;
      row.ends_at = std::min(entry.time + std::chrono::minutes(row.minutes), approval.ends_at);
    }
    entry.fields = said_of(row, caller.decision);
    Change change{access.rows(), {}};
    put_grant(row, change.rows);
    change.batch.emplace_back(UpdateUnmaskGrant{row});
    return change;
  };
  CO_TRY(co_await apply(caller, "ApproveUnmaskGrant", plan));
  co_return row;
}

Task<Result<void>> LicenseManager::end_grant(Caller caller, GrantId id) {
  const Plan plan = [&](const AccountAccess& access, AuditEntry& entry) -> Result<Change> {
    TRY_ASSIGN(UnmaskGrantRow row, grant_to_change(access, id, entry));
    const Principal& who = caller.decision.principal;
    const bool may_approve_any =
        access.decide(who, Resource::approve_unmask, EntityId::profile, parts_.clock).allowed;
    if (row.holder != who.id && !may_approve_any) return no_such_grant();
    Change change{access.rows(), {}};
    if (has_lapsed(row, entry.time)) return change;
    row.state = GrantState::ended;
    row.ends_at = entry.time;
    put_grant(row, change.rows);
    change.batch.emplace_back(UpdateUnmaskGrant{row});
    return change;
  };
  co_return co_await apply(caller, "EndUnmaskGrant", plan);
}

}  // namespace velum
