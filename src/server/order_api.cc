#include "server/order_api.h"

#include <utility>

#include "json/json_text.h"
#include "modules/json_read.h"
#include "modules/orders/feed.h"
#include "server/answers.h"
#include "server/api.h"
#include "server/profile_bridge.h"

namespace velum {
namespace {

HttpResponse receipt(const Order& order) {
  return shown(200, json_object({{"date", json_string(to_text(order.row.changed_at))},
                                 {"orderId", json_string(order.row.id)},
                                 {"receipt", json_string(std::to_string(order.row.revision))}}));
}

bool is_of_feed(RouteId route) {
  return route >= RouteId::read_feed && route <= RouteId::delete_feed;
}

}  // namespace

Task<Result<HttpResponse>> OrderApi::answer(const ApiCall& call) {
  ProfileBridge people(parts_.engine, call, desk_);
  const Account& account = *call.caller.account;
  Orders orders({account.id, account.name, parts_.store, people, parts_.clock, parts_.random});
  if (call.route.id == RouteId::search_orders) {
    CO_TRY_ASSIGN(const json::Document body, read_object(call.request.body));
    CO_TRY_ASSIGN(WipedText found, co_await orders.search(body.root()));
    co_return shown(200, std::move(found));
  }
  if (is_of_feed(call.route.id)) co_return co_await feed(call);
  CO_TRY_ASSIGN(const Sensitive id, call.in_path(0));
  switch (call.route.id) {
    case RouteId::read_order:
    case RouteId::read_order_plainly: co_return co_await read(call, orders, id.text());
    case RouteId::start_handling: {
      CO_TRY(co_await orders.start_handling(id.text()));
      co_return no_content();
    }
    case RouteId::cancel_order: co_return co_await cancel(call, orders, id.text());
    case RouteId::invoice_order: co_return co_await invoice(call, orders, id.text());
    case RouteId::notify_payment: {
      CO_TRY_ASSIGN(const Sensitive payment, call.in_path(1));
      CO_TRY(co_await orders.notify_payment(id.text(), payment.text()));
      HttpResponse response;
      response.status = 200;
      co_return response;
    }
    default: VELUM_CHECK(false);
  }
}

Task<Result<HttpResponse>> OrderApi::read(const ApiCall& call, Orders& orders,
                                          std::string_view id) {
  CO_TRY_ASSIGN(const Order order, co_await orders.find(id));
  CO_TRY_ASSIGN(const auto reason, call.in_query("reason"));
  if (reason) {
    for (const std::string_view name : {"fields", "grant"}) {
      CO_TRY_ASSIGN(const auto part, call.in_query(name));
      if (!part) continue;
      co_return Error(ErrorCode::invalid_argument,
                      "an order is unmasked as your roles allow, and takes no such parameter",
                      std::string(name));
    }
    CO_TRY_ASSIGN(WipedText document, co_await orders.unmasked(order));
    co_return shown(200, std::move(document));
  }
  if (call.route.id == RouteId::read_order_plainly) {
    CO_TRY_ASSIGN(WipedText document, orders.pseudonymised(order));
    co_return shown(200, std::move(document));
  }
  CO_TRY_ASSIGN(WipedText document, co_await orders.masked(order));
  co_return shown(200, std::move(document));
}

// Of the key that asks: nobody takes another's events.
Task<Result<HttpResponse>> OrderApi::feed(const ApiCall& call) {
  Feed feed({call.caller.account->id, call.caller.decision.principal.id, parts_.store, parts_.clock,
             parts_.random});
  switch (call.route.id) {
    case RouteId::read_feed: {
      CO_TRY_ASSIGN(const auto lot, number_in_query(call.request, "maxlot", Feed::lot_max));
      CO_TRY_ASSIGN(WipedText events, co_await feed.take(lot.value_or(Feed::lot_max)));
      co_return shown(200, std::move(events));
    }
    case RouteId::read_feed_settings: {
      CO_TRY_ASSIGN(WipedText settings, co_await feed.settings());
      co_return shown(200, std::move(settings));
    }
    case RouteId::delete_feed: {
      CO_TRY(co_await feed.remove());
      co_return no_content();
    }
    default: break;
  }
  CO_TRY_ASSIGN(const json::Document body, read_object(call.request.body));
  if (call.route.id == RouteId::put_feed_settings) {
    CO_TRY_ASSIGN(WipedText settings, co_await feed.put_settings(body.root()));
    co_return shown(200, std::move(settings));
  }
  CO_TRY(co_await feed.commit(body.root()));
  HttpResponse response;
  response.status = 200;
  co_return response;
}

// Why is said in words, and words may be about somebody: they are not kept.
Task<Result<HttpResponse>> OrderApi::cancel(const ApiCall& call, Orders& orders,
                                            std::string_view id) {
  if (!call.request.body.empty()) CO_TRY(read_object(call.request.body));
  CO_TRY_ASSIGN(const Order order, co_await orders.cancel(id));
  co_return receipt(order);
}

Task<Result<HttpResponse>> OrderApi::invoice(const ApiCall& call, Orders& orders,
                                             std::string_view id) {
  CO_TRY_ASSIGN(const json::Document body, read_object(call.request.body));
  CO_TRY_ASSIGN(const Order order, co_await orders.invoice(id, body.root()));
  co_return receipt(order);
}

}  // namespace velum
