#include "modules/orders/order_document.h"

#include <utility>

#include "json/json_text.h"
#include "modules/checkout/order_form.h"
#include "modules/checkout/person_fields.h"
#include "modules/json_read.h"

namespace velum {
namespace {

// The members of an object, one after another. What is personal goes straight to its end.
class OrderWriter {
 public:
  explicit OrderWriter(WipedText& out) : out_(out) { out_.push_back('{'); }

  WipedText& member(std::string_view name) {
    if (out_.back() != '{') out_.push_back(',');
    out_.push_back('"');
    append(out_, name);
    append(out_, "\":");
    return out_;
  }
  void raw(std::string_view name, std::string_view json) { append(member(name), json); }
  void text(std::string_view name, std::string_view value) {
    json::write_string(value, member(name));
  }
  void number(std::string_view name, std::int64_t value) { raw(name, std::to_string(value)); }
  void flag(std::string_view name, bool value) { raw(name, value ? "true" : "false"); }
  void nulls(std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) raw(name, "null");
  }
  void end() { out_.push_back('}'); }

 private:
  WipedText& out_;
};

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

std::string time_or_null(const std::optional<Instant>& at) {
  return at ? json_string(to_text(*at)) : "null";
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

std::string logistics_json(const Order& order) {
  std::vector<std::string> parts;
  for (std::size_t index = 0; index < order.items.size(); ++index) {
    const std::string channel = json_string(order.choices.delivery_channel);
    parts.push_back(json_object({{"itemIndex", std::to_string(index)},
                                 {"itemId", json_string(order.items[index].sku)},
                                 {"addressId", json_string(order.address->address_id)},
                                 {"deliveryChannel", channel},
                                 {"selectedDeliveryChannel", channel},
                                 {"price", "0"},
                                 {"listPrice", "0"},
                                 {"sellingPrice", "0"}}));
  }
  return json_array(parts);
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
  append(out, logistics_json(order));
  out.push_back('}');
}

std::string packages_json(const Order& order) {
  std::vector<std::string> parts;
  for (const OrderInvoice& invoice : order.invoices) {
    parts.push_back(json_object({{"type", json_string(invoice.type)},
                                 {"invoiceNumber", json_string(invoice.number)},
                                 {"invoiceValue", std::to_string(invoice.value)},
                                 {"issuanceDate", json_string(invoice.issued)},
                                 {"courier", json_string(invoice.courier)},
                                 {"trackingNumber", json_string(invoice.tracking_number)},
                                 {"lastChange", json_string(to_text(invoice.received_at))},
                                 {"items", "[]"}}));
  }
  return json_object({{"packages", json_array(parts)}});
}

std::string payments_json(const Order& order) {
  const std::string payment = json_object({{"id", json_string(order.payment_id)},
                                           {"value", std::to_string(order.value())},
                                           {"referenceValue", std::to_string(order.value())},
                                           {"installments", "1"}});
  const bool is_active = order.status() != OrderStatus::canceled;
  return json_object(
      {{"giftCards", "[]"},
       {"transactions",
        json_array({json_object({{"isActive", is_active ? "true" : "false"},
                                 {"transactionId", json_string(order.transaction_id)},
                                 {"payments", json_array({payment})}})})}});
}

std::string changes_list_json(const Order& order) {
  std::vector<std::string> parts;
  for (const OrderChange& change : order.changes) {
    parts.push_back(json_object(
        {{"stepName", json_string(change.status)}, {"date", json_string(to_text(change.at))}}));
  }
  return json_array(parts);
}

void write_state(const Order& order, OrderWriter& writer) {
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
  writer.raw("invoicedDate", time_or_null(moved_at(order, OrderStatus::invoiced)));
  writer.raw(
      "workflowData",
      json_object({{"mainFlowIndex", "0"},
                   {"instances",
                    json_array({json_object({{"currentStepName", json_string(order.row.status)},
                                             {"isInError", "false"},
                                             {"logicTimeLine", changes_list_json(order)}})})}}));
}

}  // namespace

Result<WipedText> order_json(const Order& order, std::string_view account, OrderView view,
                             const OrderPerson& person) {
  TRY_ASSIGN(const ParsedPerson client, ParsedPerson::of(person.client));
  TRY_ASSIGN(const ParsedPerson address, ParsedPerson::of(person.address));
  WipedText out;
  OrderWriter writer(out);
  for (const std::string_view name : {"id", "orderId"}) writer.text(name, order.row.id);
  writer.text("sellerOrderId", "00-" + order.row.id);
  for (const std::string_view name : {"orderGroup", "sequence"}) writer.text(name, order.group());
  writer.text("orderFormId", cart_text(order.row.cart));
  writer.text("origin", "Marketplace");
  writer.text("hostname", account);
  writer.text("salesChannel", "1");
  write_state(order, writer);
  writer.number("value", order.value());
  writer.raw("totals", totals_json(order.value()));
  writer.raw("items", shown_items_json(order.items));
  writer.raw("sellers", sellers_json(order.items));
  append_client_data(order, client.root(), writer.member("clientProfileData"));
  append_shipping_data(order, address.root(), writer.member("shippingData"));
  writer.raw("paymentData", payments_json(order));
  writer.raw("packageAttachment", packages_json(order));
  writer.raw("clientPreferencesData",
             json_object({{"locale", json_string(order.choices.locale)},
                          {"optinNewsLetter",
                           order.choices.newsletter.value_or(false) ? "true" : "false"}}));
  writer.raw("storePreferencesData", json_object({{"currencyCode", json_string(order.currency)}}));
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
  OrderWriter writer(out);
  writer.text("orderId", order.row.id);
  writer.text("orderGroup", order.group());
  writer.text("sequence", order.group());
  writer.text("status", order.row.status);
  writer.text("creationDate", to_text(order.row.created_at));
  writer.text("lastChange", to_text(order.row.changed_at));
  writer.number("totalValue", order.value());
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
