#include "storage/sqlite/commerce_statements.h"

#include <iterator>

#include "base/result.h"

namespace velum {
namespace {

#define OF_ORDER                                                                                   \
  "o.order_id, o.revision, o.cart_id, o.entity, o.subject_id, o.version_id, o.status, o.content, " \
  "o.created_at, o.changed_at"
#define IN_RANGE \
  "o.account_id=?1 AND o.created_at>=?2 AND o.created_at<=?3 AND (?4='' OR o.status=?4)"
#define HAS_DIGEST                                                                     \
  " FROM customer_order AS o JOIN order_digest AS d ON d.account_id=o.account_id AND " \
  "d.order_id=o.order_id WHERE d.account_id=?1 AND d.field=?5 AND d.digest=?6 AND " IN_RANGE
#define NEWEST_FIRST " ORDER BY o.created_at DESC, o.order_id DESC LIMIT "

constexpr std::string_view commerce_steps[] = {
    "CREATE TABLE IF NOT EXISTS cart (account_id INTEGER NOT NULL, cart_id BLOB NOT NULL, revision "
    "INTEGER NOT NULL, owner_hash BLOB NOT NULL, entity INTEGER, subject_id BLOB, version_id BLOB, "
    "order_id TEXT NOT NULL, content TEXT NOT NULL, created_at INTEGER NOT NULL, changed_at "
    "INTEGER NOT NULL, expires_at INTEGER NOT NULL, PRIMARY KEY (account_id, cart_id))",
    "CREATE INDEX IF NOT EXISTS cart_expiry ON cart (account_id, expires_at)",
    "CREATE TABLE IF NOT EXISTS customer_order (account_id INTEGER NOT NULL, order_id TEXT NOT "
    "NULL, revision INTEGER NOT NULL, cart_id BLOB NOT NULL, entity INTEGER NOT NULL, subject_id "
    "BLOB NOT NULL, version_id BLOB NOT NULL, status TEXT NOT NULL, content TEXT NOT NULL, "
    "created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, PRIMARY KEY (account_id, "
    "order_id))",
    "CREATE INDEX IF NOT EXISTS order_by_time ON customer_order (account_id, created_at, order_id)",
    "CREATE INDEX IF NOT EXISTS order_by_subject ON customer_order (account_id, subject_id)",
    "CREATE INDEX IF NOT EXISTS cart_by_subject ON cart (account_id, subject_id)",
    "CREATE TABLE IF NOT EXISTS order_digest (account_id INTEGER NOT NULL, field INTEGER NOT NULL, "
    "digest BLOB NOT NULL, order_id TEXT NOT NULL, PRIMARY KEY (account_id, field, digest, "
    "order_id))",
    "CREATE INDEX IF NOT EXISTS digest_by_order ON order_digest (account_id, order_id)",
    "CREATE TABLE IF NOT EXISTS feed (account_id INTEGER NOT NULL, reader BLOB NOT NULL, states "
    "TEXT NOT NULL, visibility_s INTEGER NOT NULL, retention_s INTEGER NOT NULL, PRIMARY KEY "
    "(account_id, reader))",
    "CREATE TABLE IF NOT EXISTS feed_item (account_id INTEGER NOT NULL, reader BLOB NOT NULL, "
    "event_id BLOB NOT NULL, order_id TEXT NOT NULL, state TEXT NOT NULL, last_state TEXT NOT "
    "NULL, "
    "happened_at INTEGER NOT NULL, last_at INTEGER NOT NULL, visible_at INTEGER NOT NULL, handle "
    "BLOB NOT NULL, PRIMARY KEY (account_id, reader, event_id))",
    "CREATE TABLE IF NOT EXISTS sku (account_id INTEGER NOT NULL, sku_id TEXT NOT NULL, content "
    "TEXT NOT NULL, PRIMARY KEY (account_id, sku_id))",
    "CREATE TABLE IF NOT EXISTS checkout_settings (account_id INTEGER NOT NULL, content TEXT NOT "
    "NULL, PRIMARY KEY (account_id))",
};

struct CommerceText {
  CommerceSql statement;
  std::string_view text;
};
constexpr CommerceText commerce_texts[] = {
    {CommerceSql::insert_cart,
     "INSERT INTO cart (account_id, cart_id, revision, owner_hash, entity, subject_id, version_id, "
     "order_id, content, changed_at, expires_at, created_at) VALUES "
     "(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12) ON CONFLICT DO NOTHING"},
    {CommerceSql::replace_cart,
     "UPDATE cart SET revision=?3, owner_hash=?4, entity=?5, subject_id=?6, version_id=?7, "
     "order_id=?8, content=?9, changed_at=?10, expires_at=?11 WHERE account_id=?1 AND cart_id=?2 "
     "AND revision=?3-1"},
    {CommerceSql::delete_expired_carts,
     "DELETE FROM cart WHERE account_id=?1 AND cart_id IN (SELECT cart_id FROM cart WHERE "
     "account_id=?1 AND expires_at<=?2 ORDER BY expires_at LIMIT ?3)"},
    {CommerceSql::insert_order,
     "INSERT INTO customer_order (account_id, order_id, revision, status, content, changed_at, "
     "cart_id, entity, subject_id, version_id, created_at) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,"
     "?11) ON CONFLICT DO NOTHING"},
    {CommerceSql::insert_order_digest,
     "INSERT INTO order_digest (account_id, order_id, field, digest) VALUES (?1,?2,?3,?4) ON "
     "CONFLICT DO NOTHING"},
    {CommerceSql::replace_order,
     "UPDATE customer_order SET revision=?3, status=?4, content=?5, changed_at=?6 WHERE "
     "account_id=?1 AND order_id=?2 AND revision=?3-1"},
    {CommerceSql::add_order_event,
     "INSERT INTO feed_item (account_id, reader, event_id, order_id, state, last_state, "
     "happened_at, "
     "last_at, visible_at, handle) SELECT account_id, reader, ?2, ?3, ?4, ?5, ?6, ?7, ?6, ?8 FROM "
     "feed WHERE account_id=?1 AND (states='' OR ',' || states || ',' LIKE '%,' || ?4 || ',%')"},
    {CommerceSql::put_feed,
     "INSERT INTO feed (account_id, reader, states, visibility_s, retention_s) VALUES "
     "(?1,?2,?3,?4,?5) ON CONFLICT (account_id, reader) DO UPDATE SET states=excluded.states, "
     "visibility_s=excluded.visibility_s, retention_s=excluded.retention_s"},
    {CommerceSql::delete_feed, "DELETE FROM feed WHERE account_id=?1 AND reader=?2"},
    {CommerceSql::delete_feed_items, "DELETE FROM feed_item WHERE account_id=?1 AND reader=?2"},
    {CommerceSql::take_feed_item,
     "UPDATE feed_item SET visible_at=?5, handle=?6 WHERE account_id=?1 AND reader=?2 AND "
     "event_id=?3 AND visible_at=?4"},
    {CommerceSql::commit_feed_item,
     "DELETE FROM feed_item WHERE account_id=?1 AND reader=?2 AND event_id IN (SELECT event_id "
     "FROM "
     "feed_item WHERE account_id=?1 AND reader=?2 AND handle=?3)"},
    {CommerceSql::drop_feed_items,
     "DELETE FROM feed_item WHERE account_id=?1 AND reader=?2 AND happened_at<?3"},
    {CommerceSql::forget_carts, "DELETE FROM cart WHERE account_id=?1 AND subject_id=?2"},
    {CommerceSql::forget_digests,
     "DELETE FROM order_digest WHERE account_id=?1 AND order_id IN (SELECT order_id FROM "
     "customer_order WHERE account_id=?1 AND subject_id=?2)"},
    {CommerceSql::put_sku,
     "INSERT INTO sku (account_id, sku_id, content) VALUES (?1,?2,?3) ON CONFLICT (account_id, "
     "sku_id) DO UPDATE SET content=excluded.content"},
    {CommerceSql::delete_sku, "DELETE FROM sku WHERE account_id=?1 AND sku_id=?2"},
    {CommerceSql::put_checkout_settings,
     "INSERT INTO checkout_settings (account_id, content) VALUES (?1,?2) ON CONFLICT (account_id) "
     "DO UPDATE SET content=excluded.content"},
    {CommerceSql::cart,
     "SELECT revision, owner_hash, entity, subject_id, version_id, order_id, content, created_at, "
     "changed_at, expires_at FROM cart WHERE account_id=?1 AND cart_id=?2 AND expires_at>?3"},
    {CommerceSql::order,
     "SELECT " OF_ORDER " FROM customer_order AS o WHERE o.account_id=?1 AND o.order_id=?2"},
    {CommerceSql::orders,
     "SELECT " OF_ORDER " FROM customer_order AS o WHERE " IN_RANGE NEWEST_FIRST "?5 OFFSET ?6"},
    {CommerceSql::count_orders, "SELECT count(*) FROM customer_order AS o WHERE " IN_RANGE},
    {CommerceSql::orders_by_digest, "SELECT " OF_ORDER HAS_DIGEST NEWEST_FIRST "?7 OFFSET ?8"},
    {CommerceSql::count_orders_by_digest, "SELECT count(*)" HAS_DIGEST},
    {CommerceSql::feed,
     "SELECT states, visibility_s, retention_s FROM feed WHERE account_id=?1 AND reader=?2"},
    {CommerceSql::feed_items,
     "SELECT event_id, order_id, state, last_state, happened_at, last_at, visible_at FROM "
     "feed_item "
     "WHERE account_id=?1 AND reader=?2 AND visible_at<=?3 ORDER BY event_id LIMIT ?4"},
    {CommerceSql::feed_size, "SELECT count(*) FROM feed_item WHERE account_id=?1 AND reader=?2"},
    {CommerceSql::sku, "SELECT content FROM sku WHERE account_id=?1 AND sku_id=?2"},
    {CommerceSql::checkout_settings, "SELECT content FROM checkout_settings WHERE account_id=?1"},
};

std::string_view commerce_text_of(std::size_t number) {
  VELUM_CHECK(number < std::size(commerce_texts) &&
              commerce_texts[number].statement == static_cast<CommerceSql>(number));
  return commerce_texts[number].text;
}

}  // namespace

SqliteTables commerce_tables() {
  constexpr std::int64_t format = 1;
  return {format, commerce_steps, static_cast<std::size_t>(CommerceSql::end), commerce_text_of};
}

}  // namespace velum
