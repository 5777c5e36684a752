#pragma once
// Feed: what has become of an account's orders, for each app key that asks for it: a queue of its
// own, from the moment that it said which states it wants. An event is an order's id and words of
// ours; nothing of a person is in it.
//
// Whoever takes events has them to himself until they are committed by their handles; those that
// are not come again when the visibility time is over. So an event is seen at least once.

#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "json/value.h"
#include "modules/orders/order.h"
#include "storage/commerce_store.h"

namespace velum {

// What goes into the commit of an order's change: the last of its changes.
AddOrderEvent event_of(const Order& order, Random& random);

class Feed {
 public:
  static constexpr std::uint32_t lot_max = 10;

  struct Parts {
    AccountId account{};
    PrincipalId reader;
    CommerceStore& store;
    const Clock& clock;
    Random& random;
  };
  explicit Feed(const Parts& parts) : parts_(parts) {}

  // The documented settings. not_found: none were made.
  Task<Result<WipedText>> settings();
  Task<Result<WipedText>> put_settings(const json::Value& body);
  Task<Result<void>> remove();
  // At most `count` events, the oldest first, as the documented array.
  Task<Result<WipedText>> take(std::uint32_t count);
  // {"handles": [...]}. Of a handle that is another's, or was given again since, nothing happens.
  Task<Result<void>> commit(const json::Value& body);

 private:
  Task<Result<WipedText>> shown(const FeedRow& row);
  Task<Result<WipedText>> take_once(const FeedRow& row, std::uint32_t count);

  const Parts parts_;
};

}  // namespace velum
