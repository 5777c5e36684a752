#pragma once
// CommerceStore: where carts, orders and what they need are kept: commerce.db, apart from people.
//
// Rows hold a token, the version of it that was true, and digests to search by; nothing else of a
// person. `content` is JSON that its module writes and reads. As of a Store: one object serves one
// event loop, everything is keyed by account first, and a read sees every write that was
// acknowledged before it began.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "io/task.h"

namespace velum {

// Who a cart or an order is of: a version of theirs, as it was. The numbers of entities are on
// disk.
struct SubjectVersion {
  EntityId entity{};
  Token subject;
  VersionId version;
};

struct CartRow {
  AccountId account{};
  CartId id;
  std::uint64_t revision = 0;
  Bytes owner_hash;  // SHA-256 of the token that its owner has.
  std::optional<SubjectVersion> subject;
  std::string order_id;  // Empty: not placed yet.
  std::string content;
  Instant created_at;
  Instant changed_at;
  Instant expires_at;
};

struct OrderRow {
  AccountId account{};
  std::string id;
  std::uint64_t revision = 0;
  CartId cart;
  SubjectVersion subject;
  std::string status;  // The documented name.
  std::string content;
  Instant created_at;
  Instant changed_at;
};

// Numbers are on disk.
enum class OrderDigestField : std::uint8_t { email = 1, document = 2, full_name = 3 };
struct OrderDigest {
  OrderDigestField field{};
  Bytes digest;
};

struct SkuRow {
  AccountId account{};
  std::string id;
  std::string content;
};

// The writes. A batch is one atomic unit; each operation names the error that fails it.
struct InsertCart {  // already_exists
  CartRow row;
};
// version_mismatch, unless its revision is one less than the row's. All but its id and when it was
// made.
struct ReplaceCart {
  CartRow row;
};
struct DeleteExpiredCarts {  // Never fails. Those that expired before `now`, the oldest.
  AccountId account{};
  Instant now;
  std::uint32_t count_max = 0;
};
struct InsertOrder {  // already_exists
  OrderRow row;
  std::vector<OrderDigest> digests;
};
// version_mismatch, as ReplaceCart. Status, content and when it changed.
struct ReplaceOrder {
  OrderRow row;
};
struct PutSku {  // Never fails.
  SkuRow row;
};
struct DeleteSku {  // not_found
  AccountId account{};
  std::string id;
};
struct PutCheckoutSettings {  // Never fails.
  AccountId account{};
  std::string content;
};

using CommerceOperation = std::variant<InsertCart, ReplaceCart, DeleteExpiredCarts, InsertOrder,
                                       ReplaceOrder, PutSku, DeleteSku, PutCheckoutSettings>;
using CommerceBatch = std::vector<CommerceOperation>;

struct OrderSearch {
  AccountId account{};
  std::optional<OrderDigest> digest;  // None: all.
  Instant from = Instant::min();
  Instant until = Instant::max();
  std::string status;  // Empty: any.
  std::uint32_t skip = 0;
  std::uint32_t limit = 0;
};
struct FoundOrders {
  std::vector<OrderRow> rows;
  std::uint64_t total = 0;
};

class CommerceStore {
 public:
  // not_found, also for one that expired before `now`.
  virtual Task<Result<CartRow>> cart(AccountId account, CartId id, Instant now) = 0;
  virtual Task<Result<OrderRow>> order(AccountId account, std::string id) = 0;  // not_found
  // The newest first.
  virtual Task<Result<FoundOrders>> orders(OrderSearch search) = 0;
  virtual Task<Result<SkuRow>> sku(AccountId account, std::string id) = 0;  // not_found
  // Empty: never set.
  virtual Task<Result<std::string>> checkout_settings(AccountId account) = 0;

  // Does all of `batch`, durably, or nothing: see Store::commit().
  virtual Task<Result<void>> commit(CommerceBatch batch) = 0;

  virtual ~CommerceStore() = default;
};

}  // namespace velum
