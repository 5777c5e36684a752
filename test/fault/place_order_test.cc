// Placing an order under disk faults and power cuts: after the restart there is a whole order or
// none, and whoever has become a profile is in the audit log for it. Asked again, it goes on.

#include <gtest/gtest.h>

#include <iostream>
#include <set>
#include <utility>
#include <vector>

#include "audit/log_reader.h"
#include "modules/checkout/checkout.h"
#include "modules/orders/orders.h"
#include "server/module_caller.h"
#include "server/profile_bridge.h"
#include "storage/sqlite/commerce_database.h"
#include "test/fault/sim_node.h"
#include "test/fault/size.h"

namespace velum::place_order_test {
namespace {

constexpr std::string_view client =
    R"({"email":"vera.fault@example.com","firstName":"Vera","lastName":"Falha"})";
constexpr std::string_view shipping =
    R"({"address":{"addressType":"residential","street":"Rua do Disco","number":"7"}})";

// The modules on a node, as the server has them.
class Shop {
 public:
  explicit Shop(SimDisk& disk) : disk_(disk), node_(disk) {}

  Result<void> start() {
    TRY(node_.start());
    SqliteOptions options{"./commerce.db"};
    options.checkpoint_pages = 30;
    TRY_ASSIGN(database_,
               CommerceDatabase::open(disk_.files, options, disk_.clock, disk_.random, log_));
    TRY_ASSIGN(store_, database_->make_store());
    Caller caller = node_.caller(EntityId::prospect);
    caller.decision = decision_of_module(SimDisk::account, "checkout");
    people_.emplace(node_.engine(), std::move(caller));
    checkout_.emplace(
        Checkout::Parts{SimDisk::account, *store_, *people_, disk_.clock, disk_.random});
    return {};
  }
  ~Shop() {
    store_.reset();
    database_.reset();
  }

  Result<Cart> fill() {
    CommerceBatch batch;
    batch.emplace_back(PutSku{{SimDisk::account, "tea", R"({"name":"Tea","price":7})"}});
    TRY(node_.run(store_->commit(std::move(batch))));
    TRY_ASSIGN(Cart cart, node_.run(checkout_->create(Bytes(32, 1))));
    TRY_ASSIGN(const json::Document items,
               json::Document::parse(R"({"orderItems":[{"id":"tea","quantity":2}]})"));
    TRY_ASSIGN(cart, node_.run(checkout_->add_items(std::move(cart), items.root())));
    TRY_ASSIGN(cart, attach(std::move(cart), "clientProfileData", client));
    TRY_ASSIGN(cart, attach(std::move(cart), "shippingData", shipping));
    return attach(std::move(cart), "clientPreferencesData", R"({"optinNewsLetter":true})");
  }
  Result<Order> place(CartId id) {
    TRY_ASSIGN(Cart cart, node_.run(checkout_->find(id)));
    TRY_ASSIGN(const json::Document nothing, json::Document::parse("{}"));
    return node_.run(checkout_->place(std::move(cart), nothing.root()));
  }
  Result<Cart> cart(CartId id) { return node_.run(checkout_->find(id)); }
  std::vector<OrderRow> orders() {
    OrderSearch all;
    all.account = SimDisk::account;
    all.limit = 9;
    auto found = node_.run(store_->orders(std::move(all)));
    EXPECT_TRUE(found);
    return found ? std::move(found->rows) : std::vector<OrderRow>();
  }
  std::string masked(const Order& order) {
    Orders module({SimDisk::account, "loja", *store_, *people_, disk_.clock, disk_.random});
    const auto shown = node_.run(module.masked(order));
    EXPECT_TRUE(shown);
    return shown ? std::string(view(*shown)) : std::string();
  }
  SimNode& node() { return node_; }
  const ProfileBridge& people() const { return *people_; }
  // Of both databases, so far.
  std::uint64_t commits() const { return node_.commits() + database_->statistics().transactions; }

