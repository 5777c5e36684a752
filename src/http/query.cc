#include "http/query.h"

#include "http/percent.h"

namespace velum {
namespace {

bool is_named(std::string_view encoded, std::string_view name) {
  if (encoded == name) return true;
  if (encoded.find_first_of("%+") == std::string_view::npos) return false;
  const auto decoded = decode_percent(encoded, PlusSign::is_space);
  return decoded && decoded->text() == name;
}

// Takes the value of the next parameter of that name from `rest`.
Result<std::optional<Sensitive>> take_next(std::string_view& rest, std::string_view name) {
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (!is_named(pair.substr(0, equals), name)) continue;

    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    auto decoded = decode_percent(value, PlusSign::is_space);
    if (!decoded) return Error(ErrorCode::invalid_argument, "the query has a bad escape");
    return decoded;
  }
  return std::optional<Sensitive>();
}

}  // namespace

Result<std::optional<Sensitive>> QueryView::find(std::string_view name) const {
  std::string_view rest = query_;
  return take_next(rest, name);
}

Result<std::vector<Sensitive>> QueryView::find_all(std::string_view name) const {
  std::vector<Sensitive> values;
  for (std::string_view rest = query_;;) {
    TRY_ASSIGN(std::optional<Sensitive> value, take_next(rest, name));
    if (!value) return values;
    values.push_back(*std::move(value));
  }
}

}  // namespace velum
