#pragma once
// Orders: what becomes of them once they are placed. Made for one request: `people` is that one's
// way in, and that they may has been decided.

#include "base/clock.h"
#include "modules/orders/order_document.h"

namespace velum {

class Orders {
 public:
  struct Parts {
    AccountId account{};
    std::string_view account_name;  // Outlives it.
    CommerceStore& store;
    ProfileSystem& people;
    const Clock& clock;
    Random& random;
  };
  explicit Orders(const Parts& parts) : parts_(parts) {}

  Task<Result<Order>> find(std::string_view id);  // not_found
  // With the masked view of exactly the versions that it points at; nothing of who was erased.
  Task<Result<WipedText>> masked(const Order& order);
  // The same versions unmasked: one audited call, with an entry for each.
  Task<Result<WipedText>> unmasked(const Order& order);
  // Tokens and versions only. Asks nobody.
  Result<WipedText> pseudonymised(const Order& order) const;

  // conflict, naming the status, where that does not allow it. A second request of the same kind is
  // such a one.
  Task<Result<Order>> notify_payment(std::string_view id, std::string_view payment_id);
  Task<Result<Order>> start_handling(std::string_view id);
  Task<Result<Order>> cancel(std::string_view id);
  // The order is invoiced when its invoices are worth as much as it is.
  Task<Result<Order>> invoice(std::string_view id, const json::Value& body);

  // The documented flat body. `q` is an order's id, or a whole e-mail, document or full name, by
  // the order's own digests.
  Task<Result<WipedText>> search(const json::Value& body);

 private:
  template <typename Change>
  Task<Result<Order>> change_order(std::string_view id, Change change);
  Task<Result<OrderSearch>> search_of(const json::Value& body) const;
  Task<Result<FoundOrders>> found_by_id(std::string_view id, const OrderSearch& search);
  Task<Result<FoundOrders>> found(const json::Value& body, OrderSearch search);
  enum class Sight : std::uint8_t { masked, unmasked };
  Task<Result<OrderPerson>> person_of(const Order& order, Sight sight);

  const Parts parts_;
};

}  // namespace velum
