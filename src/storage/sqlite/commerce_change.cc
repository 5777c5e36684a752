#include "storage/sqlite/commerce_change.h"

#include "storage/sqlite/commerce_statements.h"

namespace velum {
namespace {

Result<void> one_row_or(Query& query, Error otherwise) {
  TRY_ASSIGN(const int changed, query.run());
  if (changed == 1) return {};
  return otherwise;
}

Error is_there_already() {
  return {ErrorCode::already_exists, "it is there already"};
}
Result<void> any_number(Query& query) {
  TRY(query.run());
  return {};
}

Error no_such_feed() {
  return {ErrorCode::not_found, "there is no feed of this key's"};
}
Error no_such_sku() {
  return {ErrorCode::not_found, "there is no such SKU"};
}
Error came_second() {
  return {ErrorCode::version_mismatch, "another write came first"};
}

// What is bound stays where it is until the statement is done: no temporary of it may be made.
Query& bind_subject(Query& query, const SubjectVersion& subject) {
  return query.bind(static_cast<std::int64_t>(subject.entity))
      .bind(subject.subject)
      .bind(subject.version);
}

struct ApplyCommerce {
  SqliteConnection& connection;

  void bind_cart(Query& query, const CartRow& row) const {
    query.bind(row.account)
        .bind(row.id)
        .bind(static_cast<std::int64_t>(row.revision))
        .bind(ByteView(row.owner_hash));
    if (row.subject) {
      bind_subject(query, *row.subject);
    } else {
      query.bind_null().bind_null().bind_null();
    }
    query.bind(std::string_view(row.order_id))
        .bind(std::string_view(row.content))
        .bind(row.changed_at)
        .bind(row.expires_at);
  }
  void bind_order(Query& query, const OrderRow& row) const {
    query.bind(row.account)
        .bind(std::string_view(row.id))
        .bind(static_cast<std::int64_t>(row.revision))
        .bind(std::string_view(row.status))
        .bind(std::string_view(row.content))
        .bind(row.changed_at);
  }

  Result<void> operator()(const InsertCart& insert) const {
    Query query = connection.query(CommerceSql::insert_cart);
    bind_cart(query, insert.row);
    query.bind(insert.row.created_at);
    return one_row_or(query, is_there_already());
  }
  Result<void> operator()(const ReplaceCart& replace) const {
    Query query = connection.query(CommerceSql::replace_cart);
    bind_cart(query, replace.row);
    return one_row_or(query, came_second());
  }
  Result<void> operator()(const DeleteExpiredCarts& expired) const {
    Query query = connection.query(CommerceSql::delete_expired_carts);
    query.bind(expired.account).bind(expired.now).bind(std::int64_t{expired.count_max});
    TRY(query.run());
    return {};
  }
  Result<void> operator()(const InsertOrder& insert) const {
    {
      Query query = connection.query(CommerceSql::insert_order);
      bind_order(query, insert.row);
      bind_subject(query.bind(insert.row.cart), insert.row.subject).bind(insert.row.created_at);
      TRY(one_row_or(query, is_there_already()));
    }
    for (const OrderDigest& digest : insert.digests) {
      Query query = connection.query(CommerceSql::insert_order_digest);
      query.bind(insert.row.account)
          .bind(std::string_view(insert.row.id))
          .bind(static_cast<std::int64_t>(digest.field))
          .bind(ByteView(digest.digest));
      TRY(query.run());
    }
    return {};
  }
  Result<void> operator()(const ReplaceOrder& replace) const {
    Query query = connection.query(CommerceSql::replace_order);
    bind_order(query, replace.row);
    return one_row_or(query, came_second());
  }
  Result<void> operator()(const AddOrderEvent& add) const {
    const OrderEvent& event = add.event;
    Query query = connection.query(CommerceSql::add_order_event);
    query.bind(add.account)
        .bind(event.id)
        .bind(std::string_view(event.order_id))
        .bind(std::string_view(event.state))
        .bind(std::string_view(event.last_state))
        .bind(event.at)
        .bind(event.last_at)
        .bind(ByteView());
    return any_number(query);
  }
  Result<void> operator()(const PutFeed& put) const {
    Query query = connection.query(CommerceSql::put_feed);
    query.bind(put.row.account)
        .bind(put.row.reader)
        .bind(std::string_view(put.row.states))
        .bind(std::int64_t{put.row.visibility_s})
        .bind(std::int64_t{put.row.retention_s});
    return any_number(query);
  }
  Result<void> operator()(const DeleteFeed& del) const {
    {
      Query items = connection.query(CommerceSql::delete_feed_items);
      items.bind(del.account).bind(del.reader);
      TRY(items.run());
    }
    Query query = connection.query(CommerceSql::delete_feed);
    query.bind(del.account).bind(del.reader);
    return one_row_or(query, no_such_feed());
  }
  Result<void> operator()(const TakeFeedItem& take) const {
    Query query = connection.query(CommerceSql::take_feed_item);
    query.bind(take.account)
        .bind(take.reader)
        .bind(take.event)
        .bind(take.expected_visible_at)
        .bind(take.visible_at)
        .bind(ByteView(take.handle));
    return one_row_or(query, came_second());
  }
  Result<void> operator()(const CommitFeedItem& commit) const {
    Query query = connection.query(CommerceSql::commit_feed_item);
    query.bind(commit.account).bind(commit.reader).bind(ByteView(commit.handle));
    return any_number(query);
  }
  Result<void> operator()(const DropFeedItems& drop) const {
    Query query = connection.query(CommerceSql::drop_feed_items);
    query.bind(drop.account).bind(drop.reader).bind(drop.before);
    return any_number(query);
  }
  Result<void> operator()(const ForgetSubject& forget) const {
    for (const CommerceSql statement : {CommerceSql::forget_carts, CommerceSql::forget_digests}) {
      Query query = connection.query(statement);
      query.bind(forget.account).bind(forget.subject);
      TRY(query.run());
    }
    return {};
  }
  Result<void> operator()(const PutSku& put) const {
    Query query = connection.query(CommerceSql::put_sku);
    query.bind(put.row.account)
        .bind(std::string_view(put.row.id))
        .bind(std::string_view(put.row.content));
    TRY(query.run());
    return {};
  }
  Result<void> operator()(const DeleteSku& del) const {
    Query query = connection.query(CommerceSql::delete_sku);
    query.bind(del.account).bind(std::string_view(del.id));
    return one_row_or(query, no_such_sku());
  }
  Result<void> operator()(const PutCheckoutSettings& put) const {
    Query query = connection.query(CommerceSql::put_checkout_settings);
    query.bind(put.account).bind(std::string_view(put.content));
    TRY(query.run());
    return {};
  }
};

}  // namespace

Result<void> CommerceChange::apply(SqliteConnection& connection) {
  for (const CommerceOperation& operation : batch_) {
    TRY(std::visit(ApplyCommerce{connection}, operation));
  }
  return {};
}

}  // namespace velum
