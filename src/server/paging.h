#pragma once
// The License Manager's pages: numItems, pageNumber, sortType, and what is said of them.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "http/message.h"

namespace velum {

struct Page {
  std::uint32_t number = 1;
  std::uint32_t per_page = 20;
  bool is_descending = false;

  std::size_t first() const { return (std::size_t{number} - 1) * per_page; }
  std::size_t end() const { return first() + per_page; }
};

Result<Page> page_in_query(const HttpRequest& request);  // Fails with invalid_argument.
std::string paging_json(const Page& page, std::size_t total);

}  // namespace velum
