// Carts, orders and what they need: see CommerceConformance.

#include "storage/commerce_conformance.h"

namespace velum {
namespace {

bool same(const std::optional<SubjectVersion>& left, const std::optional<SubjectVersion>& right) {
  if (!left || !right) return !left && !right;
  return left->entity == right->entity && left->subject == right->subject &&
         left->version == right->version;
}

void expect_same(const CartRow& found, const CartRow& row) {
  EXPECT_EQ(found.account, row.account);
  EXPECT_EQ(found.id, row.id);
  EXPECT_EQ(found.revision, row.revision);
  EXPECT_EQ(found.owner_hash, row.owner_hash);
  EXPECT_TRUE(same(found.subject, row.subject));
  EXPECT_EQ(found.order_id, row.order_id);
  EXPECT_EQ(found.content, row.content);
  EXPECT_EQ(found.created_at, row.created_at);
  EXPECT_EQ(found.changed_at, row.changed_at);
  EXPECT_EQ(found.expires_at, row.expires_at);
}

void expect_same(const OrderRow& found, const OrderRow& row) {
  EXPECT_EQ(found.account, row.account);
  EXPECT_EQ(found.id, row.id);
  EXPECT_EQ(found.revision, row.revision);
  EXPECT_EQ(found.cart, row.cart);
  EXPECT_TRUE(same(found.subject, row.subject));
  EXPECT_EQ(found.status, row.status);
  EXPECT_EQ(found.content, row.content);
  EXPECT_EQ(found.created_at, row.created_at);
  EXPECT_EQ(found.changed_at, row.changed_at);
}

}  // namespace

TEST_P(CommerceConformance, ACartComesBackAsItWasUntilItExpires) {
  CartRow row = new_cart();
  ASSERT_TRUE(write(InsertCart{row}));
  EXPECT_EQ(refusal(InsertCart{row}), ErrorCode::already_exists);
  reopen();
  ASSERT_TRUE(cart(row));
  expect_same(*cart(row), row);
  EXPECT_TRUE(cart(row, row.expires_at - Ticks(1)));
  EXPECT_EQ(cart(row, row.expires_at).error().code(), ErrorCode::not_found);
  CartRow other = row;
  other.account = elsewhere;
  EXPECT_EQ(cart(other).error().code(), ErrorCode::not_found);
  EXPECT_EQ(cart(new_cart()).error().code(), ErrorCode::not_found);
}

TEST_P(CommerceConformance, OfTwoChangesOfACartTheSecondIsRefused) {
  CartRow row = new_cart();
  ASSERT_TRUE(write(InsertCart{row}));
  row.revision = 1;
  row.subject = somebody();
  row.order_id = "1-01";
  row.content = "{}";
  row.owner_hash = to_bytes("another");
  row.changed_at += Ticks(5);
  row.expires_at += Ticks(5);
  ASSERT_TRUE(write(ReplaceCart{row}));
  expect_same(*cart(row), row);
  EXPECT_EQ(refusal(ReplaceCart{row}), ErrorCode::version_mismatch);
  row.revision = 3;
  EXPECT_EQ(refusal(ReplaceCart{row}), ErrorCode::version_mismatch);
  row.revision = 2;
  row.subject.reset();
  ASSERT_TRUE(write(ReplaceCart{row}));
  expect_same(*cart(row), row);
  row.account = elsewhere;
  row.revision = 3;
  EXPECT_EQ(refusal(ReplaceCart{row}), ErrorCode::version_mismatch);
}

TEST_P(CommerceConformance, ExpiredCartsGoTheOldestFirst) {
  CartRow first = new_cart();
  CartRow second = new_cart();
  second.expires_at += Ticks(1);
  const CartRow of_others = new_cart(elsewhere);
  ASSERT_TRUE(write(InsertCart{second}, InsertCart{first}, InsertCart{of_others}));
  ASSERT_TRUE(write(DeleteExpiredCarts{here, first.expires_at - Ticks(1), 9}));
  EXPECT_TRUE(cart(first));
  ASSERT_TRUE(write(DeleteExpiredCarts{here, second.expires_at, 1}));
  EXPECT_FALSE(cart(first));
  EXPECT_TRUE(cart(second));
  ASSERT_TRUE(write(DeleteExpiredCarts{here, second.expires_at, 9}));
  EXPECT_FALSE(cart(second));
  EXPECT_TRUE(cart(of_others));
}

TEST_P(CommerceConformance, AnOrderAndItsCartAreOneCommit) {
  CartRow row = new_cart();
  const OrderRow placed = new_order("2-01");
  ASSERT_TRUE(write(InsertCart{row}));
  row.order_id = placed.id;
  row.revision = 2;
  // The cart was changed by another: no order either.
  const auto refused = write(InsertOrder{placed, {email("a")}}, ReplaceCart{row});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::version_mismatch);
  EXPECT_EQ(order(here, "2-01").error().code(), ErrorCode::not_found);
  EXPECT_EQ(found({here, email("a"), Instant::min(), Instant::max(), "", 0, 9}), "0:");
  row.revision = 1;
  ASSERT_TRUE(write(InsertOrder{placed, {email("a")}}, ReplaceCart{row}));
  reopen();
  expect_same(*order(here, "2-01"), placed);
  EXPECT_EQ(cart(row)->order_id, "2-01");
  EXPECT_EQ(order(elsewhere, "2-01").error().code(), ErrorCode::not_found);
  EXPECT_EQ(refusal(InsertOrder{placed, {}}), ErrorCode::already_exists);
}

