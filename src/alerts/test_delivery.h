#pragma once
// For the tests: from the audit log to a receiver, on a simulated disk, by a simulated clock.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "alerts/alert_sender.h"
#include "alerts/alert_settings.h"
#include "alerts/alert_watcher.h"
#include "io/repeat.h"
#include "io/sim_clock.h"
#include "io/sim_file.h"
#include "io/sim_random.h"
#include "keys/key_file.h"
#include "keys/root_keys.h"
#include "storage/sqlite/database.h"

namespace velum {

using namespace std::chrono_literals;

class AlertDelivery : public testing::Test {
 protected:
  static constexpr AccountId here{7};

  AlertDelivery() {
    VELUM_CHECK(create_key_file(files_, "./keys", random_));
    roots_.emplace(*load_key_file(files_, "./keys", KeyScope::everything));
    const auto wrapped = *Vault::make_store_keys(*roots_, {here, "us"}, random_);
    account_.id = here;
    account_.name = "loja";
    account_.region = "us";
    account_.vault = *Vault::open(*roots_, {here, "us"}, wrapped, random_);
    limits_.pause = 0ms;  // The clock of the test stands still.
    start();
  }

  void start() {
    stop();
    database_ = *SqliteDatabase::open(files_, {"./data.db"}, clock_, random_, log_);
    store_ = *database_->make_store(loop_);
    AuditOptions options;
    options.append_timeout = append_timeout_;
    const Vault* vault = account_.vault.get();
    audit_ = *AuditLog::open(files_, "./audit",
                             {{here, "loja", "us", vault->audit_public_key(),
                               [vault](ByteView text) { return vault->sign_audit(text); }}},
                             log_, options);
    settings_.emplace(AlertSettingsParts{*store_, *audit_, clock_, random_});
    const AlertParts parts{loop_, *store_, *audit_, clock_, random_, log_};
    watcher_.emplace(parts, std::vector<const Account*>{&account_});
    auto post = [this](HttpsPost message) { return take(std::move(message)); };
    sender_.emplace(parts, std::vector<const Account*>{&account_}, post, limits_);
  }
  void stop() {
    if (!audit_) return;
    if (sending_) {
      sender_->stop();
      loop_.context().restart();
      loop_.run();  // Until it has ended.
      sending_ = false;
    }
    sender_.reset();
    watcher_.reset();
    settings_.reset();
    store_.reset();
    audit_.reset();
    database_.reset();
  }

  Task<Result<int>> take(HttpsPost message) {
    posts_.push_back(std::move(message));
    co_return answer_;
  }

  Caller caller() {
    Caller caller;
    caller.account = &account_;
    caller.decision.principal.id = PrincipalId::random(random_);
    caller.decision.principal.name = "velumappkey-loja-dpo";
    caller.decision.rule = "role:dpo";
    caller.decision.allowed = true;
    caller.request = RequestId::random(random_);
    return caller;
  }
  IssuedWebhook add(std::vector<AlertKind> events = {}) {
    return *loop_.run_to_end(
        settings_->create(caller(), {"https://hooks.example.com/in", std::move(events)}));
  }
  void mark(Token subject) {
    WriteBatch batch;
    batch.emplace_back(PutCanary{{here, subject, PrincipalId(), clock_.now()}});
    ASSERT_TRUE(loop_.run_to_end(store_->commit(std::move(batch))));
  }
  AuditEntry reveal(Token subject) {
    AuditEntry entry;
    entry.time = clock_.now();
    entry.id = EntryId::random(random_);
    entry.account = here;
    entry.action = "GetProfileUnmasked";
    entry.actor_id = "0";
    entry.actor_name = "velumappkey-loja-operator";
    entry.rule = "role:operator";
    entry.token = subject;
    entry.request = RequestId::random(random_);
    return entry;
  }
  // So that the log's files have a full bundle of entries.
  void fill_a_bundle() {
    std::vector<AuditEntry> entries;
    for (int count = 0; count < 300; ++count) entries.push_back(reveal(Token::random(random_)));
    ASSERT_TRUE(loop_.run_to_end(audit_->record_all(std::move(entries))));
    ASSERT_TRUE(audit_->checkpoint_now());
  }
  void record(AuditEntry entry) { ASSERT_TRUE(loop_.run_to_end(audit_->record(std::move(entry)))); }
  void look() {
    for (Result<bool> more = true; more && *more;) more = loop_.run_to_end(watcher_->look());
  }
  std::uint64_t waiting(WebhookId webhook) {
    return *loop_.run_to_end(store_->alert_count(here, webhook));
  }
  std::uint64_t waiting() {
    std::uint64_t sum = 0;
    const auto webhooks = *loop_.run_to_end(store_->webhooks(here));
    for (const WebhookRow& row : webhooks) sum += waiting(row.id);
    return sum;
  }

  // The sender at work, until `done` or for some seconds.
  void send_until(const std::function<bool()>& done) {
    if (!sending_) loop_.start(sender_->run());
    sending_ = true;
    const auto wait = [this, &done]() -> Task<bool> {
      for (int round = 0; round < 5'000 && !done(); ++round) co_await sleep_for(2ms);
      co_return done();
    };
    EXPECT_TRUE(loop_.run_to_end(wait()));
  }
  const std::string& header(const HttpsPost& post, std::string_view name) {
    const auto found = std::find_if(post.headers.begin(), post.headers.end(),
                                    [name](const auto& each) { return each.first == name; });
    return found->second;
  }

  SimFileSystem files_;
  SeededRandom random_{1};
  SimClock clock_;
  NoLog log_;
  EventLoop loop_;
  std::optional<RootKeys> roots_;
  Account account_;
  std::unique_ptr<SqliteDatabase> database_;
  std::unique_ptr<AuditLog> audit_;
  std::unique_ptr<Store> store_;
  std::optional<AlertSettings> settings_;
  std::optional<AlertWatcher> watcher_;
  std::optional<AlertSender> sender_;
  RetryLimits limits_;
  std::chrono::milliseconds append_timeout_ = 1min;  // A busy machine is no broken disk.
  Result<int> answer_ = 204;
  std::vector<HttpsPost> posts_;
  bool sending_ = false;
};

}  // namespace velum
