#include "modules/orders/feed.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/base64.h"
#include "modules/json_read.h"
#include "modules/json_writer.h"

namespace velum {
namespace {

constexpr int take_attempts = 10;
constexpr std::uint32_t visibility_default_s = 240;
constexpr std::uint32_t visibility_max_s = 43'200;
constexpr std::uint32_t retention_default_s = 345'600;  // Four days.
constexpr std::uint32_t retention_max_s = 1'209'600;
constexpr std::size_t handles_max = 100;
constexpr std::size_t handle_size_bytes = 24;
constexpr std::string_view feed_members[] = {"filter", "queue"};

Error no_filter() {
  return {ErrorCode::invalid_field,
          "a filter has the documented type that is of states, and a list of those", "filter"};
}

// Comma-separated; empty: all.
Result<std::string> states_of(const json::Value* filter) {
  if (filter == nullptr) return std::string();
  if (!filter->is_object()) return no_filter();
  TRY_ASSIGN(const auto type, text_member(*filter, "type", 64));
  TRY_ASSIGN(const auto statuses, list_member(*filter, "status", 32));
  if (!type || *type != "FromWorkflow") return no_filter();
  std::string states;
  for (const json::Value& status : statuses) {
    if (!status.is_string() || !status_named(status.text())) return no_filter();
    states.append(states.empty() ? "" : ",").append(status.text());
  }
  return states;
}

Result<std::uint32_t> seconds_of(const json::Value* queue, std::string_view name,
                                 std::uint32_t otherwise, std::uint32_t max) {
  if (queue == nullptr) return otherwise;
  if (!queue->is_object()) {
    return Error(ErrorCode::invalid_field, "a field has a value of the wrong type", "queue");
  }
  TRY_ASSIGN(const auto seconds, number_member(*queue, name, max));
  return seconds ? static_cast<std::uint32_t>(*seconds) : otherwise;
}

void append_states(std::string_view states, WipedText& out) {
  out.push_back('[');
  while (!states.empty()) {
    const std::string_view one = states.substr(0, states.find(','));
    json::write_string(one, out);
    states.remove_prefix(std::min(one.size() + 1, states.size()));
    if (!states.empty()) out.push_back(',');
  }
  out.push_back(']');
}

}  // namespace

AddOrderEvent event_of(const Order& order, Random& random) {
  const OrderChange& last = order.changes.back();
  const bool is_first = order.changes.size() == 1;
  const OrderChange& before = is_first ? last : order.changes[order.changes.size() - 2];
  OrderEvent event;
  event.id = EventId(Uuid::time_ordered(last.at, random));
  event.order_id = order.row.id;
  event.state = last.status;
  event.last_state = is_first ? std::string() : before.status;
  event.at = last.at;
  event.last_at = before.at;
  return {order.row.account, std::move(event)};
}

Task<Result<WipedText>> Feed::shown(const FeedRow& row) {
  CO_TRY_ASSIGN(const std::uint64_t size,
                co_await parts_.store.feed_size(parts_.account, parts_.reader));
  WipedText out;
  JsonObject answer(out);
  JsonObject filter(answer.member("filter"));
  filter.text("type", "FromWorkflow");
  append_states(row.states, filter.member("status"));
  filter.end();
  JsonObject queue(answer.member("queue"));
  queue.number("visibilityTimeoutInSeconds", row.visibility_s);
  queue.number("messageRetentionPeriodInSeconds", row.retention_s);
  queue.end();
  answer.number("quantity", static_cast<std::int64_t>(size));
  answer.end();
  co_return out;
}

Task<Result<WipedText>> Feed::settings() {
  CO_TRY_ASSIGN(const FeedRow row, co_await parts_.store.feed(parts_.account, parts_.reader));
  co_return co_await shown(row);
}

Task<Result<WipedText>> Feed::put_settings(const json::Value& body) {
  for (const json::Member& member : body.members()) {
    const bool is_known = std::find(std::begin(feed_members), std::end(feed_members),
                                    member.name) != std::end(feed_members);
    if (!is_known) {
      co_return Error(ErrorCode::invalid_argument, "the body has a member that nothing here knows");
    }
  }
  const json::Value* queue = member_of(body, "queue");
  FeedRow row{parts_.account, parts_.reader, {}, 0, 0};
  CO_TRY_ASSIGN(row.states, states_of(member_of(body, "filter")));
  CO_TRY_ASSIGN(row.visibility_s, seconds_of(queue, "visibilityTimeoutInSeconds",
                                             visibility_default_s, visibility_max_s));
  CO_TRY_ASSIGN(row.retention_s, seconds_of(queue, "messageRetentionPeriodInSeconds",
                                            retention_default_s, retention_max_s));
  CommerceBatch batch;
  batch.emplace_back(PutFeed{row});
  CO_TRY(co_await parts_.store.commit(std::move(batch)));
  co_return co_await shown(row);
}

Task<Result<void>> Feed::remove() {
  CommerceBatch batch;
  batch.emplace_back(DeleteFeed{parts_.account, parts_.reader});
  co_return co_await parts_.store.commit(std::move(batch));
}

Task<Result<WipedText>> Feed::take(std::uint32_t count) {
  CO_TRY_ASSIGN(const FeedRow row, co_await parts_.store.feed(parts_.account, parts_.reader));
  for (int attempt = 0; attempt < take_attempts; ++attempt) {
    auto taken = co_await take_once(row, count);
    const bool lost_race = !taken && taken.error().code() == ErrorCode::version_mismatch;
    if (!lost_race) co_return taken;
  }
  co_return Error(ErrorCode::conflict, "others kept taking what is in this feed: try again");
}

Task<Result<WipedText>> Feed::take_once(const FeedRow& row, std::uint32_t count) {
  const Instant now = parts_.clock.now();
  // What nobody has asked for in so long is nobody's any more.
  const Instant oldest = parts_.clock.passed() - std::chrono::seconds(row.retention_s);
  CO_TRY_ASSIGN(const std::vector<FeedItem> items,
                co_await parts_.store.feed_items(parts_.account, parts_.reader, now, count));
  WipedText out;
  out.push_back('[');
  CommerceBatch batch;
  for (const FeedItem& item : items) {
    if (item.event.at < oldest) continue;
    std::array<std::uint8_t, handle_size_bytes> secret{};
    parts_.random.fill(secret);
    const ByteView handle(secret);
    batch.emplace_back(TakeFeedItem{parts_.account, parts_.reader, item.event.id, item.visible_at,
                                    now + std::chrono::seconds(row.visibility_s),
                                    Bytes(handle.begin(), handle.end())});
    if (out.back() != '[') out.push_back(',');
    JsonObject event(out);
    event.text("eventId", item.event.id.text());
    event.text("handle", to_base64(handle));
    event.text("domain", "Marketplace");
    event.text("state", item.event.state);
    event.text("lastState", item.event.last_state);
    event.text("orderId", item.event.order_id);
    event.text("lastChange", to_text(item.event.last_at));
    event.text("currentChange", to_text(item.event.at));
    event.text("availableDate", to_text(item.visible_at));
    event.end();
  }
  out.push_back(']');
  batch.emplace_back(DropFeedItems{parts_.account, parts_.reader, oldest});
  CO_TRY(co_await parts_.store.commit(std::move(batch)));
  co_return out;
}

Task<Result<void>> Feed::commit(const json::Value& body) {
  CO_TRY_ASSIGN(const auto handles, list_member(body, "handles", handles_max));
  if (handles.empty()) {
    co_return Error(ErrorCode::invalid_field, "send the handles of what is done", "handles");
  }
  CommerceBatch batch;
  for (const json::Value& handle : handles) {
    const auto bytes = handle.is_string() ? from_base64(handle.text()) : std::nullopt;
    // The empty one is of all that nobody has taken yet.
    if (!bytes || bytes->size() != handle_size_bytes) {
      co_return Error(ErrorCode::invalid_field, "this is no handle of an event", "handles");
    }
    batch.emplace_back(CommitFeedItem{parts_.account, parts_.reader, *bytes});
  }
  co_return co_await parts_.store.commit(std::move(batch));
}

}  // namespace velum
