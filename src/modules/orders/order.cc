#include "modules/orders/order.h"

#include <algorithm>
#include <array>
#include <utility>

#include "modules/json_read.h"

namespace velum {
namespace {

constexpr std::size_t order_text_max_bytes = 4096;
constexpr std::size_t order_changes_max = 1000;

struct StatusName {
  OrderStatus status;
  std::string_view name;
};
constexpr StatusName status_names[] = {
    {OrderStatus::payment_pending, "payment-pending"},
    {OrderStatus::ready_for_handling, "ready-for-handling"},
    {OrderStatus::handling, "handling"},
    {OrderStatus::invoiced, "invoiced"},
    {OrderStatus::canceled, "canceled"},
};

Error damaged_order() {
  return {ErrorCode::corrupt, "a stored order is not what was written"};
}

std::string address_json(const std::optional<OrderAddress>& address) {
  if (!address) return {};
  const DocumentPlace& place = address->place;
  return json_object({{"entity", json_string(entity_name(place.entity))},
                      {"subject", json_string(place.subject.text())},
                      {"record", json_string(place.record.text())},
                      {"version", json_string(place.version.value_or(VersionId()).text())},
                      {"addressId", json_string(address->address_id)}});
}

std::string changes_json(const std::vector<OrderChange>& changes) {
  std::vector<std::string> parts;
  for (const OrderChange& change : changes) {
    parts.push_back(json_object(
        {{"at", json_string(to_text(change.at))}, {"status", json_string(change.status)}}));
  }
  return json_array(parts);
}

std::string invoices_json(const std::vector<OrderInvoice>& invoices) {
  std::vector<std::string> parts;
  for (const OrderInvoice& invoice : invoices) {
    parts.push_back(json_object({{"type", json_string(invoice.type)},
                                 {"number", json_string(invoice.number)},
                                 {"issued", json_string(invoice.issued)},
                                 {"value", std::to_string(invoice.value)},
                                 {"trackingNumber", json_string(invoice.tracking_number)},
                                 {"courier", json_string(invoice.courier)},
                                 {"receivedAt", json_string(to_text(invoice.received_at))}}));
  }
  return json_array(parts);
}

Result<std::string> stored_text(const json::Value& object, std::string_view name) {
  TRY_ASSIGN(const auto text, text_member(object, name, order_text_max_bytes));
  return std::string(text.value_or(""));
}

Result<Instant> stored_time(const json::Value& object, std::string_view name) {
  TRY_ASSIGN(const std::string text, stored_text(object, name));
  const auto at = parse_instant(text);
  if (!at) return damaged_order();
  return *at;
}

Result<std::optional<OrderAddress>> read_address(const json::Value& root) {
  const json::Value* value = member_of(root, "address");
  if (value == nullptr) return std::optional<OrderAddress>();
  if (!value->is_object()) return damaged_order();
  TRY_ASSIGN(const std::string entity, stored_text(*value, "entity"));
  TRY_ASSIGN(const std::string subject, stored_text(*value, "subject"));
  TRY_ASSIGN(const std::string record, stored_text(*value, "record"));
  TRY_ASSIGN(const std::string version, stored_text(*value, "version"));
  TRY_ASSIGN(std::string address_id, stored_text(*value, "addressId"));
  const auto its_entity = entity_named(entity);
  const auto its_subject = Token::parse(subject);
  const auto its_record = RecordId::parse(record);
  const auto its_version = VersionId::parse(version);
  if (!its_entity || !its_subject || !its_record || !its_version) return damaged_order();
  return std::optional(
      OrderAddress{{*its_entity, *its_subject, *its_record, *its_version}, std::move(address_id)});
}

Result<std::vector<OrderChange>> read_changes(const json::Value& root) {
  TRY_ASSIGN(const auto list, list_member(root, "changes", order_changes_max));
  std::vector<OrderChange> changes;
  for (const json::Value& one : list) {
    if (!one.is_object()) return damaged_order();
    TRY_ASSIGN(const Instant at, stored_time(one, "at"));
    TRY_ASSIGN(std::string status, stored_text(one, "status"));
    changes.push_back({at, std::move(status)});
  }
  return changes;
}

Result<std::vector<OrderInvoice>> read_invoices(const json::Value& root) {
  TRY_ASSIGN(const auto list, list_member(root, "invoices", Order::invoices_max));
  std::vector<OrderInvoice> invoices;
  for (const json::Value& one : list) {
    if (!one.is_object()) return damaged_order();
    OrderInvoice invoice;
    TRY_ASSIGN(invoice.type, stored_text(one, "type"));
    TRY_ASSIGN(invoice.number, stored_text(one, "number"));
    TRY_ASSIGN(invoice.issued, stored_text(one, "issued"));
    TRY_ASSIGN(invoice.tracking_number, stored_text(one, "trackingNumber"));
    TRY_ASSIGN(invoice.courier, stored_text(one, "courier"));
    TRY_ASSIGN(invoice.received_at, stored_time(one, "receivedAt"));
    TRY_ASSIGN(const auto value,
               number_member(one, "value", std::numeric_limits<std::int64_t>::max()));
    invoice.value = value.value_or(0);
    invoices.push_back(std::move(invoice));
  }
  return invoices;
}

Result<Order> read_order_content(const json::Value& root) {
  Order order;
  const json::Value* items = root.find("items");
  TRY_ASSIGN(order.items, read_items(items == nullptr ? json::Value() : *items));
  TRY_ASSIGN(order.address, read_address(root));
  TRY_ASSIGN(order.choices, read_choices(root));
  TRY_ASSIGN(order.currency, stored_text(root, "currency"));
  TRY_ASSIGN(order.transaction_id, stored_text(root, "transactionId"));
  TRY_ASSIGN(order.payment_id, stored_text(root, "paymentId"));
  TRY_ASSIGN(order.changes, read_changes(root));
  TRY_ASSIGN(order.invoices, read_invoices(root));
  return order;
}

}  // namespace

std::string_view status_name(OrderStatus status) {
  for (const StatusName& one : status_names) {
    if (one.status == status) return one.name;
  }
  VELUM_CHECK(false);
}

std::optional<OrderStatus> status_named(std::string_view name) {
  for (const StatusName& one : status_names) {
    if (one.name == name) return one.status;
  }
  return std::nullopt;
}

OrderStatus Order::status() const {
  const auto known = status_named(row.status);
  VELUM_CHECK(known.has_value());
  return *known;
}

std::string_view Order::group() const {
  return std::string_view(row.id).substr(0, row.id.find('-'));
}

void Order::move_to(OrderStatus status, Instant now) {
  row.status = status_name(status);
  row.changed_at = now;
  changes.push_back({now, row.status});
}

Result<Order> read_order(OrderRow row) {
  const auto document = json::Document::parse(row.content);
  if (!document || !document->root().is_object() || !status_named(row.status)) {
    return damaged_order();
  }
  auto order = read_order_content(document->root());
  if (!order) return damaged_order();
  order->row = std::move(row);
  return order;
}

OrderRow to_row(const Order& order) {
  OrderRow row = order.row;
  std::vector<JsonMember> members = choices_json(order.choices);
  members.emplace_back("items", items_json(order.items));
  members.emplace_back("address", address_json(order.address));
  members.emplace_back("currency", json_string(order.currency));
  members.emplace_back("transactionId", json_string(order.transaction_id));
  members.emplace_back("paymentId", json_string(order.payment_id));
  members.emplace_back("changes", changes_json(order.changes));
  members.emplace_back("invoices", invoices_json(order.invoices));
  row.content = json_object(members);
  return row;
}

bool is_order_id(std::string_view text) {
  constexpr std::size_t digits = 13;
  const auto is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
  return text.size() == digits + 3 && text.ends_with("-01") &&
         std::all_of(text.begin(), text.begin() + digits, is_digit);
}

std::string new_order_id(Random& random) {
  constexpr std::uint64_t smallest = 1'000'000'000'000;
  constexpr std::uint64_t count = 9 * smallest;
  constexpr std::uint64_t limit = std::numeric_limits<std::uint64_t>::max() / count * count;
  std::uint64_t number = limit;
  while (number >= limit) {
    std::array<std::uint8_t, 8> bytes{};
    random.fill(bytes);
    number = 0;
    for (const std::uint8_t byte : bytes) number = number << 8 | byte;
  }
  return std::to_string(smallest + number % count) + "-01";
}

}  // namespace velum
