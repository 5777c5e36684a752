#include "modules/orders/orders.h"

#include <algorithm>
#include <utility>

#include "json/json_text.h"
#include "modules/json_read.h"
#include "modules/orders/feed.h"

namespace velum {
namespace {

constexpr int order_attempts = 10;
constexpr std::uint32_t per_page_default = 15;
constexpr std::uint32_t per_page_max = 100;
constexpr std::uint32_t page_max = 30;
constexpr std::size_t query_max_bytes = 512;
constexpr std::string_view search_members[] = {"q",        "f_status", "f_creationDate",
                                               "per_page", "page",     "orderBy"};

Error not_in_this_status(const Order& order) {
  return {ErrorCode::conflict, "the order's status does not allow it", order.row.status};
}

Result<void> require_status(const Order& order, std::initializer_list<OrderStatus> allowed) {
  if (std::find(allowed.begin(), allowed.end(), order.status()) != allowed.end()) return {};
  return not_in_this_status(order);
}

// A number of the store's own; text about somebody would not fit in it.
Result<std::string> plain_member(const json::Value& body, std::string_view name, bool required) {
  TRY_ASSIGN(const auto text, text_member(body, name, 64));
  if (!text && !required) return std::string();
  if (!text || !is_plain_name(*text)) {
    return Error(ErrorCode::invalid_field, "this is of letters, digits, '-', '_' and '.'",
                 std::string(name));
  }
  return std::string(*text);
}

Result<OrderInvoice> invoice_of(const json::Value& body) {
  OrderInvoice invoice;
  TRY_ASSIGN(invoice.type, plain_member(body, "type", true));
  TRY_ASSIGN(invoice.number, plain_member(body, "invoiceNumber", true));
  TRY_ASSIGN(invoice.issued, plain_member(body, "issuedDate", true));
  TRY_ASSIGN(invoice.tracking_number, plain_member(body, "trackingNumber", false));
  TRY_ASSIGN(invoice.courier, plain_member(body, "courier", false));
  TRY_ASSIGN(const auto value, number_member(body, "invoiceValue", 1'000'000'000'000'000));
  if (invoice.type != "Output" && invoice.type != "Input") {
    return Error(ErrorCode::invalid_field, "an invoice is Output or Input", "type");
  }
  if (!parse_iso_instant(invoice.issued)) {
    return Error(ErrorCode::invalid_field, "this is no date", "issuedDate");
  }
  if (!value) return Error(ErrorCode::invalid_field, "an invoice has a value", "invoiceValue");
  invoice.value = *value;
  return invoice;
}

std::int64_t invoiced_value(const Order& order) {
  std::int64_t sum = 0;
  for (const OrderInvoice& invoice : order.invoices) {
    if (invoice.type == "Output") sum += invoice.value;
  }
  return sum;
}

Error no_range() {
  return {ErrorCode::invalid_field, "a range is creationDate:[A TO B], of ISO 8601",
          "f_creationDate"};
}

Result<void> put_range(std::string_view text, OrderSearch& search) {
  constexpr std::string_view begin = "creationDate:[";
  const std::size_t between = text.find(" TO ");
  if (!text.starts_with(begin) || !text.ends_with("]") || between == std::string_view::npos ||
      between < begin.size()) {
    return no_range();
  }
  const auto from = parse_iso_instant(text.substr(begin.size(), between - begin.size()));
  const auto until = parse_iso_instant(text.substr(between + 4, text.size() - between - 5));
  if (!from || !until) return no_range();
  search.from = *from;
  search.until = *until;
  return {};
}

// What a query may be. A document may have letters in it, and a name digits.
std::span<const PseudonymOf> kinds_of_query(std::string_view text) {
  static constexpr PseudonymOf email[] = {PseudonymOf::email};
  static constexpr PseudonymOf others[] = {PseudonymOf::document, PseudonymOf::full_name};
  return text.find('@') != std::string_view::npos ? std::span<const PseudonymOf>(email)
                                                  : std::span<const PseudonymOf>(others);
}

std::string paging_json(const OrderSearch& search, std::uint64_t total) {
  const std::uint64_t pages = (total + search.limit - 1) / search.limit;
  return json_object({{"total", std::to_string(total)},
                      {"pages", std::to_string(pages)},
                      {"currentPage", std::to_string(search.skip / search.limit + 1)},
                      {"perPage", std::to_string(search.limit)}});
}

}  // namespace

Task<Result<Order>> Orders::find(std::string_view id) {
  if (!is_order_id(id)) co_return Error(ErrorCode::not_found, "there is no such order");
  CO_TRY_ASSIGN(OrderRow row, co_await parts_.store.order(parts_.account, std::string(id)));
  co_return read_order(std::move(row));
}

// One call for both: the address may be the prospect's own.
Task<Result<OrderPerson>> Orders::person_of(const Order& order, Sight sight) {
  const SubjectVersion& of = order.row.subject;
  std::vector<DocumentPlace> places{own_document(of.entity, of.subject, of.version)};
  if (order.address) places.push_back(order.address->place);
  RevealPurpose purpose{"GetUnmaskedPersonalInformation", order.row.id};
  std::vector<std::optional<ShownDocument>> shown;
  if (sight == Sight::masked) {
    CO_TRY_ASSIGN(shown, co_await parts_.people.masked(std::move(places)));
  } else {
    CO_TRY_ASSIGN(shown, co_await parts_.people.unmask(std::move(places), std::move(purpose)));
  }
  OrderPerson person;
  person.client = std::move(shown.front());
  if (shown.size() > 1) person.address = std::move(shown.back());
  co_return person;
}

Task<Result<WipedText>> Orders::masked(const Order& order) {
  CO_TRY_ASSIGN(const OrderPerson person, co_await person_of(order, Sight::masked));
  co_return order_json(order, parts_.account_name, OrderView::masked, person);
}

Task<Result<WipedText>> Orders::unmasked(const Order& order) {
  CO_TRY_ASSIGN(const OrderPerson person, co_await person_of(order, Sight::unmasked));
  co_return order_json(order, parts_.account_name, OrderView::unmasked, person);
}

Result<WipedText> Orders::pseudonymised(const Order& order) const {
  return order_json(order, parts_.account_name, OrderView::pseudonymised, {});
}

// On the order as it is when nobody else comes in between.
template <typename Change>
Task<Result<Order>> Orders::change_order(std::string_view id, Change change) {
  for (int attempt = 0; attempt < order_attempts; ++attempt) {
    CO_TRY_ASSIGN(Order order, co_await find(id));
    const OrderStatus before = order.status();
    CO_TRY(change(order));
    order.row.revision += 1;
    CommerceBatch batch;
    batch.emplace_back(ReplaceOrder{to_row(order)});
    if (order.status() != before) batch.emplace_back(event_of(order, parts_.random));
    const auto saved = co_await parts_.store.commit(std::move(batch));
    if (saved) co_return order;
    if (saved.error().code() != ErrorCode::version_mismatch) co_return saved.error();
  }
  co_return Error(ErrorCode::conflict, "others kept changing this order: try again");
}

Task<Result<Order>> Orders::notify_payment(std::string_view id, std::string_view payment_id) {
  const Instant now = parts_.clock.now();
  const auto pay = [payment_id, now](Order& order) -> Result<void> {
    if (order.payment_id != payment_id) {
      return Error(ErrorCode::not_found, "there is no such order");
    }
    TRY(require_status(order, {OrderStatus::payment_pending}));
    order.changes.push_back({now, "payment-approved"});
    order.move_to(OrderStatus::ready_for_handling, now);
    return {};
  };
  co_return co_await change_order(id, pay);
}

Task<Result<Order>> Orders::start_handling(std::string_view id) {
  const Instant now = parts_.clock.now();
  const auto handle = [now](Order& order) -> Result<void> {
    TRY(require_status(order, {OrderStatus::ready_for_handling}));
    order.move_to(OrderStatus::handling, now);
    return {};
  };
  co_return co_await change_order(id, handle);
}

Task<Result<Order>> Orders::cancel(std::string_view id) {
  const Instant now = parts_.clock.now();
  const auto end = [now](Order& order) -> Result<void> {
    TRY(require_status(order, {OrderStatus::payment_pending, OrderStatus::ready_for_handling,
                               OrderStatus::handling}));
    order.move_to(OrderStatus::canceled, now);
    return {};
  };
  co_return co_await change_order(id, end);
}

Task<Result<Order>> Orders::invoice(std::string_view id, const json::Value& body) {
  CO_TRY_ASSIGN(OrderInvoice invoice, invoice_of(body));
  invoice.received_at = parts_.clock.now();
  const auto add = [&invoice](Order& order) -> Result<void> {
    TRY(require_status(
        order, {OrderStatus::ready_for_handling, OrderStatus::handling, OrderStatus::invoiced}));
    if (order.invoices.size() == Order::invoices_max) {
      return Error(ErrorCode::conflict, "an order has at most 100 invoices");
    }
    order.invoices.push_back(invoice);
    const bool is_whole = invoiced_value(order) >= value_of(order.items);
    if (is_whole && order.status() != OrderStatus::invoiced) {
      order.move_to(OrderStatus::invoiced, invoice.received_at);
    }
    return {};
  };
  co_return co_await change_order(id, add);
}

Task<Result<OrderSearch>> Orders::search_of(const json::Value& body) const {
  for (const json::Member& member : body.members()) {
    if (std::find(std::begin(search_members), std::end(search_members), member.name) ==
        std::end(search_members)) {
      // One that was ignored would find more than was asked for.
      co_return Error(ErrorCode::invalid_argument, "the search has a filter that is not known");
    }
  }
  OrderSearch search;
  search.account = parts_.account;
  CO_TRY_ASSIGN(const auto status, text_member(body, "f_status", 64));
  CO_TRY_ASSIGN(const auto range, text_member(body, "f_creationDate", 200));
  CO_TRY_ASSIGN(const auto order_by, text_member(body, "orderBy", 64));
  CO_TRY_ASSIGN(const auto per_page, number_member(body, "per_page", per_page_max));
  CO_TRY_ASSIGN(const auto page, number_member(body, "page", page_max));
  if (status && !status_named(*status)) {
    co_return Error(ErrorCode::invalid_field, "there is no such status", "f_status");
  }
  if (order_by && *order_by != "creationDate,desc") {
    co_return Error(ErrorCode::invalid_field, "orders are found by creationDate,desc", "orderBy");
  }
  if (range) CO_TRY(put_range(*range, search));
  search.status = status.value_or("");
  search.limit =
      std::max<std::uint32_t>(1, static_cast<std::uint32_t>(per_page.value_or(per_page_default)));
  const auto number = std::max<std::int64_t>(1, page.value_or(1));
  search.skip = static_cast<std::uint32_t>(number - 1) * search.limit;
  co_return search;
}

Task<Result<FoundOrders>> Orders::found_by_id(std::string_view id, const OrderSearch& search) {
  auto row = co_await parts_.store.order(parts_.account, std::string(id));
  FoundOrders found;
  if (!row && row.error().code() == ErrorCode::not_found) co_return found;
  CO_TRY(row);
  const bool fits = row->created_at >= search.from && row->created_at <= search.until &&
                    (search.status.empty() || search.status == row->status);
  found.total = fits ? 1 : 0;
  if (fits && search.skip == 0) found.rows.push_back(*std::move(row));
  co_return found;
}

Task<Result<FoundOrders>> Orders::found(const json::Value& body, OrderSearch search) {
  CO_TRY_ASSIGN(const auto query, text_member(body, "q", query_max_bytes));
  if (!query || query->empty()) co_return co_await parts_.store.orders(std::move(search));
  if (is_order_id(*query)) co_return co_await found_by_id(*query, search);
  for (const PseudonymOf kind : kinds_of_query(*query)) {
    const PseudonymTerm term{kind, *query};
    std::vector<Bytes> digests = parts_.people.pseudonyms("orders", {&term, 1});
    if (digests.front().empty()) continue;
    search.digest = OrderDigest{digest_field(kind), std::move(digests.front())};
    CO_TRY_ASSIGN(FoundOrders orders, co_await parts_.store.orders(search));
    if (orders.total > 0) co_return orders;
  }
  co_return FoundOrders();
}

Task<Result<WipedText>> Orders::search(const json::Value& body) {
  CO_TRY_ASSIGN(const OrderSearch search, co_await search_of(body));
  CO_TRY_ASSIGN(FoundOrders orders, co_await found(body, search));
  WipedText out;
  append(out, R"({"list":[)");
  for (OrderRow& row : orders.rows) {
    CO_TRY_ASSIGN(const Order order, read_order(std::move(row)));
    CO_TRY_ASSIGN(const OrderPerson person, co_await person_of(order, Sight::masked));
    CO_TRY_ASSIGN(const WipedText line, order_line_json(order, person));
    if (out.back() != '[') out.push_back(',');
    append(out, view(line));
  }
  append(out, R"(],"facets":[],"paging":)");
  append(out, paging_json(search, orders.total));
  append(out, R"(,"stats":null})");
  co_return out;
}

}  // namespace velum
