#include "server/paging.h"

#include "http/query.h"
#include "json/json_text.h"
#include "server/api.h"

namespace velum {
namespace {

constexpr std::uint32_t per_page_max = 100;

Result<bool> is_descending(const std::optional<Sensitive>& type) {
  const std::string_view text = type ? type->text() : "ASC";
  if (text == "ASC") return false;
  if (text == "DSC" || text == "DESC") return true;
  return Error(ErrorCode::invalid_argument, "the order is ASC or DSC", "sortType");
}

}  // namespace

Result<Page> page_in_query(const HttpRequest& request) {
  Page page;
  TRY_ASSIGN(const auto per_page, number_in_query(request, "numItems", per_page_max));
  TRY_ASSIGN(const auto number, number_in_query(request, "pageNumber", UINT32_MAX));
  TRY_ASSIGN(const auto type, QueryView(request.query).find("sortType"));
  TRY_ASSIGN(page.is_descending, is_descending(type));
  page.per_page = per_page.value_or(page.per_page);
  page.number = number.value_or(page.number);
  return page;
}

std::string paging_json(const Page& page, std::size_t total) {
  const std::size_t pages = (total + page.per_page - 1) / page.per_page;
  return json_object({{"page", std::to_string(page.number)},
                      {"perPage", std::to_string(page.per_page)},
                      {"total", std::to_string(total)},
                      {"pages", std::to_string(pages)}});
}

}  // namespace velum