TEST_P(CommerceConformance, OfTwoChangesOfAnOrderTheSecondIsRefused) {
  OrderRow row = new_order("3-01");
  ASSERT_TRUE(write(InsertOrder{row, {}}));
  row.revision = 1;
  row.status = "canceled";
  row.content = "{}";
  row.changed_at += Ticks(9);
  ASSERT_TRUE(write(ReplaceOrder{row}));
  expect_same(*order(here, row.id), row);
  EXPECT_EQ(refusal(ReplaceOrder{row}), ErrorCode::version_mismatch);
}

TEST_P(CommerceConformance, OrdersAreFoundByWhatTheyAreAndTheNewestFirst) {
  OrderRow canceled = new_order("c", Ticks(3));
  canceled.status = "canceled";
  const OrderDigest name{OrderDigestField::full_name, to_bytes("a")};
  ASSERT_TRUE(write(InsertOrder{new_order("a", Ticks(1)), {email("a"), name}},
                    InsertOrder{new_order("b", Ticks(2)), {email("b")}},
                    InsertOrder{canceled, {email("a")}},
                    InsertOrder{new_order("a", Ticks(4), elsewhere), {email("a"), email("b")}}));
  const Instant min = Instant::min();
  const Instant max = Instant::max();
  const struct {
    OrderSearch search;
    std::string ids;
  } cases[] = {
      {{here, {}, min, max, "", 0, 9}, "3: c b a"},
      {{here, {}, min, max, "", 1, 1}, "3: b"},
      {{here, {}, min, max, "", 3, 9}, "3:"},
      {{here, {}, start + Ticks(2), max, "", 0, 9}, "2: c b"},
      {{here, {}, min, start + Ticks(2), "", 0, 9}, "2: b a"},
      {{here, {}, min, max, "canceled", 0, 9}, "1: c"},
      {{here, {}, min, max, "cancel", 0, 9}, "0:"},
      {{here, email("a"), min, max, "", 0, 9}, "2: c a"},
      {{here, email("a"), min, max, "", 1, 9}, "2: a"},
      {{here, email("a"), start + Ticks(2), max, "canceled", 0, 9}, "1: c"},
      {{here, email("b"), min, max, "", 0, 9}, "1: b"},
      {{here, email("z"), min, max, "", 0, 9}, "0:"},
      {{here, name, min, max, "", 0, 9}, "1: a"},
      {{elsewhere, email("a"), min, max, "", 0, 9}, "1: a"},
      {{AccountId{9}, {}, min, max, "", 0, 9}, "0:"},
  };
  for (const auto& one : cases) EXPECT_EQ(found(one.search), one.ids) << (&one - cases);
}