 private:
  Result<Cart> attach(Cart cart, std::string_view name, std::string_view body) {
    TRY_ASSIGN(const json::Document document, json::Document::parse(body));
    return node_.run(checkout_->attach(std::move(cart), name, document.root()));
  }

  SimDisk& disk_;
  NoLog log_;
  SimNode node_;  // Its loop outlives the database, whose threads wake it.
  std::unique_ptr<CommerceDatabase> database_;
  std::unique_ptr<CommerceStore> store_;
  std::optional<ProfileBridge> people_;
  std::optional<Checkout> checkout_;
};

enum class After : std::uint8_t { nothing, profile, order };

// Whether an entry of the log, or one that waits for it, says that she became a profile.
bool is_on_record(SimNode& node) {
  EXPECT_TRUE(node.drain());
  bool found = false;
  const auto look = [&found](std::string_view entry) -> Result<void> {
    found = found || entry.find(R"("action":"ConvertProspect")") != std::string_view::npos;
    return {};
  };
  EXPECT_TRUE(read_audit(node.disk().files, "./audit", look));
  return found;
}

After judge(Shop& shop, const Cart& before) {
  const Token who = before.row.subject->subject;
  Caller caller = shop.node().caller(EntityId::profile);
  const auto profile = shop.node().run(shop.node().engine().read_masked(
      std::move(caller), own_record(SimDisk::account, who), std::nullopt));
  if (profile) {
    EXPECT_TRUE(is_on_record(shop.node()));
  }
  const auto cart = shop.cart(before.row.id);
  EXPECT_TRUE(cart);
  const std::vector<OrderRow> orders = shop.orders();
  EXPECT_LE(orders.size(), 1U);
  if (orders.empty()) return profile ? After::profile : After::nothing;
  EXPECT_EQ(orders.front().id, cart->row.order_id);
  const auto order = read_order(orders.front());
  EXPECT_TRUE(order);
  EXPECT_EQ(value_of(order->items), 14);
  const std::string shown = shop.masked(*order);
  EXPECT_NE(shown.find(R"("email":"v***.f****@e******.c**")"), std::string::npos) << shown;
  EXPECT_NE(shown.find(R"("street":"R** d* D****")"), std::string::npos) << shown;
  return After::order;
}

After judge_after_restart(SimDisk& disk, const Cart& cart) {
  Shop shop(disk);
  const auto started = shop.start();
  EXPECT_TRUE(started);
  if (!started) return After::nothing;
  const After found = judge(shop, cart);
  // Whoever did not hear that it was done asks again.
  const auto placed = shop.place(cart.row.id);
  EXPECT_TRUE(placed);
  EXPECT_EQ(judge(shop, cart), After::order);
  return found;
}

TEST(PlaceOrder, WhatTwoRecipientsSearchByCannotBeJoined) {
  SimDisk disk(1);
  Shop shop(disk);
  ASSERT_TRUE(shop.start());
  const auto digest = [&shop](std::string_view recipient, PseudonymOf of, std::string_view value) {
    const PseudonymTerm term{of, value};
    return shop.people().pseudonyms(recipient, {&term, 1}).front();
  };
  const Bytes one = digest("orders", PseudonymOf::email, "vera@example.com");
  EXPECT_EQ(one.size(), 32U);
  EXPECT_EQ(one, digest("orders", PseudonymOf::email, " VERA@Example.com"));
  EXPECT_NE(one, digest("order", PseudonymOf::email, "vera@example.com"));
  EXPECT_NE(one, digest("orders", PseudonymOf::full_name, "vera@example.com"));
  EXPECT_EQ(digest("orders", PseudonymOf::document, "390.533.447-05"),
            digest("orders", PseudonymOf::document, "39053344705"));
  EXPECT_TRUE(digest("orders", PseudonymOf::email, "no address").empty());
  EXPECT_TRUE(digest("orders", PseudonymOf::full_name, " ").empty());
}

// The profile with its address, the consent, the order with its cart.
TEST(PlaceOrder, TakesThreeCommitsAtMost) {
  SimDisk disk(1);
  Shop shop(disk);
  ASSERT_TRUE(shop.start());
  const auto cart = shop.fill();
  ASSERT_TRUE(cart);
  const std::uint64_t before = shop.commits();
  const auto order = shop.place(cart->row.id);
  ASSERT_TRUE(order);
  EXPECT_EQ(shop.commits() - before, 3U);
  const auto again = shop.place(cart->row.id);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->row.id, order->row.id);
  EXPECT_EQ(shop.commits() - before, 3U);
}

TEST(PlaceOrder, AfterAnyFaultAndACrashThereIsAWholeOrderOrNone) {
  std::uint64_t calls = 1;
  std::multiset<After> seen;
  for (const FaultSpan span : {FaultSpan::once, FaultSpan::from_then_on}) {
    for (std::uint64_t fault = 0; fault <= calls; ++fault) {
      SCOPED_TRACE("fault " + std::to_string(fault));
      SimDisk disk(fault + 1);
      std::optional<Cart> cart;
      bool acknowledged = false;
      {
        Shop shop(disk);
        ASSERT_TRUE(shop.start());
        auto filled = shop.fill();
        ASSERT_TRUE(filled);
        cart = *std::move(filled);
        const std::uint64_t before = disk.files.calls();
        if (fault > 0) disk.files.fail_call(before + fault, span, ErrorCode::io);
        acknowledged = shop.place(cart->row.id).has_value();
        if (fault == 0) calls = disk.files.calls() - before;
        disk.files.cut_power(disk.random);
      }
      disk.files.power_on();
      const After after = judge_after_restart(disk, *cart);
      if (acknowledged) {
        EXPECT_EQ(after, After::order);
      }
      seen.insert(after);
      if (HasFailure()) return;
    }
  }
  std::cout << "figure placing an order: " << seen.size() << " faults, " << seen.count(After::order)
            << " times an order after them, " << seen.count(After::profile) << " a profile alone\n";
  EXPECT_GT(seen.count(After::nothing), 0U);
  EXPECT_GT(seen.count(After::order), 0U);
}

// Before every call that changes the disk, with what was not synced kept, lost or torn.
TEST(PlaceOrder, WhenThePowerGoesThereIsAWholeOrderOrNone) {
  constexpr std::uint64_t crashes_of_a_moment = 3;
  std::multiset<After> seen;
  for (std::uint64_t seed = 1; seed <= of_full_size(2); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SimDisk disk(seed);
    Shop shop(disk);
    ASSERT_TRUE(shop.start());
    const auto cart = shop.fill();
    ASSERT_TRUE(cart);
    std::vector<SimFileSystem> moments;
    disk.files.capture_before_calls(
        [&moments](SimFileSystem files) { moments.push_back(std::move(files)); });
    ASSERT_TRUE(shop.place(cart->row.id));
    disk.files.capture_before_calls({});
    for (const SimFileSystem& moment : moments) {
      std::set<std::uint64_t> kept;
      for (std::uint64_t crash = 0; crash < crashes_of_a_moment; ++crash) {
        SimDisk crashed(disk, moment.copy(), 100 * seed + crash);
        // The first time only the program ends, and all that it wrote is there.
        if (crash > 0 && !kept.insert(crashed.files.crash(crashed.random)).second) continue;
        seen.insert(judge_after_restart(crashed, *cart));
        if (HasFailure()) return;
      }
    }
    SimDisk acknowledged(disk, disk.files.copy(), 99 * seed + 99);
    acknowledged.files.crash_dropping_all();
    EXPECT_EQ(judge_after_restart(acknowledged, *cart), After::order);
  }
  std::cout << "figure placing an order: " << seen.size() << " power cuts\n";
  for (const After each : {After::nothing, After::profile, After::order}) {
    EXPECT_GT(seen.count(each), 0U);
  }
}

}  // namespace
}  // namespace velum::place_order_test
