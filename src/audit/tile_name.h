#pragma once
// The name of a tile in a URL, as C2SP tlog-tiles spells it: <L>/<N>[.p/<W>], or
// entries/<N>[.p/<W>].

#include <cstdint>
#include <optional>
#include <string_view>

namespace velum {

struct TileName {
  std::optional<unsigned> level;  // nullopt: an entry bundle.
  std::uint64_t index = 0;
  std::size_t width = 0;
};

// `level` is "0" to "63" or "entries"; `rest` is "x001/234" or "x001/234.p/5". nullopt for any
// other spelling: a tile has one name.
std::optional<TileName> parse_tile_name(std::string_view level, std::string_view rest);

}  // namespace velum
