#include "server/cart_api.h"

#include <array>
#include <utility>

#include "base/base64.h"
#include "crypto/crypto.h"
#include "json/json_text.h"
#include "modules/checkout/sku.h"
#include "modules/json_read.h"
#include "server/answers.h"
#include "server/credentials.h"
#include "server/profile_bridge.h"

namespace velum {
namespace {

constexpr std::string_view owner_cookie = "CheckoutOrderFormOwnership";
constexpr std::string_view cart_cookie = "checkout.vtex.com";
constexpr std::string_view cart_in_cookie = "__ofid=";
// For who has no cookies.
constexpr std::string_view owner_header = "X-Velum-Cart-Owner";

std::string_view owner_token_in(const HttpRequest& request) {
  const std::string_view header = request.header(owner_header);
  return header.empty() ? cookie_in(request, owner_cookie) : header;
}

Bytes owner_hash_of(std::string_view token) {
  const Sha256Digest digest = sha256(as_bytes(token));
  return {digest.begin(), digest.end()};
}

Viewer viewer_of(const HttpRequest& request, const Cart& cart) {
  const std::string_view token = owner_token_in(request);
  const bool is_owner =
      !token.empty() && equal_in_constant_time(owner_hash_of(token), cart.row.owner_hash);
  return is_owner ? Viewer::owner : Viewer::anybody;
}

// Cookies are for pages of this origin, which scripts of it cannot read.
std::string cookie_text(std::string_view name, std::string_view value) {
  return std::string(name).append("=").append(value).append(
      "; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Lax");
}

void give_cart(const Cart& cart, std::string_view owner_token, HttpResponse& response) {
  response.headers.emplace_back("Set-Cookie", cookie_text(owner_cookie, owner_token));
  response.headers.emplace_back(
      "Set-Cookie",
      cookie_text(cart_cookie, std::string(cart_in_cookie).append(cart_text(cart.row.id))));
  response.headers.emplace_back(owner_header, std::string(owner_token));
}

Error no_such_cart() {
  return {ErrorCode::not_found, "there is no such cart"};
}
Error not_the_owner() {
  return {ErrorCode::permission_denied,
          "a cart is changed by who has its owner token: send its cookie or X-Velum-Cart-Owner",
          "CheckoutOrderFormOwnership"};
}

Result<CartId> cart_in_path(const ApiCall& call) {
  TRY_ASSIGN(const Sensitive text, call.in_path(0));
  const auto id = parse_cart(text.text());
  if (!id) return no_such_cart();
  return *id;
}

std::string order_of_cart_json(const Order& order, std::string_view account) {
  const std::string value = std::to_string(value_of(order.items));
  const std::string transaction = json_string(order.transaction_id);
  const std::string payment = json_object(
      {{"id", json_string(order.payment_id)}, {"value", value}, {"referenceValue", value}});
  return json_object(
      {{"id", transaction},
       {"transactionId", transaction},
       {"orderGroup", json_string(order.group())},
       {"value", value},
       {"merchantTransactions", json_array({json_object({{"id", json_string(account)},
                                                         {"transactionId", transaction},
                                                         {"merchantName", json_string(account)},
                                                         {"payments", json_array({payment})}})})},
       {"orders", json_array({json_object({{"orderId", json_string(order.row.id)},
                                           {"orderGroup", json_string(order.group())},
                                           {"state", json_string(order.row.status)},
                                           {"value", value}})})}});
}

}  // namespace

class CartApi::Desk {
 public:
  Desk(const CommerceParts& parts, const ApiCall& call)
      : call_(call),
        people_(parts.engine, call.caller),
        checkout_({call.caller.account->id, parts.store, people_, parts.clock, parts.random}) {}

  Checkout& checkout() { return checkout_; }

  Task<Result<Cart>> cart() {
    CO_TRY_ASSIGN(const CartId id, cart_in_path(call_));
    co_return co_await checkout_.find(id);
  }
  Task<Result<Cart>> own_cart() {
    CO_TRY_ASSIGN(Cart found, co_await cart());
    if (viewer_of(call_.request, found) != Viewer::owner) co_return not_the_owner();
    co_return found;
  }
  Task<Result<HttpResponse>> show_cart(const Cart& one, Viewer viewer) {
    CO_TRY_ASSIGN(WipedText form, co_await checkout_.show(one, viewer));
    co_return shown(200, std::move(form));
  }

