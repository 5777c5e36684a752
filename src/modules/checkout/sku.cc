#include "modules/checkout/sku.h"

#include <algorithm>

#include "json/json_text.h"
#include "modules/json_read.h"

namespace velum {
namespace {

constexpr std::size_t sku_name_max_bytes = 256;
constexpr std::size_t seller_max_bytes = 64;
constexpr std::string_view sku_members[] = {"id", "name", "price", "listPrice", "seller"};

}  // namespace

Result<Sku> sku_of_body(std::string_view id, std::string_view body) {
  TRY_ASSIGN(const json::Document document, read_object(body));
  const json::Value& root = document.root();
  for (const json::Member& member : root.members()) {
    if (std::find(std::begin(sku_members), std::end(sku_members), member.name) ==
        std::end(sku_members)) {
      return Error(ErrorCode::invalid_argument, "the body has a member that nothing here knows");
    }
  }
  TRY_ASSIGN(const auto name, text_member(root, "name", sku_name_max_bytes));
  TRY_ASSIGN(const auto seller, text_member(root, "seller", seller_max_bytes));
  TRY_ASSIGN(const auto price, number_member(root, "price", Sku::price_max));
  TRY_ASSIGN(const auto list_price, number_member(root, "listPrice", Sku::price_max));
  if (id.size() > Sku::id_max_bytes || !is_plain_name(id)) {
    return Error(ErrorCode::not_found, "there is no such SKU");
  }
  if (seller && !is_plain_name(*seller)) {
    return Error(ErrorCode::invalid_argument, "a seller is of letters, digits, '-', '_' and '.'");
  }
  if (!name || name->empty() || !price) {
    return Error(ErrorCode::invalid_field, "an item of the price list has a name and a price",
                 !price ? "price" : "name");
  }
  Sku sku;
  sku.id = id;
  sku.name = *name;
  sku.seller = seller.value_or("1");
  sku.price = *price;
  sku.list_price = list_price.value_or(*price);
  return sku;
}

Result<Sku> read_sku(const SkuRow& row) {
  auto sku = sku_of_body(row.id, row.content);
  if (!sku) return Error(ErrorCode::corrupt, "a stored price is not what was written");
  return sku;
}

std::string sku_json(const Sku& sku) {
  return json_object({{"id", json_string(sku.id)},
                      {"name", json_string(sku.name)},
                      {"price", std::to_string(sku.price)},
                      {"listPrice", std::to_string(sku.list_price)},
                      {"seller", json_string(sku.seller)}});
}

}  // namespace velum
