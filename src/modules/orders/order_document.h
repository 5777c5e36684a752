#pragma once
// The documented JSON of an order, with what there is to show of its person: masks, or what was
// unmasked, or nothing but tokens and versions.

#include <optional>

#include "modules/orders/order.h"

namespace velum {

enum class OrderView : std::uint8_t { masked, pseudonymised, unmasked };

struct OrderPerson {
  std::optional<ShownDocument> client;
  std::optional<ShownDocument> address;  // Its own record, or the prospect that has it.
};

Result<WipedText> order_json(const Order& order, std::string_view account, OrderView view,
                             const OrderPerson& person);
// One line of a search's answer.
Result<WipedText> order_line_json(const Order& order, const OrderPerson& person);

}  // namespace velum
