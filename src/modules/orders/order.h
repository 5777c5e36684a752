#pragma once
// Order: what commerce.db keeps of one order. A person is a token and a version in it, and so is
// where it goes: what they say of themselves later does not change what was agreed then.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/profile_system.h"
#include "modules/checkout/cart.h"
#include "storage/commerce_store.h"

namespace velum {

// The documented states that this module has.
enum class OrderStatus : std::uint8_t {
  payment_pending,
  ready_for_handling,
  handling,
  invoiced,
  canceled,
};
std::string_view status_name(OrderStatus status);  // "payment-pending"
std::optional<OrderStatus> status_named(std::string_view name);

// One address: that of a record of its own, or one of a prospect's.
struct OrderAddress {
  DocumentPlace place;  // With a version.
  std::string address_id;
};

struct OrderChange {
  Instant at;
  std::string status;
};

// The store's own paper: of things and money.
struct OrderInvoice {
  std::string type;  // "Output", "Input".
  std::string number;
  std::string issued;  // A date.
  std::int64_t value = 0;
  std::string tracking_number;
  std::string courier;
  Instant received_at;
};

struct Order {
  static constexpr std::size_t invoices_max = 100;

  OrderRow row;  // Its content is what the rest is written to.
  std::vector<CartItem> items;
  std::optional<OrderAddress> address;
  CartChoices choices;
  std::string currency;
  std::string transaction_id;
  std::string payment_id;
  std::vector<OrderChange> changes;
  std::vector<OrderInvoice> invoices;

  OrderStatus status() const;
  // "1234567890123" of "1234567890123-01".
  std::string_view group() const;
  // Puts it down as well.
  void move_to(OrderStatus status, Instant now);
};

Result<Order> read_order(OrderRow row);  // corrupt
// The row, with everything in its content.
OrderRow to_row(const Order& order);

// Is it written like one? What is not is somebody's text, and no id to look for.
bool is_order_id(std::string_view text);
// 13 digits, the first not 0, and "-01". Random: how many a store has is not for its shoppers.
std::string new_order_id(Random& random);

}  // namespace velum