 private:
  const ApiCall& call_;
  ProfileBridge people_;
  Checkout checkout_;
};

Task<Result<HttpResponse>> CartApi::answer(const ApiCall& call) {
  switch (call.route.id) {
    case RouteId::begin_cart: co_return co_await begin(call);
    case RouteId::read_cart: co_return co_await read(call);
    case RouteId::add_cart_items:
    case RouteId::update_cart_items:
    case RouteId::attach_to_cart: co_return co_await change(call);
    case RouteId::place_order: co_return co_await place(call);
    case RouteId::forget_cart_person: co_return co_await forget(call);
    case RouteId::read_sku: co_return co_await read_sku_of(call);
    case RouteId::put_sku: co_return co_await put_sku_of(call);
    case RouteId::delete_sku: co_return co_await delete_sku_of(call);
    case RouteId::read_checkout_settings:
    case RouteId::change_checkout_settings: co_return co_await settings(call);
    default: VELUM_CHECK(false);
  }
}

// The one that the cookie names, while it is there and no order yet; else a new one.
Task<Result<HttpResponse>> CartApi::begin(const ApiCall& call) {
  Desk desk(parts_, call);
  CO_TRY_ASSIGN(const auto force, call.in_query("forceNewCart"));
  std::string_view known = cookie_in(call.request, cart_cookie);
  if (known.starts_with(cart_in_cookie)) known.remove_prefix(cart_in_cookie.size());
  const auto id = parse_cart(known);
  if (id && (!force || force->text() != "true")) {
    const auto cart = co_await desk.checkout().find(*id);
    const bool goes_on = cart && !cart->is_closed();
    if (goes_on) co_return co_await desk.show_cart(*cart, viewer_of(call.request, *cart));
    if (!cart && cart.error().code() != ErrorCode::not_found) co_return cart.error();
  }
  std::array<std::uint8_t, 32> secret{};
  parts_.random.fill(secret);
  WipedText token;
  append_base64url(secret, token);
  CO_TRY_ASSIGN(const Cart cart, co_await desk.checkout().create(owner_hash_of(view(token))));
  CO_TRY_ASSIGN(HttpResponse response, co_await desk.show_cart(cart, Viewer::owner));
  give_cart(cart, view(token), response);
  co_return response;
}

Task<Result<HttpResponse>> CartApi::read(const ApiCall& call) {
  Desk desk(parts_, call);
  CO_TRY_ASSIGN(const Cart cart, co_await desk.cart());
  co_return co_await desk.show_cart(cart, viewer_of(call.request, cart));
}

Task<Result<HttpResponse>> CartApi::change(const ApiCall& call) {
  Desk desk(parts_, call);
  CO_TRY_ASSIGN(Cart cart, co_await desk.own_cart());
  CO_TRY_ASSIGN(const json::Document body, read_object(call.request.body));
  const json::Value& root = body.root();
  Checkout& checkout = desk.checkout();
  if (call.route.id == RouteId::add_cart_items) {
    CO_TRY_ASSIGN(cart, co_await checkout.add_items(std::move(cart), root));
  } else if (call.route.id == RouteId::update_cart_items) {
    CO_TRY_ASSIGN(cart, co_await checkout.update_items(std::move(cart), root));
  } else {
    CO_TRY_ASSIGN(const Sensitive name, call.in_path(1));
    CO_TRY_ASSIGN(cart, co_await checkout.attach(std::move(cart), name.text(), root));
  }
  co_return co_await desk.show_cart(cart, Viewer::owner);
}

// A documented GET that changes something: not for who only wants to know whether it is there.
Task<Result<HttpResponse>> CartApi::forget(const ApiCall& call) {
  if (call.request.method == HttpMethod::head) {
    co_return Error(ErrorCode::method_not_allowed, "this path does not know that method");
  }
  Desk desk(parts_, call);
  CO_TRY_ASSIGN(Cart cart, co_await desk.own_cart());
  CO_TRY_ASSIGN(cart, co_await desk.checkout().forget_person(std::move(cart)));
  HttpResponse response;
  response.status = 302;
  response.headers.emplace_back("Location",
                                "/api/checkout/pub/orderForm/" + cart_text(cart.row.id));
  co_return response;
}

Task<Result<HttpResponse>> CartApi::place(const ApiCall& call) {
  Desk desk(parts_, call);
  CO_TRY_ASSIGN(Cart cart, co_await desk.own_cart());
  CO_TRY_ASSIGN(const json::Document body, read_object(call.request.body));
  CO_TRY_ASSIGN(const Order order, co_await desk.checkout().place(std::move(cart), body.root()));
  co_return shown(200, order_of_cart_json(order, call.caller.account->name));
}

Task<Result<HttpResponse>> CartApi::read_sku_of(const ApiCall& call) {
  CO_TRY_ASSIGN(const Sensitive id, call.in_path(0));
  CO_TRY_ASSIGN(const SkuRow row,
                co_await parts_.store.sku(call.caller.account->id, std::string(id.text())));
  CO_TRY_ASSIGN(const Sku sku, read_sku(row));
  co_return shown(200, sku_json(sku));
}

Task<Result<HttpResponse>> CartApi::put_sku_of(const ApiCall& call) {
  CO_TRY_ASSIGN(const Sensitive id, call.in_path(0));
  CO_TRY_ASSIGN(const Sku sku, sku_of_body(id.text(), call.request.body));
  CommerceBatch batch;
  batch.emplace_back(PutSku{{call.caller.account->id, sku.id, sku_json(sku)}});
  CO_TRY(co_await parts_.store.commit(std::move(batch)));
  co_return shown(200, sku_json(sku));
}

Task<Result<HttpResponse>> CartApi::delete_sku_of(const ApiCall& call) {
  CO_TRY_ASSIGN(const Sensitive id, call.in_path(0));
  CommerceBatch batch;
  batch.emplace_back(DeleteSku{call.caller.account->id, std::string(id.text())});
  CO_TRY(co_await parts_.store.commit(std::move(batch)));
  co_return no_content();
}

Task<Result<HttpResponse>> CartApi::settings(const ApiCall& call) {
  Desk desk(parts_, call);
  CheckoutSettings its;
  if (call.route.id == RouteId::change_checkout_settings) {
    CO_TRY_ASSIGN(its, co_await desk.checkout().change_settings(call.request.body));
  } else {
    CO_TRY_ASSIGN(its, co_await desk.checkout().settings());
  }
  co_return shown(200, settings_json(its));
}

}  // namespace velum
