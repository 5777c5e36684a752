#include "modules/orders/orders.h"

#include <set>

#include "modules/for_test.h"

namespace velum::orders_test {
namespace {

class OrdersTest : public ModulesTest {
 protected:
  OrdersTest() : orders_({account, "loja", *store_, people_, clock_, random_}) {}

  // An order of two things of 500, in this status.
  std::string new_order(OrderStatus status) {
    Order order;
    order.row.account = account;
    order.row.id = new_order_id(random_);
    order.row.subject = {EntityId::prospect, Token::random(random_), VersionId::random(random_)};
    order.row.created_at = clock_.now();
    order.items.push_back({"tea", "u", "Tea", "1", 500, 500, 2});
    order.payment_id = "pay";
    order.move_to(status, clock_.now());
    CommerceBatch batch;
    batch.emplace_back(InsertOrder{to_row(order), {}});
    EXPECT_TRUE(run(store_->commit(std::move(batch))));
    return order.row.id;
  }
  Result<Order> invoice(std::string_view id, std::string_view body) {
    const auto parsed = json::Document::parse(body);
    EXPECT_TRUE(parsed);
    return run(orders_.invoice(id, parsed->root()));
  }

  Orders orders_;
};

constexpr std::string_view half =
    R"({"type":"Output","issuedDate":"2026-01-05","invoiceNumber":"1","invoiceValue":500})";
constexpr std::string_view whole =
    R"({"type":"Output","issuedDate":"2026-01-05","invoiceNumber":"1","invoiceValue":1000})";
constexpr std::string_view back =
    R"({"type":"Input","issuedDate":"2026-01-05","invoiceNumber":"1","invoiceValue":1000})";

// Of every state, every move.
TEST_F(OrdersTest, GoesNoOtherWayThanItMay) {
  using enum OrderStatus;
  constexpr OrderStatus all[] = {payment_pending, ready_for_handling, handling, invoiced, canceled};
  struct Move {
    std::string_view name;
    std::function<Result<Order>(std::string_view)> make;
    std::map<OrderStatus, OrderStatus> leads;
  };
  const Move moves[] = {
      {"pay",
       [this](std::string_view id) { return run(orders_.notify_payment(id, "pay")); },
       {{payment_pending, ready_for_handling}}},
      {"handle",
       [this](std::string_view id) { return run(orders_.start_handling(id)); },
       {{ready_for_handling, handling}}},
      {"cancel",
       [this](std::string_view id) { return run(orders_.cancel(id)); },
       {{payment_pending, canceled}, {ready_for_handling, canceled}, {handling, canceled}}},
      {"invoice half",
       [this](std::string_view id) { return invoice(id, half); },
       {{ready_for_handling, ready_for_handling}, {handling, handling}, {invoiced, invoiced}}},
      {"invoice",
       [this](std::string_view id) { return invoice(id, whole); },
       {{ready_for_handling, invoiced}, {handling, invoiced}, {invoiced, invoiced}}},
      {"take back",
       [this](std::string_view id) { return invoice(id, back); },
       {{ready_for_handling, ready_for_handling}, {handling, handling}, {invoiced, invoiced}}},
  };
  for (const Move& move : moves) {
    for (const OrderStatus from : all) {
      SCOPED_TRACE(std::string(move.name).append(" of ").append(status_name(from)));
      const std::string id = new_order(from);
      const auto moved = move.make(id);
      const auto lead = move.leads.find(from);
      const OrderStatus wanted = lead == move.leads.end() ? from : lead->second;
      EXPECT_EQ(moved.has_value(), lead != move.leads.end());
      if (!moved) {
        EXPECT_EQ(moved.error().code(), ErrorCode::conflict);
        EXPECT_EQ(moved.error().subject(), status_name(from));
      }
      EXPECT_EQ(run(orders_.find(id))->status(), wanted);
    }
  }
}

TEST_F(OrdersTest, ShowsWhatIsThereOfAPersonAndEmptyTextOfWhoIsNot) {
  const std::string id = new_order(OrderStatus::payment_pending);
  Order order = *run(orders_.find(id));
  const RecordId who(order.row.subject.subject.uuid());
  const auto text = [&] { return std::string(view(*run(orders_.masked(order)))); };
  EXPECT_NE(text().find(R"("email":"")"), std::string::npos);
  people_.documents[who] = R"({"email":"a**","lastName":"P\"","homePhone":"1*"})";
  EXPECT_NE(text().find(R"("email":"a**")"), std::string::npos);
  EXPECT_NE(text().find(R"("lastName":"P\"")"), std::string::npos);
  EXPECT_NE(text().find(R"("phone":"1*")"), std::string::npos);
  EXPECT_TRUE(json::Document::parse(text()));
  EXPECT_NE(text().find(R"("piiHidden":true)"), std::string::npos);
  const std::string revealed(view(*run(orders_.unmasked(order))));
  EXPECT_NE(revealed.find(R"("piiHidden":false)"), std::string::npos);
  const std::string plain(view(*orders_.pseudonymised(order)));
  EXPECT_EQ(plain.find("a**"), std::string::npos);
}

TEST(Order, IdsAreThirteenDigitsAndRandom) {
  SeededRandom random(7);
  std::set<std::string> ids;
  for (int count = 0; count < 1000; ++count) {
    const std::string id = new_order_id(random);
    ASSERT_EQ(id.size(), 16U);
    EXPECT_EQ(id.substr(13), "-01");
    EXPECT_NE(id.front(), '0');
    EXPECT_EQ(id.find_first_not_of("0123456789-"), std::string::npos);
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 1000U);
}

TEST(Order, WhatIsNoOrderIsCorrupt) {
  for (const auto& [status, content] : std::vector<std::pair<std::string, std::string>>{
           {"handling", ""},
           {"handling", "[]"},
           {"handling", "{}"},
           {"lost", R"({"items":[]})"},
           {"handling", R"({"items":[],"address":7})"},
           {"handling", R"({"items":[],"address":{}})"},
           {"handling", R"({"items":[],"changes":[{}]})"}}) {
    OrderRow row;
    row.status = status;
    row.content = content;
    const auto order = read_order(std::move(row));
    ASSERT_FALSE(order) << content;
    EXPECT_EQ(order.error().code(), ErrorCode::corrupt);
  }
}

}  // namespace
}  // namespace velum::orders_test
