#include "profile/reveal_history.h"

#include <chrono>
#include <string>
#include <string_view>

#include "audit/filter.h"

namespace velum {
namespace {

constexpr std::size_t history_page_size = 1'000;
// An entry of a write may come to the log later than entries that were made after it.
constexpr std::chrono::hours late_max{1};

// When the entry was made.
Result<Instant> take_in(std::string_view entry, RevealBudget& budget) {
  const auto at = parse_instant(audit_member(entry, "time"));
  if (!at) return Error(ErrorCode::corrupt, "an audit entry has no time");
  const bool is_own =
      audit_actor_member(entry, "kind") == principal_kind_name(PrincipalKind::shopper);
  const bool is_reveal = is_disclosure_action(audit_member(entry, "action")) && !is_own;
  if (!is_reveal || audit_member(entry, "outcome") != "done") return *at;
  const auto who = PrincipalId::parse(audit_actor_member(entry, "id"));
  const auto subject = Token::parse(audit_member(entry, "token"));
  if (who && subject) budget.restore(*who, *subject, *at);
  return *at;
}

Result<void> restore_account(const AuditLog& audit, AccountId account, RevealBudget& budget) {
  // Not by a filter: the search's index is made only after a start, and what is older would all be
  // read.
  const Instant oldest = budget.day_began() - late_max;
  AuditSearch search;
  search.limit = history_page_size;
  do {
    TRY_ASSIGN(const AuditPage page, audit.search(account, search));
    for (const std::string& entry : page.entries) {
      TRY_ASSIGN(const Instant at, take_in(entry, budget));
      if (at < oldest) return {};
    }
    search.before = page.next;
  } while (search.before);
  return {};
}

}  // namespace

Result<void> restore_reveals(const AuditLog& audit, const std::vector<const Account*>& accounts,
                             RevealBudget& budget) {
  if (!budget.has_limits()) return {};
  for (const Account* account : accounts) TRY(restore_account(audit, account->id, budget));
  return {};
}

}  // namespace velum