TEST_P(CommerceConformance, EachReaderHasAQueueOfTheEventsThatItWants) {
  const PrincipalId all = PrincipalId::random(random_);
  const PrincipalId some = PrincipalId::random(random_);
  const auto event = [this](std::string order, std::string state, std::chrono::milliseconds after) {
    const EventId id(Uuid::time_ordered(start + after, random_));
    return AddOrderEvent{here, {id, std::move(order), std::move(state), "", start + after, start}};
  };
  const auto waiting = [this](PrincipalId reader, Instant now, std::uint32_t limit = 9) {
    std::string text;
    const auto items = loop_.run_to_end(store_->feed_items(here, reader, now, limit));
    for (const FeedItem& item : *items) {
      text += item.event.order_id + ":" + item.event.state + " ";
    }
    return text;
  };
  const Instant later = start + std::chrono::milliseconds(9);
  ASSERT_TRUE(write(event("0", "handling", std::chrono::milliseconds(0))));  // Nobody wants it yet.
  ASSERT_TRUE(write(PutFeed{{here, all, "", 60, 900}},
                    PutFeed{{here, some, "canceled,handling", 60, 900}},
                    PutFeed{{elsewhere, all, "", 60, 900}}));
  ASSERT_TRUE(write(event("1", "handling", std::chrono::milliseconds(1)),
                    event("2", "invoiced", std::chrono::milliseconds(2)),
                    event("3", "canceled", std::chrono::milliseconds(3)),
                    event("4", "handlin", std::chrono::milliseconds(4))));
  reopen();
  EXPECT_EQ(waiting(all, later), "1:handling 2:invoiced 3:canceled 4:handlin ");
  EXPECT_EQ(waiting(some, later), "1:handling 3:canceled ");
  EXPECT_EQ(waiting(all, start + std::chrono::milliseconds(2)), "1:handling 2:invoiced ");
  EXPECT_EQ(waiting(all, later, 1), "1:handling ");
  EXPECT_EQ(*loop_.run_to_end(store_->feed_size(elsewhere, all)), 0U);
  EXPECT_EQ(*loop_.run_to_end(store_->feed_size(here, some)), 2U);

  const FeedItem first = loop_.run_to_end(store_->feed_items(here, all, later, 1))->front();
  const Instant back = later + std::chrono::milliseconds(100);
  const auto take = [&](Instant expected, std::string_view handle) {
    return TakeFeedItem{here, all, first.event.id, expected, back, to_bytes(handle)};
  };
  ASSERT_TRUE(write(take(first.visible_at, "mine")));
  EXPECT_EQ(refusal(take(first.visible_at, "yours")), ErrorCode::version_mismatch);
  EXPECT_EQ(waiting(all, back - std::chrono::milliseconds(1)), "2:invoiced 3:canceled 4:handlin ");
  EXPECT_EQ(waiting(all, back, 1), "1:handling ");
  EXPECT_EQ(waiting(some, later, 1), "1:handling ") << "another reader has its own";
  ASSERT_TRUE(write(CommitFeedItem{here, all, to_bytes("yours")},
                    CommitFeedItem{here, some, to_bytes("mine")},
                    CommitFeedItem{elsewhere, all, to_bytes("mine")}));
  EXPECT_EQ(*loop_.run_to_end(store_->feed_size(here, all)), 4U);
  ASSERT_TRUE(write(CommitFeedItem{here, all, to_bytes("mine")}));
  EXPECT_EQ(waiting(all, back), "2:invoiced 3:canceled 4:handlin ");
  ASSERT_TRUE(write(DropFeedItems{here, all, start + std::chrono::milliseconds(3)}));
  EXPECT_EQ(waiting(all, back), "3:canceled 4:handlin ");

  ASSERT_TRUE(write(PutFeed{{here, all, "canceled", 5, 6}}));
  const FeedRow row = *loop_.run_to_end(store_->feed(here, all));
  EXPECT_EQ(row.states, "canceled");
  EXPECT_EQ(row.visibility_s, 5U);
  EXPECT_EQ(row.retention_s, 6U);
  EXPECT_EQ(waiting(all, back), "3:canceled 4:handlin ");
  ASSERT_TRUE(write(DeleteFeed{here, all}));
  EXPECT_EQ(refusal(DeleteFeed{here, all}), ErrorCode::not_found);
  EXPECT_EQ(waiting(all, back), "");
  EXPECT_EQ(loop_.run_to_end(store_->feed(here, all)).error().code(), ErrorCode::not_found);
  EXPECT_EQ(waiting(some, later), "1:handling 3:canceled ");
}

