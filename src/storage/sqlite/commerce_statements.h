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
  add_order_event,
  put_feed,
  delete_feed,
  delete_feed_items,
  take_feed_item,
  commit_feed_item,
  drop_feed_items,
  forget_carts,
  forget_digests,
  put_sku,
  delete_sku,
  put_checkout_settings,
  cart,
  order,
  orders,
  count_orders,
  orders_by_digest,
  count_orders_by_digest,
  feed,
  feed_items,
  feed_size,
  sku,
  checkout_settings,
  end,
};

SqliteTables commerce_tables();

}  // namespace velum
