#pragma once
// AlertSender: takes the alerts that wait to their receivers, each until it was taken.
//
// What fails is tried again, later each time; who has not taken an alert for long does not get it,
// which is in the audit log and in the metrics. A receiver may get one twice, with the same
// webhook-id, never none. Receivers do not wait for each other.
//
// On a loop of its own with its store. The references outlive it.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "alerts/alert_watcher.h"
#include "http/https_poster.h"

namespace velum {

struct RetryLimits {
  std::chrono::milliseconds pause{200};    // Between two looks.
  std::chrono::milliseconds first{1'000};  // After a failure; twice as long after each other one,
  std::chrono::milliseconds longest{std::chrono::hours(1)};  // and not longer.
  std::chrono::seconds give_up{std::chrono::hours(72)};
};

struct AlertStatistics {
  std::uint64_t sent = 0;
  std::uint64_t failures = 0;  // Attempts.
  std::uint64_t given_up = 0;
  std::uint64_t dropped = 0;  // By the watcher, since too many waited.
};

class AlertSender {
 public:
  using Post = std::function<Task<Result<int>>(HttpsPost)>;

  AlertSender(const AlertParts& parts, std::vector<const Account*> accounts, Post post,
              RetryLimits limits = {})
      : parts_(parts), accounts_(std::move(accounts)), post_(std::move(post)), limits_(limits) {}

  // Until stop(). Start it once. What is on its way then is sent again by the next process.
  Task<void> run();
  void stop() { stopping_ = true; }    // Any thread.
  AlertStatistics statistics() const;  // Any thread.

 private:
  using ReceiverId = std::pair<AccountId, WebhookId>;
  struct Receiver {
    Bytes url;  // As it is sealed: another one is another receiver, which has refused nothing.
    bool is_busy = false;
    std::uint32_t failures = 0;  // In a row.
    Instant rests_until;
  };

  Task<Result<void>> look_at_all();
  Task<Result<void>> look(const Account& account);
  Task<void> serve(const Account& account, WebhookId id);
  Task<Result<bool>> send_next(const Account& account, WebhookId id);
  Result<HttpsPost> post_of(const Account& account, const WebhookRow& webhook,
                            const AlertRow& alert) const;
  Task<Result<void>> delay(const Account& account, const WebhookRow& webhook, const AlertRow& alert,
                           const Result<int>& status);
  Task<Result<void>> give_up(const Account& account, const WebhookRow& webhook);
  void rest(Receiver& receiver) const;
  std::chrono::milliseconds pause_after(std::uint32_t failures) const;

  AlertParts parts_;
  std::vector<const Account*> accounts_;
  Post post_;
  RetryLimits limits_;
  std::map<ReceiverId, Receiver> receivers_;
  std::atomic<std::uint64_t> sent_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::atomic<std::uint64_t> given_up_{0};
  std::atomic<bool> stopping_{false};
};

}  // namespace velum
