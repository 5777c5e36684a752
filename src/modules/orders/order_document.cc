#include "modules/orders/order_document.h"

#include <utility>

#include "json/json_text.h"
#include "modules/checkout/order_form.h"
#include "modules/checkout/person_fields.h"
#include "modules/json_read.h"
#include "modules/json_writer.h"

namespace velum {
namespace {

constexpr std::size_t usual_size_bytes = 8 << 10;

// Holds the memory of what it gives.
class ParsedPerson {
 public:
  static Result<ParsedPerson> of(const std::optional<ShownDocument>& shown) {
    ParsedPerson parsed;
    if (!shown) return parsed;
    TRY_ASSIGN(parsed.document_, json::Document::parse(velum::view(shown->document)));
    return parsed;
  }
  const json::Value* root() const { return document_ ? &document_->root() : nullptr; }

 private:
  std::optional<json::Document> document_;
};

std::optional<Instant> moved_at(const Order& order, OrderStatus status) {
  for (const OrderChange& change : order.changes) {
    if (change.status == status_name(status)) return change.at;
  }
  return std::nullopt;
}

void append_client_data(const Order& order, const json::Value* person, WipedText& out) {
  out.push_back('{');
  append_order_client(person, out);
  append(out, R"(,"id":"clientProfileData","customerClass":null,"customerCode":null)");
  append(out, R"(,"userProfileId":")" + order.row.subject.subject.text());
  append(out, R"(","userProfileVersion":")" + order.row.subject.version.text() + "\"}");
}

// What a prospect has among others, or all of the record.
const json::Value* shown_address(const OrderAddress& address, const json::Value* document) {
  const bool is_own = address.place.entity == EntityId::address;
  return is_own ? document : prospect_address(document, address.address_id);
}

void append_address_data(const OrderAddress& address, const json::Value* document, WipedText& out) {
  out.push_back('{');
  append_order_address(shown_address(address, document), out);
  append(out, R"(,"entityId":")" + address.place.record.text());
  append(out, R"(","versionId":")" + address.place.version.value_or(VersionId()).text());
  append(out, R"(","contactId":null})");
}

void append_logistics(const Order& order, WipedText& out) {
  std::int64_t index = 0;
  append_array(order.items, out, [&](const CartItem& item, WipedText& to) {
    JsonObject one(to);
    one.number("itemIndex", index++);
    one.text("itemId", item.sku);
    one.text("addressId", order.address->address_id);
    one.text("deliveryChannel", order.choices.delivery_channel);
    one.text("selectedDeliveryChannel", order.choices.delivery_channel);
    for (const std::string_view name : {"price", "listPrice", "sellingPrice"}) one.number(name, 0);
    one.end();
  });
}

void append_shipping_data(const Order& order, const json::Value* document, WipedText& out) {
  if (!order.address) {
    append(out, "null");
    return;
  }
  WipedText one;
  append_address_data(*order.address, document, one);
  append(out, R"({"id":"shippingData","address":)");
  append(out, view(one));
  append(out, R"(,"selectedAddresses":[)");
  append(out, view(one));
  append(out, R"(],"trackingHints":[],"contactInformation":[],"logisticsInfo":)");
  append_logistics(order, out);
  out.push_back('}');
}

void append_packages(const Order& order, WipedText& out) {
  append(out, R"({"packages":)");
  append_array(order.invoices, out, [](const OrderInvoice& invoice, WipedText& to) {
    JsonObject one(to);
    one.text("type", invoice.type);
    one.text("invoiceNumber", invoice.number);
    one.number("invoiceValue", invoice.value);
    one.text("issuanceDate", invoice.issued);
    one.text("courier", invoice.courier);
    one.text("trackingNumber", invoice.tracking_number);
    one.text("lastChange", to_text(invoice.received_at));
    one.raw("items", "[]");
    one.end();
  });
  out.push_back('}');
}

void append_payments(const Order& order, WipedText& out) {
  append(out, R"({"giftCards":[],"transactions":[)");
  JsonObject transaction(out);
  transaction.flag("isActive", order.status() != OrderStatus::canceled);
  transaction.text("transactionId", order.transaction_id);
  append(transaction.member("payments"), "[");
  JsonObject payment(out);
  payment.text("id", order.payment_id);
  payment.number("value", value_of(order.items));
  payment.number("referenceValue", value_of(order.items));
  payment.number("installments", 1);
  payment.end();
  append(out, "]}]}");
}

void append_workflow(const Order& order, WipedText& out) {
  append(out, R"({"mainFlowIndex":0,"instances":[)");
  JsonObject instance(out);
  instance.text("currentStepName", order.row.status);
  instance.flag("isInError", false);
  const auto write_step = [](const OrderChange& change, WipedText& to) {
    JsonObject step(to);
    step.text("stepName", change.status);
    step.text("date", to_text(change.at));
    step.end();
  };
  append_array(order.changes, instance.member("logicTimeLine"), write_step);
  append(out, "}]}");
}

void write_state(const Order& order, JsonObject& writer) {
  const bool is_open =
      order.status() != OrderStatus::invoiced && order.status() != OrderStatus::canceled;
  writer.text("status", order.row.status);
  writer.text("state", order.row.status);
  writer.flag("workflowIsInError", false);
  writer.flag("isCompleted", true);
  writer.flag("allowCancellation", is_open);
  writer.flag("allowEdition", false);
  writer.text("creationDate", to_text(order.row.created_at));
  writer.text("lastChange", to_text(order.row.changed_at));
  const auto authorized_at = moved_at(order, OrderStatus::ready_for_handling);
  if (authorized_at) writer.text("authorizedDate", to_text(*authorized_at));
  const auto invoiced_at = moved_at(order, OrderStatus::invoiced);
  writer.raw("invoicedDate", invoiced_at ? json_string(to_text(*invoiced_at)) : "null");
  append_workflow(order, writer.member("workflowData"));
}

}  // namespace

