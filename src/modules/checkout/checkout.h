#pragma once
// Checkout: carts, from the first thing in one until it is an order.
//
// What a shopper types goes straight to a prospect; the cart keeps that one's token, version and
// search digests. Made for one request: `people` is that one's way in. Whose cart it is has been
// looked at before anything here changes it.

#include <functional>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "client/profile_system.h"
#include "json/value.h"
#include "modules/checkout/cart.h"
#include "modules/checkout/settings.h"
#include "modules/orders/order.h"

namespace velum {

// Whether the one who looks is the cart's owner: nobody else is shown anything of a person.
enum class Viewer : std::uint8_t { owner, anybody };

class Checkout {
 public:
  static constexpr std::uint32_t days_kept = 30;  // From the last change.
  static constexpr std::uint64_t changes_max = 500;

  struct Parts {
    AccountId account{};
    CommerceStore& store;
    ProfileSystem& people;
    const Clock& clock;
    Random& random;
  };
  explicit Checkout(const Parts& parts) : parts_(parts) {}

  Task<Result<Cart>> create(Bytes owner_hash);
  Task<Result<Cart>> find(CartId id);
  // The documented order form. What is not known is null.
  Task<Result<WipedText>> show(const Cart& cart, Viewer viewer);

  // `orderItems`: what is in the account's price list, by its id.
  Task<Result<Cart>> add_items(Cart cart, const json::Value& body);
  // By their places: `quantity` 0 takes one out.
  Task<Result<Cart>> update_items(Cart cart, const json::Value& body);
  // "clientProfileData", "shippingData" or "clientPreferencesData": not_found for any other.
  Task<Result<Cart>> attach(Cart cart, std::string_view name, const json::Value& body);
  // Things stay, and nothing of a person: their prospect is deleted.
  Task<Result<Cart>> forget_person(Cart cart);
  // The cart becomes an order, once: a second call gives the same one, or goes on where the first
  // was interrupted. The prospect becomes a profile where the shopper lets their data be kept and
  // their e-mail is nobody else's; the answer does not tell which. At most three durable commits.
  Task<Result<Order>> place(Cart cart, const json::Value& body);

  Task<Result<CheckoutSettings>> settings();
  Task<Result<CheckoutSettings>> change_settings(std::string_view body);

 private:
  template <typename Change>
  Task<Result<Cart>> change_cart(Cart cart, Change change);
  Task<Result<void>> save(Cart& cart);
  Task<Result<ShownDocument>> tell_once(const Cart& cart, std::string_view patch);
  using CartChange = std::function<void(Cart&)>;
  Task<Result<Cart>> tell(Cart cart, WipedText patch, CartChange change);
  Task<Result<Cart>> attach_client(Cart cart, const json::Value& body);
  Task<Result<Cart>> attach_shipping(Cart cart, const json::Value& body);
  Task<Result<Cart>> attach_preferences(Cart cart, const json::Value& body);
  Task<Result<std::optional<json::Document>>> known_person(const Cart& cart);
  void put_digests(Cart& cart, const json::Value& client, const json::Value* known) const;
  Task<Result<CartItem>> item_of(const json::Value& wanted);

  struct Buyer {
    SubjectVersion subject;
    std::optional<OrderAddress> address;
  };
  Task<Result<Buyer>> buyer_of(const Cart& cart);
  Task<Result<std::optional<OrderAddress>>> address_of(const Cart& cart,
                                                       const SubjectVersion& subject);
  Task<Result<void>> require_prices(Cart& cart);
  Task<Result<Cart>> close(Cart cart, const json::Value& body);
  Task<Result<void>> open_again(Cart cart);
  Task<Result<Order>> finish(const Cart& cart);
  Task<Result<Order>> placed_order(const Cart& cart);
  Order order_of(const Cart& cart, const Buyer& buyer);

  const Parts parts_;
};

}  // namespace velum
