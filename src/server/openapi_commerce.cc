// What the OpenAPI document says of carts and orders.

#include "server/openapi_operation.h"

namespace velum {
namespace {

using enum ErrorCode;

Operation cart_change(std::string id, std::string summary, std::string_view body) {
  return {.id = std::move(id),
          .summary = std::move(summary),
          .parameters = {"cartOwner"},
          .body = schema_reference(body),
          .answer = schema_reference("OrderForm"),
          .errors = {permission_denied, invalid_field, conflict}};
}

Operation order_action(std::string id, std::string summary) {
  return {.id = std::move(id),
          .summary = std::move(summary),
          .answer = schema_reference("OrderReceipt"),
          .errors = {conflict}};
}

}  // namespace

Operation cart_operation_of(const Route& route) {
  const bool is_get = route.method == HttpMethod::get;
  switch (route.id) {
    case RouteId::begin_cart:
      return {.id = is_get ? "getCurrentCart" : "beginCart",
              .summary = "The cart that the cookie names, or a new one with an owner token",
              .parameters = {"forceNewCart"},
              .answer = schema_reference("OrderForm")};
    case RouteId::read_cart:
      return {.id = is_get ? "getCart" : "postCart",
              .summary = "Reads a cart; what is personal for its owner alone, and masked",
              .parameters = {"cartOwner"},
              .answer = schema_reference("OrderForm")};
    case RouteId::add_cart_items:
      return cart_change("addCartItems", "Puts things of the price list into a cart", "CartItems");
    case RouteId::update_cart_items:
      return cart_change("updateCartItems", "Changes how many there are in a cart; 0 takes one out",
                         "CartItemQuantities");
    case RouteId::attach_to_cart: {
      Operation attach = cart_change(
          "attachToCart", "Sends what is personal to a prospect, and keeps that one's token",
          "CartAttachment");
      attach.errors.insert(attach.errors.end(), {masked_value, card_data, sealed});
      return attach;
    }
    case RouteId::place_order: {
      Operation place = cart_change("placeOrder", "Makes an order of a cart, once", "Transaction");
      place.answer = schema_reference("PlacedOrder");
      place.errors.push_back(sealed);
      return place;
    }
    case RouteId::forget_cart_person:
      return {.id = "changeToAnonymousUser",
              .summary = "Takes all that is personal from a cart, and deletes its prospect",
              .parameters = {"cartOwner"},
              .status = 302,
              .header = "Location",
              .errors = {permission_denied, conflict}};
    case RouteId::find_checkout_profile:
      return {.id = "findCheckoutProfile",
              .summary =
                  "What a checkout may show of the profile of an e-mail: with a key that may read "
                  "profiles, masked; without one, the same of every e-mail",
              .parameters = {"email"},
              .answer = schema_reference("CheckoutProfile"),
              .errors = {unauthenticated, permission_denied, audit_unavailable}};
    case RouteId::read_sku:
      return {.id = "readSku",
              .summary = "Reads a line of the price list",
              .answer = schema_reference("Sku")};
    case RouteId::put_sku:
      return {.id = "putSku",
              .summary = "Writes a line of the price list",
              .body = schema_reference("NewSku"),
              .answer = schema_reference("Sku"),
              .errors = {invalid_field}};
    case RouteId::delete_sku:
      return {.id = "deleteSku", .summary = "Deletes a line of the price list", .status = 204};
    case RouteId::read_checkout_settings:
      return {.id = "readCheckoutSettings",
              .summary = "How the account takes carts",
              .answer = schema_reference("CheckoutSettings")};
    case RouteId::change_checkout_settings:
      return {.id = "changeCheckoutSettings",
              .summary = "Changes those of the settings that are sent",
              .body = schema_reference("CheckoutSettings"),
              .answer = schema_reference("CheckoutSettings"),
              .errors = {invalid_field}};
    default: return order_operation_of(route);
  }
}

Operation order_operation_of(const Route& route) {
  switch (route.id) {
    case RouteId::read_order:
      return {.id = "readOrder",
              .summary = "Reads an order, masked; unmasked with a reason, in the audit log",
              .parameters = {"orderReason"},
              .answer = schema_reference("Order"),
              .errors = {reason_required, reason_not_allowed, sealed}};
    case RouteId::read_order_plainly:
      return {.id = "readOrderPlainly",
              .summary = "Reads an order with tokens and versions in place of a person",
              .parameters = {"orderReason"},
              .answer = schema_reference("Order"),
              .errors = {reason_required, reason_not_allowed, sealed}};
    case RouteId::search_orders:
      return {.id = "searchOrders",
              .summary =
                  "Finds orders by their id, by a whole e-mail, document or full name, by "
                  "when they were made and by status; masked",
              .body = schema_reference("OrderSearch"),
              .answer = schema_reference("FoundOrders"),
              .errors = {invalid_field}};
    case RouteId::start_handling:
      return {.id = "startHandling",
              .summary = "The order is being packed",
              .status = 204,
              .errors = {conflict}};
    case RouteId::cancel_order: {
      Operation cancel = order_action("cancelOrder", "Cancels an order. The reason is not kept");
      cancel.body = schema_reference("OrderCancellation");
      return cancel;
    }
    case RouteId::invoice_order: {
      Operation invoice = order_action("invoiceOrder", "Adds an invoice to an order");
      invoice.body = schema_reference("NewInvoice");
      invoice.errors.push_back(invalid_field);
      return invoice;
    }
    case RouteId::notify_payment:
      return {.id = "notifyPayment",
              .summary = "The payment has been made: the order is ready to be handled",
              .errors = {conflict}};
    case RouteId::read_feed:
      return {
          .id = "readFeed",
          .summary =
              "Takes what has become of orders from the key's own queue: each event comes again "
              "unless it is committed in time",
          .parameters = {"maxlot"},
          .answer = array_of(schema_reference("OrderEvent")),
          .errors = {conflict}};
    case RouteId::commit_feed:
      return {.id = "commitFeed",
              .summary = "Is done with the events of these handles",
              .body = schema_reference("FeedHandles"),
              .errors = {invalid_field}};
    case RouteId::read_feed_settings:
      return {.id = "readFeedSettings",
              .summary = "Which states the key's queue has, and how many events wait in it",
              .answer = schema_reference("FeedSettings")};
    case RouteId::put_feed_settings:
      return {.id = "putFeedSettings",
              .summary = "Makes the key a queue, or changes what comes into it",
              .body = schema_reference("NewFeedSettings"),
              .answer = schema_reference("FeedSettings"),
              .errors = {invalid_field}};
    case RouteId::delete_feed:
      return {.id = "deleteFeed",
              .summary = "Deletes the key's queue, with what is in it",
              .status = 204};
    default: VELUM_CHECK(false);
  }
}

}  // namespace velum
