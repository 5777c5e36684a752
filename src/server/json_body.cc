#include "server/json_body.h"

#include <algorithm>
#include <charconv>

namespace velum {
namespace {

constexpr std::size_t body_size_max_bytes = 64 << 10;

}  // namespace

Result<json::Document> object_of(std::string_view body, std::span<const std::string_view> known) {
  if (body.size() > body_size_max_bytes) {
    return Error(ErrorCode::too_large, "a body here has at most 64 KiB");
  }
  TRY_ASSIGN(json::Document document, json::Document::parse(body));
  if (!document.root().is_object()) {
    return Error(ErrorCode::invalid_argument, "send a JSON object");
  }
  for (const json::Member& member : document.root().members()) {
    if (std::find(known.begin(), known.end(), member.name) == known.end()) {
      return Error(ErrorCode::invalid_argument, "the body has a member that nothing here knows");
    }
  }
  return document;
}

std::optional<std::uint32_t> whole_number(const json::Value* value) {
  if (value == nullptr || value->kind() != json::Kind::number) return std::nullopt;
  const std::string_view text = value->text();
  const char* const end = text.data() + text.size();
  std::uint32_t number = 0;
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc() || stop != end) return std::nullopt;
  return number;
}

}  // namespace velum
