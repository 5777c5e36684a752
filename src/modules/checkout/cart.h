#pragma once
// Cart: what commerce.db keeps of one cart: things, choices, a prospect's token and version, and
// search digests. No text that a shopper typed is in it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/profile_system.h"
#include "json/json_text.h"
#include "json/value.h"
#include "storage/commerce_store.h"

namespace velum {

// Prices are in the hundredth part of the account's currency.
struct CartItem {
  std::string sku;
  std::string unique_id;
  std::string name;
  std::string seller;
  std::int64_t price = 0;
  std::int64_t list_price = 0;
  std::uint32_t quantity = 0;
};

struct CartChoices {
  std::string locale;
  std::string delivery_channel;  // "delivery", "pickup-in-point", or none.
  std::optional<bool> newsletter;
  std::optional<bool> save_data;
};

struct Cart {
  static constexpr std::size_t items_max = 100;
  static constexpr std::uint32_t quantity_max = 10'000;

  CartRow row;  // Its content is what the rest is written to.
  std::vector<CartItem> items;
  std::string address_id;  // Of the prospect's addresses. Empty: none.
  CartChoices choices;
  std::vector<OrderDigest> digests;

  // It is an order, or is becoming one under that id: nobody changes it any more.
  bool is_closed() const { return !row.order_id.empty(); }
};

// Fails with corrupt.
Result<Cart> read_cart(CartRow row);
// The row, with everything in its content.
CartRow to_row(const Cart& cart);

std::int64_t value_of(const std::vector<CartItem>& items);
// What digests of a kind of value are found under.
OrderDigestField digest_field(PseudonymOf of);

std::string items_json(const std::vector<CartItem>& items);
// JSON of the choices that an order takes over, without those that were not made.
std::vector<JsonMember> choices_json(const CartChoices& choices);
// Those without whether data is kept, which is the cart's own.
Result<CartChoices> read_choices(const json::Value& root);
Result<std::vector<CartItem>> read_items(const json::Value& list);

// 32 hex digits, as the documented API has it; with dashes it is read as well.
std::string cart_text(CartId id);
std::optional<CartId> parse_cart(std::string_view text);

}  // namespace velum
