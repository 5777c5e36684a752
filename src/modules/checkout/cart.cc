#include "modules/checkout/cart.h"

#include <algorithm>
#include <utility>

#include "base/base64.h"
#include "modules/json_read.h"

namespace velum {
namespace {

constexpr std::size_t stored_text_max_bytes = 4096;

Error damaged_cart() {
  return {ErrorCode::corrupt, "a stored cart is not what was written"};
}

std::string number(std::int64_t value) {
  return std::to_string(value);
}

std::string flag(std::optional<bool> value) {
  if (!value) return {};
  return *value ? "true" : "false";
}

std::string item_json(const CartItem& item) {
  return json_object({{"id", json_string(item.sku)},
                      {"uniqueId", json_string(item.unique_id)},
                      {"name", json_string(item.name)},
                      {"seller", json_string(item.seller)},
                      {"price", number(item.price)},
                      {"listPrice", number(item.list_price)},
                      {"quantity", number(item.quantity)}});
}

Result<CartItem> read_item(const json::Value& value) {
  if (!value.is_object()) return damaged_cart();
  CartItem item;
  for (const auto& [name, to] :
       {std::pair("id", &item.sku), std::pair("uniqueId", &item.unique_id),
        std::pair("name", &item.name), std::pair("seller", &item.seller)}) {
    TRY_ASSIGN(const auto text, text_member(value, name, stored_text_max_bytes));
    *to = text.value_or("");
  }
  constexpr std::int64_t any = std::numeric_limits<std::int64_t>::max();
  TRY_ASSIGN(const auto price, number_member(value, "price", any));
  TRY_ASSIGN(const auto list_price, number_member(value, "listPrice", any));
  TRY_ASSIGN(const auto quantity, number_member(value, "quantity", Cart::quantity_max));
  item.price = price.value_or(0);
  item.list_price = list_price.value_or(0);
  item.quantity = static_cast<std::uint32_t>(quantity.value_or(0));
  return item;
}

std::string digests_json(const std::vector<OrderDigest>& digests) {
  std::vector<std::string> parts;
  for (const OrderDigest& digest : digests) {
    parts.push_back(json_object({{"field", number(static_cast<std::int64_t>(digest.field))},
                                 {"digest", json_string(to_base64(digest.digest))}}));
  }
  return json_array(parts);
}

Result<std::vector<OrderDigest>> read_digests(const json::Value& root) {
  std::vector<OrderDigest> digests;
  TRY_ASSIGN(const auto list, list_member(root, "digests", 8));
  for (const json::Value& one : list) {
    if (!one.is_object()) return damaged_cart();
    TRY_ASSIGN(const auto field, number_member(one, "field", 255));
    TRY_ASSIGN(const auto text, text_member(one, "digest", stored_text_max_bytes));
    const auto digest = from_base64(text.value_or(""));
    if (!field || !digest) return damaged_cart();
    digests.push_back({static_cast<OrderDigestField>(*field), *digest});
  }
  return digests;
}

Result<Cart> read_content(const json::Value& root) {
  Cart cart;
  TRY_ASSIGN(cart.items,
             read_items(root.find("items") != nullptr ? *root.find("items") : json::Value()));
  TRY_ASSIGN(const auto address, text_member(root, "addressId", stored_text_max_bytes));
  cart.address_id = address.value_or("");
  TRY_ASSIGN(cart.choices, read_choices(root));
  TRY_ASSIGN(cart.choices.save_data, flag_member(root, "saveData"));
  TRY_ASSIGN(cart.digests, read_digests(root));
  return cart;
}

std::string text_or_none(const std::string& text) {
  return text.empty() ? std::string() : json_string(text);
}

}  // namespace

std::int64_t value_of(const std::vector<CartItem>& items) {
  std::int64_t sum = 0;
  for (const CartItem& item : items) sum += item.price * item.quantity;
  return sum;
}

OrderDigestField digest_field(PseudonymOf of) {
  switch (of) {
    case PseudonymOf::email: return OrderDigestField::email;
    case PseudonymOf::document: return OrderDigestField::document;
    case PseudonymOf::full_name: return OrderDigestField::full_name;
  }
  VELUM_CHECK(false);
}

std::vector<JsonMember> choices_json(const CartChoices& choices) {
  return {{"locale", text_or_none(choices.locale)},
          {"deliveryChannel", text_or_none(choices.delivery_channel)},
          {"newsletter", flag(choices.newsletter)}};
}

Result<CartChoices> read_choices(const json::Value& root) {
  CartChoices choices;
  TRY_ASSIGN(const auto locale, text_member(root, "locale", stored_text_max_bytes));
  TRY_ASSIGN(const auto channel, text_member(root, "deliveryChannel", stored_text_max_bytes));
  TRY_ASSIGN(choices.newsletter, flag_member(root, "newsletter"));
  choices.locale = locale.value_or("");
  choices.delivery_channel = channel.value_or("");
  return choices;
}

Result<Cart> read_cart(CartRow row) {
  const auto document = json::Document::parse(row.content);
  if (!document || !document->root().is_object()) return damaged_cart();
  auto cart = read_content(document->root());
  if (!cart) return damaged_cart();
  cart->row = std::move(row);
  return cart;
}

CartRow to_row(const Cart& cart) {
  CartRow row = cart.row;
  std::vector<JsonMember> members = choices_json(cart.choices);
  members.emplace_back("items", items_json(cart.items));
  members.emplace_back("addressId", text_or_none(cart.address_id));
  members.emplace_back("saveData", flag(cart.choices.save_data));
  members.emplace_back("digests", digests_json(cart.digests));
  row.content = json_object(members);
  return row;
}

std::string items_json(const std::vector<CartItem>& items) {
  std::vector<std::string> parts;
  for (const CartItem& item : items) parts.push_back(item_json(item));
  return json_array(parts);
}

Result<std::vector<CartItem>> read_items(const json::Value& list) {
  if (!list.is_array()) return damaged_cart();
  std::vector<CartItem> items;
  for (const json::Value& one : list.items()) {
    TRY_ASSIGN(CartItem item, read_item(one));
    items.push_back(std::move(item));
  }
  return items;
}

std::string cart_text(CartId id) {
  std::string text = id.text();
  text.erase(std::remove(text.begin(), text.end(), '-'), text.end());
  return text;
}

std::optional<CartId> parse_cart(std::string_view text) {
  if (text.size() != 32) return CartId::parse(text);
  std::string dashed(text);
  for (const std::size_t place : {8U, 13U, 18U, 23U}) dashed.insert(place, 1, '-');
  return CartId::parse(dashed);
}

}  // namespace velum
