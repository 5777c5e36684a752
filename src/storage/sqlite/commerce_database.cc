#include "storage/sqlite/commerce_database.h"

#include <utility>

#include "storage/sqlite/commerce_change.h"
#include "storage/sqlite/commerce_statements.h"

namespace velum {
namespace {

Error no_such_order() {
  return Error(ErrorCode::not_found, "there is no such order");
}

std::optional<SubjectVersion> subject_at(const Query& query, int column) {
  const Token subject = query.id<Token>(column + 1);
  if (subject == Token()) return std::nullopt;
  return SubjectVersion{static_cast<EntityId>(query.integer(column)), subject,
                        query.id<VersionId>(column + 2)};
}

OrderRow order_at(const Query& query, AccountId account) {
  OrderRow row;
  row.account = account;
  row.id = query.text(0);
  row.revision = static_cast<std::uint64_t>(query.integer(1));
  row.cart = query.id<CartId>(2);
  row.subject = subject_at(query, 3).value_or(SubjectVersion());
  row.status = query.text(6);
  row.content = query.text(7);
  row.created_at = query.instant(8);
  row.changed_at = query.instant(9);
  return row;
}

class SqliteCommerceStore final : public CommerceStore {
 public:
  explicit SqliteCommerceStore(SqliteFile& file) : file_(file) {}
  Result<void> open() { return file_.open_reader(connection_); }

  Task<Result<CartRow>> cart(AccountId account, CartId id, Instant now) override {
    Query query = connection_.query(CommerceSql::cart);
    query.bind(account).bind(id).bind(now);
    CO_TRY_ASSIGN(const bool found, query.step());
    if (!found) co_return Error(ErrorCode::not_found, "there is no such cart");
    CartRow row;
    row.account = account;
    row.id = id;
    row.revision = static_cast<std::uint64_t>(query.integer(0));
    row.owner_hash = query.bytes(1);
    row.subject = subject_at(query, 2);
    row.order_id = query.text(5);
    row.content = query.text(6);
    row.created_at = query.instant(7);
    row.changed_at = query.instant(8);
    row.expires_at = query.instant(9);
    co_return row;
  }

  Task<Result<OrderRow>> order(AccountId account, std::string id) override {
    Query query = connection_.query(CommerceSql::order);
    query.bind(account).bind(std::string_view(id));
    CO_TRY_ASSIGN(const bool found, query.step());
    if (!found) co_return no_such_order();
    co_return order_at(query, account);
  }

  Task<Result<FoundOrders>> orders(OrderSearch search) override {
    FoundOrders found;
    const bool by_digest = search.digest.has_value();
    {
      Query count = connection_.query(by_digest ? CommerceSql::count_orders_by_digest
                                                : CommerceSql::count_orders);
      bind_search(count, search);
      CO_TRY(count.step());
      found.total = static_cast<std::uint64_t>(count.integer(0));
    }
    Query query =
        connection_.query(by_digest ? CommerceSql::orders_by_digest : CommerceSql::orders);
    bind_search(query, search);
    query.bind(std::int64_t{search.limit}).bind(std::int64_t{search.skip});
    while (true) {
      CO_TRY_ASSIGN(const bool more, query.step());
      if (!more) co_return found;
      found.rows.push_back(order_at(query, search.account));
    }
  }

  Task<Result<FeedRow>> feed(AccountId account, PrincipalId reader) override {
    Query query = connection_.query(CommerceSql::feed);
    query.bind(account).bind(reader);
    CO_TRY_ASSIGN(const bool found, query.step());
    if (!found) co_return Error(ErrorCode::not_found, "there is no feed of this key's");
    co_return FeedRow{account, reader, query.text(0), static_cast<std::uint32_t>(query.integer(1)),
                      static_cast<std::uint32_t>(query.integer(2))};
  }

  Task<Result<std::vector<FeedItem>>> feed_items(AccountId account, PrincipalId reader, Instant now,
                                                 std::uint32_t limit) override {
    Query query = connection_.query(CommerceSql::feed_items);
    query.bind(account).bind(reader).bind(now).bind(std::int64_t{limit});
    std::vector<FeedItem> items;
    while (true) {
      CO_TRY_ASSIGN(const bool found, query.step());
      if (!found) co_return items;
      items.push_back({{query.id<EventId>(0), query.text(1), query.text(2), query.text(3),
                        query.instant(4), query.instant(5)},
                       query.instant(6)});
    }
  }

  Task<Result<std::uint64_t>> feed_size(AccountId account, PrincipalId reader) override {
    Query query = connection_.query(CommerceSql::feed_size);
    query.bind(account).bind(reader);
    CO_TRY(query.step());
    co_return static_cast<std::uint64_t>(query.integer(0));
  }

  Task<Result<SkuRow>> sku(AccountId account, std::string id) override {
    Query query = connection_.query(CommerceSql::sku);
    query.bind(account).bind(std::string_view(id));
    CO_TRY_ASSIGN(const bool found, query.step());
    if (!found) co_return Error(ErrorCode::not_found, "there is no such SKU");
    co_return SkuRow{account, std::move(id), query.text(0)};
  }

  Task<Result<std::string>> checkout_settings(AccountId account) override {
    Query query = connection_.query(CommerceSql::checkout_settings);
    query.bind(account);
    CO_TRY_ASSIGN(const bool found, query.step());
    co_return found ? query.text(0) : std::string();
  }

  Task<Result<void>> commit(CommerceBatch batch) override {
    if (batch.empty()) co_return Result<void>();
    co_return co_await file_.commit(std::make_unique<CommerceChange>(std::move(batch)));
  }

  Task<Result<void>> scrub() override { co_return co_await file_.scrub(); }

 private:
  static void bind_search(Query& query, const OrderSearch& search) {
    query.bind(search.account)
        .bind(search.from)
        .bind(search.until)
        .bind(std::string_view(search.status));
    if (!search.digest) return;
    query.bind(static_cast<std::int64_t>(search.digest->field))
        .bind(ByteView(search.digest->digest));
  }

  SqliteFile& file_;
  SqliteConnection connection_;
};

}  // namespace

Result<std::unique_ptr<CommerceDatabase>> CommerceDatabase::open(FileSystem& files,
                                                                 SqliteOptions options,
                                                                 const Clock& clock, Random& random,
                                                                 Log& log) {
  TRY_ASSIGN(std::unique_ptr<SqliteFile> file,
             SqliteFile::open(files, std::move(options), commerce_tables(), clock, random, log));
  return std::unique_ptr<CommerceDatabase>(new CommerceDatabase(std::move(file)));
}

Result<std::unique_ptr<CommerceStore>> CommerceDatabase::make_store() {
  auto store = std::make_unique<SqliteCommerceStore>(*file_);
  TRY(store->open());
  return std::unique_ptr<CommerceStore>(std::move(store));
}

}  // namespace velum
