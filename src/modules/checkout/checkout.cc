#include "modules/checkout/checkout.h"

#include <algorithm>
#include <utility>

#include "modules/checkout/order_form.h"
#include "modules/checkout/person_fields.h"
#include "modules/checkout/sku.h"
#include "modules/json_read.h"

namespace velum {
namespace {

constexpr int cart_attempts = 10;

Error others_kept_writing() {
  return {ErrorCode::conflict, "others kept changing this cart: try again"};
}
Error is_an_order() {
  return {ErrorCode::conflict, "this cart has become an order: begin another one"};
}

Error no_such_item() {
  return {ErrorCode::invalid_field, "the price list has no such item", "orderItems"};
}

bool lost_race(const Result<void>& saved) {
  return !saved && saved.error().code() == ErrorCode::version_mismatch;
}

std::string_view text_of(const json::Value& object, std::string_view name) {
  const json::Value* value = member_of(object, name);
  return value != nullptr && value->is_string() ? value->text() : std::string_view();
}

Result<void> put_item(Cart& cart, CartItem item, Random& random) {
  for (CartItem& one : cart.items) {
    if (one.sku != item.sku || one.seller != item.seller) continue;
    one.quantity = std::min(one.quantity + item.quantity, Cart::quantity_max);
    return {};
  }
  if (cart.items.size() == Cart::items_max) {
    return Error(ErrorCode::invalid_field, "a cart has at most 100 different items", "orderItems");
  }
  item.unique_id = cart_text(CartId::random(random));
  cart.items.push_back(std::move(item));
  return {};
}

}  // namespace

Task<Result<Cart>> Checkout::create(Bytes owner_hash) {
  Cart cart;
  cart.row.account = parts_.account;
  cart.row.id = CartId::random(parts_.random);
  cart.row.owner_hash = std::move(owner_hash);
  cart.row.created_at = cart.row.changed_at = parts_.clock.now();
  cart.row.expires_at = cart.row.created_at + std::chrono::days(days_kept);
  CommerceBatch batch;
  // A store that is asked for carts gets rid of as many as it makes.
  batch.emplace_back(DeleteExpiredCarts{parts_.account, parts_.clock.passed(), 4});
  batch.emplace_back(InsertCart{to_row(cart)});
  CO_TRY(co_await parts_.store.commit(std::move(batch)));
  co_return cart;
}

Task<Result<Cart>> Checkout::find(CartId id) {
  CO_TRY_ASSIGN(CartRow row, co_await parts_.store.cart(parts_.account, id, parts_.clock.now()));
  co_return read_cart(std::move(row));
}

Task<Result<WipedText>> Checkout::show(const Cart& cart, Viewer viewer) {
  CO_TRY_ASSIGN(const CheckoutSettings its, co_await settings());
  std::optional<ShownDocument> person;
  if (viewer == Viewer::owner && cart.row.subject) {
    const SubjectVersion& of = *cart.row.subject;
    std::vector<DocumentPlace> places{own_document(of.entity, of.subject, of.version)};
    CO_TRY_ASSIGN(auto shown, co_await parts_.people.masked(std::move(places)));
    person = std::move(shown.front());
  }
  co_return order_form_json(cart, its, viewer, person ? &person->document : nullptr);
}

Task<Result<void>> Checkout::save(Cart& cart) {
  if (cart.row.revision >= changes_max) {
    co_return Error(ErrorCode::conflict, "this cart was changed too often: begin another one");
  }
  cart.row.revision += 1;
  cart.row.changed_at = parts_.clock.now();
  cart.row.expires_at = cart.row.changed_at + std::chrono::days(days_kept);
  CommerceBatch batch;
  batch.emplace_back(ReplaceCart{to_row(cart)});
  co_return co_await parts_.store.commit(std::move(batch));
}

// On the cart as it is when nobody else comes in between.
template <typename Change>
Task<Result<Cart>> Checkout::change_cart(Cart cart, Change change) {
  for (int attempt = 0; attempt < cart_attempts; ++attempt) {
    if (cart.is_closed()) co_return is_an_order();
    CO_TRY(change(cart));
    const auto saved = co_await save(cart);
    if (saved) co_return cart;
    if (!lost_race(saved)) co_return saved.error();
    CO_TRY_ASSIGN(cart, co_await find(cart.row.id));
  }
  co_return others_kept_writing();
}

Task<Result<CartItem>> Checkout::item_of(const json::Value& wanted) {
  if (!wanted.is_object()) {
    co_return Error(ErrorCode::invalid_field, "a field has a value of the wrong type",
                    "orderItems");
  }
  CO_TRY_ASSIGN(const auto id, text_member(wanted, "id", Sku::id_max_bytes));
  CO_TRY_ASSIGN(const auto quantity, number_member(wanted, "quantity", Cart::quantity_max));
  if (!id || !quantity || *quantity == 0) {
    co_return Error(ErrorCode::invalid_field, "an item has an id and a quantity", "orderItems");
  }
  // What is no id may be somebody's text: it goes no further.
  if (!is_plain_name(*id)) co_return no_such_item();
  const auto row = co_await parts_.store.sku(parts_.account, std::string(*id));
  if (!row && row.error().code() == ErrorCode::not_found) co_return no_such_item();
  CO_TRY(row);
  CO_TRY_ASSIGN(Sku sku, read_sku(*row));
  CartItem item;
  item.sku = std::move(sku.id);
  item.name = std::move(sku.name);
  item.seller = std::move(sku.seller);
  item.price = sku.price;
  item.list_price = sku.list_price;
  item.quantity = static_cast<std::uint32_t>(*quantity);
  co_return item;
}

Task<Result<Cart>> Checkout::add_items(Cart cart, const json::Value& body) {
  CO_TRY_ASSIGN(const auto wanted, list_member(body, "orderItems", Cart::items_max));
  std::vector<CartItem> items;
  for (const json::Value& one : wanted) {
    CO_TRY_ASSIGN(CartItem item, co_await item_of(one));
    items.push_back(std::move(item));
  }
  if (items.empty()) {
    co_return Error(ErrorCode::invalid_field, "send the items to add", "orderItems");
  }
  const auto add = [this, &items](Cart& to) -> Result<void> {
    for (const CartItem& item : items) TRY(put_item(to, item, parts_.random));
    return {};
  };
  co_return co_await change_cart(std::move(cart), add);
}

Task<Result<Cart>> Checkout::update_items(Cart cart, const json::Value& body) {
  CO_TRY_ASSIGN(const auto wanted, list_member(body, "orderItems", Cart::items_max));
  std::vector<std::pair<std::size_t, std::uint32_t>> quantities;
  for (const json::Value& one : wanted) {
    const bool is_object = one.is_object();
    CO_TRY_ASSIGN(const auto index, is_object ? number_member(one, "index", Cart::items_max)
                                              : std::optional<std::int64_t>());
    CO_TRY_ASSIGN(const auto quantity, is_object
                                           ? number_member(one, "quantity", Cart::quantity_max)
                                           : std::optional<std::int64_t>());
    if (!index || !quantity) {
      co_return Error(ErrorCode::invalid_field, "an item has an index and a quantity",
                      "orderItems");
    }
    quantities.emplace_back(*index, static_cast<std::uint32_t>(*quantity));
  }
  const auto update = [&quantities](Cart& of) -> Result<void> {
    for (const auto& [index, quantity] : quantities) {
      if (index >= of.items.size()) {
        return Error(ErrorCode::invalid_field, "the cart has no item at this index", "orderItems");
      }
      of.items[index].quantity = quantity;
    }
    std::erase_if(of.items, [](const CartItem& item) { return item.quantity == 0; });
    return {};
  };
  co_return co_await change_cart(std::move(cart), update);
}

Task<Result<Cart>> Checkout::attach(Cart cart, std::string_view name, const json::Value& body) {
  if (cart.is_closed()) co_return is_an_order();
  if (name == "clientProfileData") co_return co_await attach_client(std::move(cart), body);
  if (name == "shippingData") co_return co_await attach_shipping(std::move(cart), body);
  if (name == "clientPreferencesData") co_return co_await attach_preferences(std::move(cart), body);
  co_return Error(ErrorCode::not_found, "a cart has no attachment of this name");
}

// Of each value that was sent. What comes back as its mask, as `known` has it, is what it was; of a
// name that is half new nothing is known any more.
void Checkout::put_digests(Cart& cart, const json::Value& client, const json::Value* known) const {
  const auto put = [this, &cart](PseudonymOf of, std::string_view value) {
    const PseudonymTerm term{of, value};
    std::vector<Bytes> digests = parts_.people.pseudonyms("orders", {&term, 1});
    std::erase_if(cart.digests,
                  [of](const OrderDigest& one) { return one.field == digest_field(of); });
    if (!digests.front().empty()) {
      cart.digests.push_back({digest_field(of), std::move(digests.front())});
    }
  };
  const auto comes_back = [known](std::string_view name, std::string_view text) {
    return known != nullptr && !text.empty() && text_of(*known, name) == text;
  };
  for (const auto& [of, name] :
       {std::pair(PseudonymOf::email, "email"), std::pair(PseudonymOf::document, "document")}) {
    const std::string_view text = text_of(client, name);
    if (client.find(name) != nullptr && !comes_back(name, text)) put(of, text);
  }
  const std::string_view first = text_of(client, "firstName");
  const std::string_view last = text_of(client, "lastName");
  const bool has_names = client.find("firstName") != nullptr || client.find("lastName") != nullptr;
  const int masks = comes_back("firstName", first) + comes_back("lastName", last);
  if (!has_names || masks == 2) return;
  WipedText name;
  if (!first.empty() && !last.empty() && masks == 0) {
    append(name, first);
    name.push_back(' ');
    append(name, last);
  }
  put(PseudonymOf::full_name, view(name));
}

Task<Result<ShownDocument>> Checkout::tell_once(const Cart& cart, std::string_view patch) {
  if (!cart.row.subject) {
    co_return co_await parts_.people.create(EntityId::prospect, patch, days_kept);
  }
  const DocumentPlace place = own_document(EntityId::prospect, cart.row.subject->subject);
  co_return co_await parts_.people.change(place, patch, days_kept);
}

// `patch` to the cart's prospect, or to a new one; and what it changes of the cart.
Task<Result<Cart>> Checkout::tell(Cart cart, WipedText patch, CartChange change) {
  for (int attempt = 0; attempt < cart_attempts; ++attempt) {
    if (cart.is_closed()) co_return is_an_order();
    const bool is_new = !cart.row.subject;
    auto told = co_await tell_once(cart, view(patch));
    if (!told && !is_new && told.error().code() == ErrorCode::not_found) {
      // It expired, or was erased: what the cart has of that person is of nobody.
      cart.row.subject.reset();
      cart.digests.clear();
      cart.address_id.clear();
      continue;
    }
    CO_TRY(told);
    cart.row.subject =
        SubjectVersion{EntityId::prospect, told->place.subject, *told->place.version};
    change(cart);
    const auto saved = co_await save(cart);
    if (saved) co_return cart;
    // One that no cart knows would stay for its days.
    if (is_new) CO_TRY(co_await parts_.people.remove(told->place));
    if (!lost_race(saved)) co_return saved.error();
    CO_TRY_ASSIGN(cart, co_await find(cart.row.id));
  }
  co_return others_kept_writing();
}

// Masked, as it is now.
Task<Result<std::optional<json::Document>>> Checkout::known_person(const Cart& cart) {
  std::optional<json::Document> known;
  if (!cart.row.subject) co_return known;
  std::vector<DocumentPlace> places{own_document(EntityId::prospect, cart.row.subject->subject)};
  CO_TRY_ASSIGN(const auto shown, co_await parts_.people.masked(std::move(places)));
  if (!shown.front()) co_return known;
  CO_TRY_ASSIGN(known, json::Document::parse(view(shown.front()->document)));
  co_return known;
}

Task<Result<Cart>> Checkout::attach_client(Cart cart, const json::Value& body) {
  CO_TRY_ASSIGN(WipedText patch, prospect_of_client(body));
  CO_TRY_ASSIGN(const std::optional<json::Document> known, co_await known_person(cart));
  const json::Value* const masks = known ? &known->root() : nullptr;
  const CartChange change = [this, &body, masks](Cart& of) { put_digests(of, body, masks); };
  co_return co_await tell(std::move(cart), std::move(patch), change);
}

Task<Result<Cart>> Checkout::attach_shipping(Cart cart, const json::Value& body) {
  CO_TRY_ASSIGN(const auto selected, list_member(body, "selectedAddresses", 1));
  const json::Value* address = member_of(body, "address");
  if (address == nullptr && !selected.empty()) address = &selected.front();
  if (address == nullptr || !address->is_object()) {
    co_return Error(ErrorCode::invalid_field, "send one address", "selectedAddresses");
  }
  CO_TRY_ASSIGN(const std::optional<json::Document> known, co_await known_person(cart));
  const json::Value* const chosen =
      prospect_address(known ? &known->root() : nullptr, text_of(*address, "addressId"));
  if (chosen != nullptr && is_address_as_shown(*address, *chosen)) co_return cart;
  // With dashes: of digits alone, one id in thousands is a card number.
  const std::string id = Uuid::random(parts_.random).text();
  CO_TRY_ASSIGN(WipedText patch, prospect_of_address(*address, id));
  const bool is_pickup = text_of(*address, "addressType") == "pickup";
  const CartChange change = [&id, is_pickup](Cart& of) {
    of.address_id = id;
    of.choices.delivery_channel = is_pickup ? "pickup-in-point" : "delivery";
  };
  co_return co_await tell(std::move(cart), std::move(patch), change);
}

Task<Result<Cart>> Checkout::attach_preferences(Cart cart, const json::Value& body) {
  CO_TRY_ASSIGN(const auto locale, text_member(body, "locale", 16));
  if (locale && !is_plain_name(*locale)) {
    co_return Error(ErrorCode::invalid_field, "a locale is like en-US", "locale");
  }
  CO_TRY_ASSIGN(const auto newsletter, flag_member(body, "optinNewsLetter"));
  CO_TRY_ASSIGN(const auto save_data, flag_member(body, "savePersonalData"));
  const auto choose = [&](Cart& of) -> Result<void> {
    if (locale) of.choices.locale = *locale;
    if (newsletter) of.choices.newsletter = newsletter;
    if (save_data) of.choices.save_data = save_data;
    return {};
  };
  co_return co_await change_cart(std::move(cart), choose);
}

Task<Result<Cart>> Checkout::forget_person(Cart cart) {
  std::optional<SubjectVersion> subject;
  const auto forget = [&subject](Cart& of) -> Result<void> {
    subject = of.row.subject;
    of.row.subject.reset();
    of.address_id.clear();
    of.digests.clear();
    of.choices.newsletter.reset();
    of.choices.save_data.reset();
    return {};
  };
  CO_TRY_ASSIGN(Cart changed, co_await change_cart(std::move(cart), forget));
  if (!subject) co_return changed;
  const auto removed =
      co_await parts_.people.remove(own_document(EntityId::prospect, subject->subject));
  if (!removed && removed.error().code() != ErrorCode::not_found) co_return removed.error();
  co_return changed;
}

Task<Result<CheckoutSettings>> Checkout::settings() {
  CO_TRY_ASSIGN(const std::string stored, co_await parts_.store.checkout_settings(parts_.account));
  co_return read_settings(stored);
}

Task<Result<CheckoutSettings>> Checkout::change_settings(std::string_view body) {
  CO_TRY_ASSIGN(CheckoutSettings before, co_await settings());
  CO_TRY_ASSIGN(CheckoutSettings changed, changed_settings(std::move(before), body));
  CommerceBatch batch;
  batch.emplace_back(PutCheckoutSettings{parts_.account, settings_json(changed)});
  CO_TRY(co_await parts_.store.commit(std::move(batch)));
  co_return changed;
}

}  // namespace velum
