#include "access/access_directory.h"

#include "base/result.h"

namespace velum {

void AccessDirectory::publish(std::shared_ptr<const AccountAccess> access) {
  const std::lock_guard lock(mutex_);
  const AccountId account = access->rows().account;
  const auto found = known_->find(account);
  if (found != known_->end() && found->second->revision() >= access->revision()) return;
  auto changed = std::make_shared<Known>(*known_);
  (*changed)[account] = std::move(access);
  known_ = std::move(changed);
  ++changes_;
}

std::shared_ptr<const AccountAccess> AccessDirectory::of(AccountId account) const {
  const std::shared_ptr<const Known> known = all();
  const auto found = known->find(account);
  VELUM_CHECK(found != known->end());
  return found->second;
}

std::shared_ptr<const AccessDirectory::Known> AccessDirectory::all() const {
  const std::lock_guard lock(mutex_);
  return known_;
}

const AccountAccess& AccessView::of(AccountId account) {
  const std::uint64_t changes = directory_.changes();
  if (changes != seen_changes_) {
    seen_ = directory_.all();
    seen_changes_ = changes;
  }
  VELUM_CHECK(seen_ != nullptr);
  const auto found = seen_->find(account);
  VELUM_CHECK(found != seen_->end());
  return *found->second;
}

}  // namespace velum
