#pragma once
// Sku: one line of an account's price list. What a cart costs is not for who fills it to say.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "storage/commerce_store.h"

namespace velum {

struct Sku {
  static constexpr std::size_t id_max_bytes = 64;
  static constexpr std::int64_t price_max = 1'000'000'000'000;  // In the currency's hundredth part.

  std::string id;
  std::string name;
  std::string seller = "1";
  std::int64_t price = 0;
  std::int64_t list_price = 0;
};

// {"name", "price", "listPrice", "seller"}. Fails with invalid_field.
Result<Sku> sku_of_body(std::string_view id, std::string_view body);
Result<Sku> read_sku(const SkuRow& row);  // corrupt
std::string sku_json(const Sku& sku);

}  // namespace velum
