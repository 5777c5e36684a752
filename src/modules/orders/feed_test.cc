#include "modules/orders/feed.h"

#include "modules/for_test.h"

namespace velum::feed_test {
namespace {

class FeedTest : public ModulesTest {
 protected:
  FeedTest() : feed_({account, PrincipalId::random(random_), *store_, clock_, random_}) {
    const auto settings = json::Document::parse(
        R"({"queue":{"visibilityTimeoutInSeconds":60,"messageRetentionPeriodInSeconds":3600}})");
    EXPECT_TRUE(run(feed_.put_settings(settings->root())));
  }

  // Of an order that is in this state, from now on.
  void tell(std::string id, OrderStatus status) {
    Order order;
    order.row.account = account;
    order.row.id = std::move(id);
    order.move_to(status, clock_.now());
    CommerceBatch batch;
    batch.emplace_back(event_of(order, random_));
    ASSERT_TRUE(run(store_->commit(std::move(batch))));
  }
  // The orders of the events that are taken.
  std::string taken(std::uint32_t count = Feed::lot_max) {
    const auto events = run(feed_.take(count));
    EXPECT_TRUE(events);
    const auto parsed = json::Document::parse(view(*events));
    EXPECT_TRUE(parsed);
    std::string ids;
    for (const json::Value& event : parsed->root().items()) {
      ids.append(event.find("orderId")->text()).append(" ");
    }
    return ids;
  }

  Feed feed_;
};

constexpr std::chrono::seconds second{1};

TEST_F(FeedTest, WhatIsTakenComesAgainWhenItsTimeIsOver) {
  tell("a", OrderStatus::payment_pending);
  clock_.advance(second);
  tell("b", OrderStatus::handling);
  EXPECT_EQ(taken(1), "a ");
  EXPECT_EQ(taken(), "b ");
  EXPECT_EQ(taken(), "");
  clock_.advance(59 * second);
  EXPECT_EQ(taken(), "");
  clock_.advance(second);
  EXPECT_EQ(taken(), "a b ");
}

TEST_F(FeedTest, WhatNobodyAskedForInSoLongIsNotGivenOut) {
  tell("old", OrderStatus::handling);
  clock_.advance(second);
  tell("new", OrderStatus::handling);
  clock_.advance(3600 * second);
  EXPECT_EQ(taken(), "new ");
  clock_.advance(3600 * second);
  EXPECT_EQ(taken(), "");
}

TEST_F(FeedTest, AQueueBeginsWhereItIsMade) {
  const PrincipalId later = PrincipalId::random(random_);
  tell("a", OrderStatus::handling);
  Feed other({account, later, *store_, clock_, random_});
  EXPECT_EQ(run(other.take(1)).error().code(), ErrorCode::not_found);
  const auto all = json::Document::parse("{}");
  ASSERT_TRUE(run(other.put_settings(all->root())));
  EXPECT_EQ(view(*run(other.take(9))), "[]");
}

}  // namespace
}  // namespace velum::feed_test