Result<WipedText> order_json(const Order& order, std::string_view account, OrderView view,
                             const OrderPerson& person) {
  TRY_ASSIGN(const ParsedPerson client, ParsedPerson::of(person.client));
  TRY_ASSIGN(const ParsedPerson address, ParsedPerson::of(person.address));
  WipedText out;
  out.reserve(usual_size_bytes);  // One that grows is copied, and wiped each time.
  JsonObject writer(out);
  for (const std::string_view name : {"id", "orderId"}) writer.text(name, order.row.id);
  writer.text("sellerOrderId", "00-" + order.row.id);
  for (const std::string_view name : {"orderGroup", "sequence"}) writer.text(name, order.group());
  writer.text("orderFormId", cart_text(order.row.cart));
  writer.text("origin", "Marketplace");
  writer.text("hostname", account);
  writer.text("salesChannel", "1");
  write_state(order, writer);
  writer.number("value", value_of(order.items));
  append_totals(value_of(order.items), writer.member("totals"));
  append_shown_items(order.items, writer.member("items"));
  append_sellers(order.items, writer.member("sellers"));
  append_client_data(order, client.root(), writer.member("clientProfileData"));
  append_shipping_data(order, address.root(), writer.member("shippingData"));
  append_payments(order, writer.member("paymentData"));
  append_packages(order, writer.member("packageAttachment"));
  JsonObject preferences(writer.member("clientPreferencesData"));
  preferences.text("locale", order.choices.locale);
  preferences.flag("optinNewsLetter", order.choices.newsletter.value_or(false));
  preferences.end();
  JsonObject store(writer.member("storePreferencesData"));
  store.text("currencyCode", order.currency);
  store.end();
  writer.flag("piiHidden", view != OrderView::unmasked);
  writer.flag("isCheckedIn", false);
  writer.number("roundingError", 0);
  writer.nulls({"marketplaceItems", "giftRegistryData", "approvedBy", "cancelledBy", "canceledBy",
                "cancelReason", "callCenterOperatorData", "customData", "changesAttachment",
                "commercialConditionData", "lastMessage", "marketingData", "openTextField",
                "affiliateId", "invoiceData", "checkedInPickupPointId", "subscriptionData"});
  writer.end();
  return out;
}

Result<WipedText> order_line_json(const Order& order, const OrderPerson& person) {
  TRY_ASSIGN(const ParsedPerson client, ParsedPerson::of(person.client));
  const auto of_client = [&client](std::string_view name) {
    return client.root() == nullptr ? nullptr : member_of(*client.root(), name);
  };
  WipedText out;
  JsonObject writer(out);
  writer.text("orderId", order.row.id);
  writer.text("orderGroup", order.group());
  writer.text("sequence", order.group());
  writer.text("status", order.row.status);
  writer.text("creationDate", to_text(order.row.created_at));
  writer.text("lastChange", to_text(order.row.changed_at));
  writer.number("totalValue", value_of(order.items));
  writer.text("currencyCode", order.currency);
  writer.number("totalItems", static_cast<std::int64_t>(order.items.size()));
  writer.text("origin", "Marketplace");
  writer.text("userProfileId", order.row.subject.subject.text());
  writer.text("orderFormId", cart_text(order.row.cart));
  writer.flag("orderIsComplete", true);
  for (const auto& [name, field] :
       {std::pair("clientEmail", "email"), std::pair("clientDocument", "document")}) {
    const json::Value* value = of_client(field);
    WipedText& to = writer.member(name);
    if (value == nullptr) append(to, R"("")");
    if (value != nullptr) json::write(*value, to);
  }
  WipedText name;
  for (const std::string_view part : {"firstName", "lastName"}) {
    const json::Value* value = of_client(part);
    if (value == nullptr || !value->is_string()) continue;
    if (!name.empty()) name.push_back(' ');
    append(name, value->text());
  }
  json::write_string(velum::view(name), writer.member("clientName"));
  writer.end();
  return out;
}

}  // namespace velum
