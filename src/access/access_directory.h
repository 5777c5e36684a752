#pragma once
// AccessDirectory: the AccountAccess of every account, which changes while the server runs.
//
// Changed only by who has committed the change to the store. From then on every loop's next request
// goes by it. A read takes no lock: it compares one number, and takes one when that has changed.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "access/account_access.h"

namespace velum {

class AccessDirectory {
 public:
  using Known = std::unordered_map<AccountId, std::shared_ptr<const AccountAccess>>;

  // Never an older one for a newer one, in whatever order they come. Any thread.
  void publish(std::shared_ptr<const AccountAccess> access);

  // The account is one that was published. Any thread.
  std::shared_ptr<const AccountAccess> of(AccountId account) const;
  std::shared_ptr<const Known> all() const;           // Any thread.
  std::uint64_t changes() const { return changes_; }  // Any thread.

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Known> known_ = std::make_shared<Known>();
  std::atomic<std::uint64_t> changes_{0};  // Counted up after known_ is another.
};

// What one loop sees of it.
class AccessView {
 public:
  explicit AccessView(const AccessDirectory& directory) : directory_(directory) {}

  // Until the next call: not across a co_await.
  const AccountAccess& of(AccountId account);

 private:
  const AccessDirectory& directory_;
  std::shared_ptr<const AccessDirectory::Known> seen_;
  std::uint64_t seen_changes_ = 0;
};

}  // namespace velum
