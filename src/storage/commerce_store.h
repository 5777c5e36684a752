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
  std::string order_id;  // That it is, or is becoming. Empty: it is still filled.
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

// An order has come to another state. Of nobody: an order's id and words of ours.
struct OrderEvent {
  EventId id;  // Time-ordered.
  std::string order_id;
  std::string state;
  std::string last_state;  // Empty: the order is new.
  Instant at;
  Instant last_at;
};

// One reader's queue of events: an app key's, say.
struct FeedRow {
  AccountId account{};
  PrincipalId reader;
  std::string states;  // Comma-separated; empty: all.
  std::uint32_t visibility_s = 0;
  std::uint32_t retention_s = 0;
};

// In a queue. Whoever takes one has it to himself, under the handle, until it is visible again.
struct FeedItem {
  OrderEvent event;
  Instant visible_at;
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
// Never fails. Into the queue of each reader who wants its state.
struct AddOrderEvent {
  AccountId account{};
  OrderEvent event;
};
struct PutFeed {  // Never fails. What its queue has stays.
  FeedRow row;
};
struct DeleteFeed {  // not_found. With its queue.
  AccountId account{};
  PrincipalId reader;
};
// version_mismatch, if another has taken it since it was read.
struct TakeFeedItem {
  AccountId account{};
  PrincipalId reader;
  EventId event;
  Instant expected_visible_at;
  Instant visible_at;
  Bytes handle;
};
// Never fails. It is done with. Nothing of a handle that is not the last that was given.
struct CommitFeedItem {
  AccountId account{};
  PrincipalId reader;
  Bytes handle;
};
struct DropFeedItems {  // Never fails. Those of events before `before`.
  AccountId account{};
  PrincipalId reader;
  Instant before;
};
// Never fails. The subject's carts go, and the digests of their orders.
struct ForgetSubject {
  AccountId account{};
  Token subject;
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

using CommerceOperation =
    std::variant<InsertCart, ReplaceCart, DeleteExpiredCarts, InsertOrder, ReplaceOrder,
                 AddOrderEvent, PutFeed, DeleteFeed, TakeFeedItem, CommitFeedItem, DropFeedItems,
                 ForgetSubject, PutSku, DeleteSku, PutCheckoutSettings>;
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
  virtual Task<Result<FeedRow>> feed(AccountId account, PrincipalId reader) = 0;  // not_found
  // Those that are visible by `now`, the oldest event first (to the millisecond).
  virtual Task<Result<std::vector<FeedItem>>> feed_items(AccountId account, PrincipalId reader,
                                                         Instant now, std::uint32_t limit) = 0;
  virtual Task<Result<std::uint64_t>> feed_size(AccountId account, PrincipalId reader) = 0;
  virtual Task<Result<SkuRow>> sku(AccountId account, std::string id) = 0;  // not_found
  // Empty: never set.
  virtual Task<Result<std::string>> checkout_settings(AccountId account) = 0;

  // Does all of `batch`, durably, or nothing: see Store::commit().
  virtual Task<Result<void>> commit(CommerceBatch batch) = 0;

  // Makes deleted bytes unreadable in the files.
  virtual Task<Result<void>> scrub() = 0;

  virtual ~CommerceStore() = default;
};

}  // namespace velum
