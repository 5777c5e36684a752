// A cart becomes an order, in three commits, each of which leaves something whole:
//
//   1. the cart is closed, under the order's id: nobody changes it any more
//   2. the Profile System makes its prospect a profile, with address and consent, and says so in
//      its log; or keeps the prospect as long as an order
//   3. the order is there
//
// A second request, also after a crash, goes on where the first one was. The cart keeps the version
// of the prospect that it had, and shows that: what has become of it would tell whether its e-mail
// was known (ADR 21).

#include <algorithm>
#include <utility>

#include "json/json_text.h"
#include "modules/checkout/checkout.h"
#include "modules/checkout/sku.h"
#include "modules/json_read.h"
#include "modules/orders/feed.h"

namespace velum {
namespace {

// An order's own data, which no profile has: as long as a document may be kept.
constexpr std::uint32_t days_of_an_order = 36'500;
constexpr std::int64_t value_max = 1'000'000'000'000'000'000;

Result<void> require_complete(const Cart& cart) {
  if (cart.items.empty()) {
    return Error(ErrorCode::invalid_field, "the cart is empty", "items");
  }
  const bool has_email = std::any_of(
      cart.digests.begin(), cart.digests.end(),
      [](const OrderDigest& digest) { return digest.field == OrderDigestField::email; });
  if (!cart.row.subject || !has_email) {
    return Error(ErrorCode::invalid_field, "the cart has no e-mail yet", "clientProfileData");
  }
  if (cart.address_id.empty()) {
    return Error(ErrorCode::invalid_field, "the cart has no address yet", "shippingData");
  }
  return {};
}

Error data_expired() {
  return {ErrorCode::conflict, "the shopper's data has expired or was erased: send it again"};
}
Error value_differs() {
  return {ErrorCode::conflict, "the cart's value is another one: look at it again", "value"};
}

bool is_of_prospect(const SubjectVersion& subject) {
  return subject.entity == EntityId::prospect;
}

// Of what the Profile System says: will it say the same next time?
bool is_final(const Error& error) {
  return error.code() == ErrorCode::conflict || error.code() == ErrorCode::invalid_field;
}

std::string newsletter_consent(Instant now) {
  return json_object({{"purpose", R"("newsletter")"},
                      {"granted", "true"},
                      {"legalBasis", R"("consent")"},
                      {"source", R"("checkout")"},
                      {"givenAt", json_string(to_text(now))}});
}

}  // namespace

// As a profile where that may be, and else as they are: what an order is of, is there as long as
// it.
Task<Result<Checkout::Buyer>> Checkout::buyer_of(const Cart& cart) {
  const SubjectVersion& of = *cart.row.subject;
  Buyer buyer{of, std::nullopt};
  if (cart.choices.save_data.value_or(false)) {
    const std::string consent = cart.choices.newsletter.value_or(false)
                                    ? newsletter_consent(parts_.clock.now())
                                    : std::string();
    auto converted = co_await parts_.people.convert(of.subject, consent);
    const bool is_taken = !converted && converted.error().code() == ErrorCode::conflict;
    if (converted) {
      buyer.subject = {EntityId::profile, of.subject, *converted->place.version};
    } else if (converted.error().code() == ErrorCode::not_found) {
      co_return data_expired();
    } else if (!is_taken) {
      co_return converted.error();
    }
  }
  if (is_of_prospect(buyer.subject)) {
    const DocumentPlace place = own_document(EntityId::prospect, of.subject);
    auto kept = co_await parts_.people.change(place, "{}", days_of_an_order);
    if (!kept && kept.error().code() == ErrorCode::not_found) co_return data_expired();
    CO_TRY(kept);
    buyer.subject.version = *kept->place.version;
  }
  CO_TRY_ASSIGN(buyer.address, co_await address_of(cart, buyer.subject));
  if (!buyer.address) co_return data_expired();
  co_return buyer;
}

Task<Result<std::optional<OrderAddress>>> Checkout::address_of(const Cart& cart,
                                                               const SubjectVersion& subject) {
  if (is_of_prospect(subject)) {
    co_return std::optional(OrderAddress{
        own_document(EntityId::prospect, subject.subject, subject.version), cart.address_id});
  }
  CO_TRY_ASSIGN(const std::vector<ShownDocument> addresses,
                co_await parts_.people.masked_parts(subject.subject, EntityId::address));
  for (const ShownDocument& address : addresses) {
    CO_TRY_ASSIGN(const json::Document document, json::Document::parse(view(address.document)));
    CO_TRY_ASSIGN(const auto id, text_member(document.root(), "addressId", 64));
    if (id && *id == cart.address_id) {
      co_return std::optional(OrderAddress{address.place, cart.address_id});
    }
  }
  co_return std::optional<OrderAddress>();
}

Order Checkout::order_of(const Cart& cart, const Buyer& buyer) {
  const Instant now = parts_.clock.now();
  Order order;
  order.row.account = parts_.account;
  order.row.id = cart.row.order_id;
  order.row.cart = cart.row.id;
  order.row.subject = buyer.subject;
  order.row.created_at = now;
  order.items = cart.items;
  order.address = buyer.address;
  order.choices = cart.choices;
  order.transaction_id = cart_text(CartId::random(parts_.random));
  order.payment_id = cart_text(CartId::random(parts_.random));
  order.changes.push_back({now, "order-created"});
  order.move_to(OrderStatus::payment_pending, now);
  return order;
}

// A price that has changed since it was shown is shown first.
Task<Result<void>> Checkout::require_prices(Cart& cart) {
  std::vector<CartItem> priced;
  for (const CartItem& item : cart.items) {
    const auto row = co_await parts_.store.sku(parts_.account, item.sku);
    if (!row && row.error().code() == ErrorCode::not_found) continue;
    CO_TRY(row);
    CO_TRY_ASSIGN(const Sku sku, read_sku(*row));
    CartItem& now = priced.emplace_back(item);
    now.price = sku.price;
    now.list_price = sku.list_price;
  }
  const auto is_same = [](const CartItem& left, const CartItem& right) {
    return left.sku == right.sku && left.price == right.price;
  };
  const bool is_changed =
      !std::equal(priced.begin(), priced.end(), cart.items.begin(), cart.items.end(), is_same);
  if (!is_changed) co_return Result<void>();
  cart.items = std::move(priced);
  CO_TRY(co_await save(cart));
  co_return value_differs();
}

// Nobody changes it from now on. What the account says of silence is what the shopper has said.
Task<Result<Cart>> Checkout::close(Cart cart, const json::Value& body) {
  CO_TRY_ASSIGN(const auto save_data, flag_member(body, "savePersonalData"));
  CO_TRY_ASSIGN(const auto newsletter, flag_member(body, "optinNewsLetter"));
  CO_TRY_ASSIGN(const auto value, number_member(body, "value", value_max));
  CO_TRY(require_complete(cart));
  CO_TRY(co_await require_prices(cart));
  if (value && *value != value_of(cart.items)) co_return value_differs();
  CO_TRY_ASSIGN(const CheckoutSettings its, co_await settings());
  if (save_data) cart.choices.save_data = save_data;
  if (!cart.choices.save_data) cart.choices.save_data = !its.save_data_as_opt_in;
  if (newsletter) cart.choices.newsletter = newsletter;
  if (cart.choices.locale.empty()) cart.choices.locale = its.locale;
  cart.row.order_id = new_order_id(parts_.random);
  const auto saved = co_await save(cart);
  if (saved) co_return cart;
  if (saved.error().code() != ErrorCode::version_mismatch) co_return saved.error();
  CO_TRY_ASSIGN(Cart now, co_await find(cart.row.id));
  if (now.is_closed()) co_return now;
  co_return Error(ErrorCode::conflict, "the cart was changed meanwhile: look at it again");
}

Task<Result<void>> Checkout::open_again(Cart cart) {
  cart.row.order_id.clear();
  const auto saved = co_await save(cart);
  const bool is_done = saved || saved.error().code() == ErrorCode::version_mismatch;
  co_return is_done ? Result<void>() : saved;
}

// What the closed cart says, done.
Task<Result<Order>> Checkout::finish(const Cart& cart) {
  const auto buyer = co_await buyer_of(cart);
  if (!buyer) {
    if (is_final(buyer.error())) CO_TRY(co_await open_again(cart));
    co_return buyer.error();
  }
  CO_TRY_ASSIGN(const CheckoutSettings its, co_await settings());
  Order order = order_of(cart, *buyer);
  order.currency = its.currency;
  CommerceBatch batch;
  batch.emplace_back(InsertOrder{to_row(order), cart.digests});
  batch.emplace_back(event_of(order, parts_.random));
  const auto saved = co_await parts_.store.commit(std::move(batch));
  if (saved) co_return order;
  if (saved.error().code() != ErrorCode::already_exists) co_return saved.error();
  auto placed = co_await placed_order(cart);
  if (placed) co_return placed;
  // Another cart's order has this number: once in many lives.
  CO_TRY(co_await open_again(cart));
  co_return Error(ErrorCode::conflict, "the order could not be numbered: try again");
}

// not_found, unless there is the order that the cart became.
Task<Result<Order>> Checkout::placed_order(const Cart& cart) {
  CO_TRY_ASSIGN(OrderRow row, co_await parts_.store.order(parts_.account, cart.row.order_id));
  if (row.cart != cart.row.id) co_return Error(ErrorCode::not_found, "there is no such order");
  co_return read_order(std::move(row));
}

Task<Result<Order>> Checkout::place(Cart cart, const json::Value& body) {
  if (cart.is_closed()) {
    auto placed = co_await placed_order(cart);
    const bool is_missing = !placed && placed.error().code() == ErrorCode::not_found;
    if (!is_missing) co_return placed;
  } else {
    CO_TRY_ASSIGN(cart, co_await close(std::move(cart), body));
  }
  co_return co_await finish(cart);
}

}  // namespace velum