TEST_P(CommerceConformance, WhoIsForgottenHasNoCartAndIsFoundByNothing) {
  CartRow cart_of_ana = new_cart();
  CartRow cart_of_bia = new_cart();
  cart_of_ana.subject = somebody();
  cart_of_bia.subject = somebody();
  OrderRow order_of_ana = new_order("a");
  order_of_ana.subject = *cart_of_ana.subject;
  OrderRow there = new_order("a", Ticks(0), elsewhere);
  there.subject = *cart_of_ana.subject;
  ASSERT_TRUE(write(InsertCart{cart_of_ana}, InsertCart{cart_of_bia}, InsertCart{new_cart()},
                    InsertOrder{order_of_ana, {email("a")}}, InsertOrder{there, {email("a")}},
                    InsertOrder{new_order("b"), {email("a")}}));
  const auto all = [](AccountId account) {
    return OrderSearch{account, email("a"), Instant::min(), Instant::max(), "", 0, 9};
  };
  ASSERT_EQ(found(all(here)), "2: b a");
  for (int time = 0; time < 2; ++time) {
    ASSERT_TRUE(write(ForgetSubject{here, cart_of_ana.subject->subject}));
    ASSERT_TRUE(loop_.run_to_end(store_->scrub()));
    EXPECT_FALSE(cart(cart_of_ana));
    EXPECT_TRUE(cart(cart_of_bia));
    EXPECT_EQ(found(all(here)), "1: b");
    EXPECT_EQ(found(all(elsewhere)), "1: a");
    expect_same(*order(here, "a"), order_of_ana);
  }
}

TEST_P(CommerceConformance, SkusAndSettingsAreKeptForEachAccount) {
  const auto sku = [this](AccountId account, std::string id) {
    return loop_.run_to_end(store_->sku(account, std::move(id)));
  };
  const auto settings = [this](AccountId account) {
    return *loop_.run_to_end(store_->checkout_settings(account));
  };
  ASSERT_TRUE(write(PutSku{{here, "1", "old"}}, PutSku{{elsewhere, "1", "theirs"}}));
  ASSERT_TRUE(write(PutSku{{here, "1", "new"}}));
  EXPECT_EQ(sku(here, "1")->content, "new");
  EXPECT_EQ(sku(elsewhere, "1")->content, "theirs");
  EXPECT_EQ(sku(here, "2").error().code(), ErrorCode::not_found);
  ASSERT_TRUE(write(DeleteSku{here, "1"}));
  EXPECT_EQ(refusal(DeleteSku{here, "1"}), ErrorCode::not_found);
  EXPECT_TRUE(sku(elsewhere, "1"));

  EXPECT_EQ(settings(here), "");
  ASSERT_TRUE(write(PutCheckoutSettings{here, "a"}));
  ASSERT_TRUE(write(PutCheckoutSettings{here, "b"}));
  EXPECT_EQ(settings(here), "b");
  EXPECT_EQ(settings(elsewhere), "");
}

}  // namespace velum
