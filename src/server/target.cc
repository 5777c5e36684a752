#include "server/target.h"

#include <utility>

#include "base/bytes.h"

namespace velum {
namespace {

enum class Plus : std::uint8_t { plus, space };

std::optional<std::string> decode(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    char letter = text[at];
    if (letter == '+' && plus == Plus::space) letter = ' ';
    if (letter == '%') {
      const auto byte = from_hex(text.substr(at + 1, 2));
      if (!byte || byte->empty()) return std::nullopt;
      letter = static_cast<char>(byte->front());
      at += 2;
    }
    if (static_cast<unsigned char>(letter) < 0x20) return std::nullopt;
    out.push_back(letter);
  }
  return out;
}

Error bad_target() {
  return {ErrorCode::invalid_argument, "the URL is not well formed"};
}

}  // namespace

Result<Target> Target::parse(std::string_view path, std::string_view query) {
  Target target;
  if (path.starts_with('/')) path.remove_prefix(1);
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    auto segment = decode(path.substr(0, slash), Plus::plus);
    if (!segment || segment->empty()) return bad_target();
    target.segments.push_back(*std::move(segment));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    const std::size_t equals = pair.find('=');
    auto name = decode(pair.substr(0, equals), Plus::space);
    auto value = equals == std::string_view::npos ? std::optional<std::string>(std::string())
                                                  : decode(pair.substr(equals + 1), Plus::space);
    if (!name || !value) return bad_target();
    target.parameters_.emplace_back(*std::move(name), *std::move(value));
  }
  return target;
}

std::optional<std::string_view> Target::query(std::string_view name) const {
  for (const auto& [known, value] : parameters_) {
    if (known == name) return value;
  }
  return std::nullopt;
}

}  // namespace velum
