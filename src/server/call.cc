#include "server/call.h"

#include "http/query.h"

namespace velum {

Result<Sensitive> ApiCall::in_path(std::size_t index) const {
  return decode_path_segment(match.values[index]);
}

Result<std::optional<Sensitive>> ApiCall::in_query(std::string_view name) const {
  return QueryView(request.query).find(name);
}

}  // namespace velum
