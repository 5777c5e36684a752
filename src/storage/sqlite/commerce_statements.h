#pragma once
// Every SQL text of commerce.db. It keeps the SQL contract as that of data.db does: statements.h.

#include <cstdint>

#include "storage/sqlite/tables.h"

namespace velum {

enum class CommerceSql : std::uint8_t {
  insert_cart,
  replace_cart,
  delete_expired_carts,
  insert_order,
  insert_order_digest,
  replace_order,
  put_sku,
  delete_sku,
  put_checkout_settings,
  cart,
  order,
  orders,
  count_orders,
  orders_by_digest,
  count_orders_by_digest,
  sku,
  checkout_settings,
  end,
};

SqliteTables commerce_tables();

}  // namespace velum
