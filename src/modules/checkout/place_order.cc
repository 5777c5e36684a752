// A cart becomes an order. The Profile System first, in a commit of its own with its audit entry;
// then the order with its cart, in one. A crash in between leaves a person who is on record and a
// cart that is as it was, and the next attempt goes on from there.

#include <utility>

#include "json/json_text.h"
#include "modules/checkout/checkout.h"
#include "modules/json_read.h"

namespace velum {
namespace {

constexpr int order_id_attempts = 5;
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

bool is_of_prospect(const SubjectVersion& subject) {
  return subject.entity == EntityId::prospect;
}

}  // namespace

// As a profile where that may be, and else as they are: what an order is of, is there as long as
// it.
Task<Result<Checkout::Buyer>> Checkout::buyer_of(const Cart& cart, bool keeps_data) {
  const SubjectVersion& of = *cart.row.subject;
  Buyer buyer{of, std::nullopt};
  if (keeps_data) {
    auto converted = co_await parts_.people.convert(of.subject);
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
    auto kept = co_await parts_.people.change(own_document(EntityId::prospect, of.subject), "{}",
                                              days_of_an_order);
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

// Once: an attempt that was interrupted may have done it.
Task<Result<void>> Checkout::record_newsletter(Token subject) {
  CO_TRY_ASSIGN(const std::vector<ShownDocument> consents,
                co_await parts_.people.masked_parts(subject, EntityId::consent));
  for (const ShownDocument& consent : consents) {
    CO_TRY_ASSIGN(const json::Document document, json::Document::parse(view(consent.document)));
    CO_TRY_ASSIGN(const auto purpose, text_member(document.root(), "purpose", 64));
    CO_TRY_ASSIGN(const auto granted, flag_member(document.root(), "granted"));
    if (purpose && *purpose == "newsletter" && granted.value_or(false)) co_return Result<void>();
  }
  const std::string document = json_object({{"purpose", R"("newsletter")"},
                                            {"granted", "true"},
                                            {"legalBasis", R"("consent")"},
                                            {"source", R"("checkout")"},
                                            {"givenAt", json_string(to_text(parts_.clock.now()))}});
  CO_TRY(co_await parts_.people.create(EntityId::consent, subject, document, std::nullopt));
  co_return Result<void>();
}

Order Checkout::order_of(const Cart& cart, const Buyer& buyer) {
  const Instant now = parts_.clock.now();
  Order order;
  order.row.account = parts_.account;
  order.row.id = new_order_id(parts_.random);
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

Task<Result<Order>> Checkout::place(Cart cart, const json::Value& body) {
  const auto placed = [this](const Cart& of) -> Task<Result<Order>> {
    CO_TRY_ASSIGN(OrderRow row, co_await parts_.store.order(parts_.account, of.row.order_id));
    co_return read_order(std::move(row));
  };
  if (cart.is_placed()) co_return co_await placed(cart);
  CO_TRY_ASSIGN(const auto save_data, flag_member(body, "savePersonalData"));
  CO_TRY_ASSIGN(const auto newsletter, flag_member(body, "optinNewsLetter"));
  CO_TRY_ASSIGN(const auto value, number_member(body, "value", value_max));
  CO_TRY(require_complete(cart));
  if (value && *value != cart.value()) {
    co_return Error(ErrorCode::conflict, "the cart's value is another one: look at it again",
                    "value");
  }
  CO_TRY_ASSIGN(const CheckoutSettings its, co_await settings());
  if (save_data) cart.choices.save_data = save_data;
  if (newsletter) cart.choices.newsletter = newsletter;
  if (cart.choices.locale.empty()) cart.choices.locale = its.locale;
  CO_TRY_ASSIGN(const Buyer buyer,
                co_await buyer_of(cart, cart.choices.save_data.value_or(!its.save_data_as_opt_in)));
  const bool wants_news = cart.choices.newsletter.value_or(false);
  if (wants_news && !is_of_prospect(buyer.subject)) {
    CO_TRY(co_await record_newsletter(buyer.subject.subject));
  }
  cart.row.subject = buyer.subject;
  cart.row.revision += 1;
  cart.row.changed_at = parts_.clock.now();
  for (int attempt = 0; attempt < order_id_attempts; ++attempt) {
    Order order = order_of(cart, buyer);
    order.currency = its.currency;
    cart.row.order_id = order.row.id;
    CommerceBatch batch;
    batch.emplace_back(ReplaceCart{to_row(cart)});
    batch.emplace_back(InsertOrder{to_row(order), cart.digests});
    const auto saved = co_await parts_.store.commit(std::move(batch));
    if (saved) co_return order;
    if (saved.error().code() == ErrorCode::version_mismatch) break;
    if (saved.error().code() != ErrorCode::already_exists) co_return saved.error();
  }
  // Another request has placed it, or changed it.
  CO_TRY_ASSIGN(const Cart now, co_await find(cart.row.id));
  if (now.is_placed()) co_return co_await placed(now);
  co_return Error(ErrorCode::conflict, "the cart was changed meanwhile: look at it again");
}

}  // namespace velum
