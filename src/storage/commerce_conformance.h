#pragma once
// For tests: what every CommerceStore must do, whatever it is made of. As conformance.h.

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "io/event_loop.h"
#include "io/sim_random.h"
#include "storage/commerce_store.h"

namespace velum {

class CommerceDatabaseUnderTest {
 public:
  virtual std::unique_ptr<CommerceStore> make_store() = 0;
  // As a new process would find it.
  virtual void reopen() = 0;
  virtual ~CommerceDatabaseUnderTest() = default;
};

using CommerceDatabaseFactory = std::function<std::unique_ptr<CommerceDatabaseUnderTest>()>;

class CommerceConformance : public testing::TestWithParam<CommerceDatabaseFactory> {
 public:
  static constexpr Instant start{std::chrono::hours(480'000)};

 protected:
  static constexpr AccountId here{7};
  static constexpr AccountId elsewhere{8};

  CommerceConformance() : database_(GetParam()()), store_(database_->make_store()) {}

  void reopen() {
    store_.reset();
    database_->reopen();
    store_ = database_->make_store();
  }
  template <typename... Operations>
  Result<void> write(Operations... operations) {
    CommerceBatch batch;
    (batch.emplace_back(std::move(operations)), ...);
    return loop_.run_to_end(store_->commit(std::move(batch)));
  }
  template <typename Operation>
  ErrorCode refusal(Operation operation) {
    const auto done = write(std::move(operation));
    EXPECT_FALSE(done);
    return done ? ErrorCode::cancelled : done.error().code();
  }
  CartRow new_cart(AccountId account = here) {
    CartRow row;
    row.account = account;
    row.id = CartId::random(random_);
    row.owner_hash = to_bytes("0123456789abcdef0123456789abcdef");
    row.content = R"({"items":[]})";
    row.created_at = row.changed_at = start;
    row.expires_at = start + std::chrono::hours(1);
    return row;
  }
  SubjectVersion somebody() {
    const Token subject = Token::random(random_);
    return {EntityId::prospect, subject, VersionId::random(random_)};
  }
  OrderRow new_order(std::string id, Ticks after = Ticks(0), AccountId account = here) {
    OrderRow row;
    row.account = account;
    row.id = std::move(id);
    row.cart = CartId::random(random_);
    row.subject = somebody();
    row.status = "payment-pending";
    row.content = R"({"value":1})";
    row.created_at = row.changed_at = start + after;
    return row;
  }
  Result<CartRow> cart(const CartRow& row, Instant now = start) {
    return loop_.run_to_end(store_->cart(row.account, row.id, now));
  }
  Result<OrderRow> order(AccountId account, std::string id) {
    return loop_.run_to_end(store_->order(account, std::move(id)));
  }
  // The ids that a search finds, with how many there are in all.
  std::string found(OrderSearch search) {
    const FoundOrders orders = *loop_.run_to_end(store_->orders(std::move(search)));
    std::string text = std::to_string(orders.total) + ":";
    for (const OrderRow& row : orders.rows) text += " " + row.id;
    return text;
  }
  static OrderDigest email(std::string_view digest) {
    return {OrderDigestField::email, to_bytes(digest)};
  }
  static Bytes to_bytes(std::string_view text) {
    return {as_bytes(text).begin(), as_bytes(text).end()};
  }

  SeededRandom random_{1};
  EventLoop loop_;  // Outlives the database, whose threads wake it.
  std::unique_ptr<CommerceDatabaseUnderTest> database_;
  std::unique_ptr<CommerceStore> store_;
};

}  // namespace velum
