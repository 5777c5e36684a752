#include "audit/tile_name.h"

#include <charconv>

#include "audit/tile_tree.h"

namespace velum {
namespace {

constexpr unsigned level_max = 63;
constexpr std::size_t groups_max = 6;  // 10^18 fits.

template <typename Number>
std::optional<Number> whole(std::string_view text) {
  Number number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// "x001/x234/067"
std::optional<std::uint64_t> parse_index(std::string_view text) {
  std::uint64_t index = 0;
  for (std::size_t groups = 0; groups < groups_max; ++groups) {
    const bool is_last = !text.starts_with('x');
    if (!is_last) text.remove_prefix(1);
    const auto group = whole<std::uint64_t>(text.substr(0, 3));
    if (!group) return std::nullopt;
    index = 1000 * index + *group;
    text.remove_prefix(std::min<std::size_t>(3, text.size()));
    if (is_last) return text.empty() ? std::optional(index) : std::nullopt;
    if (!text.starts_with('/')) return std::nullopt;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

}  // namespace

std::optional<TileName> parse_tile_name(std::string_view level, std::string_view rest) {
  constexpr std::string_view partial = ".p/";
  TileName name{std::nullopt, 0, tile_width};
  if (level != "entries") {
    name.level = whole<unsigned>(level);
    if (!name.level || *name.level > level_max) return std::nullopt;
  }
  const std::size_t dot = rest.find(partial);
  const auto index = parse_index(rest.substr(0, dot));
  if (!index) return std::nullopt;
  name.index = *index;
  if (dot != std::string_view::npos) {
    const auto width = whole<std::size_t>(rest.substr(dot + partial.size()));
    if (!width || *width == 0 || *width >= tile_width) return std::nullopt;
    name.width = *width;
  }
  // Leading zeros, signs and the like are gone in what it would be called.
  const std::string canonical =
      tile_path(name.level ? std::to_string(*name.level) : "entries", name.index, name.width);
  std::string given = "tile/";
  given.append(level).append("/").append(rest);
  return given == canonical ? std::optional(name) : std::nullopt;
}

}  // namespace velum
