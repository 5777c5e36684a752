#include "alerts/log_patrol.h"

#include <algorithm>

#include "audit/tile_tree.h"

namespace velum {
namespace {

// A server that commits at the very moment has replaced what is at the tree's end: not so often in
// a row.
constexpr unsigned missing_max = 3;

}  // namespace

void LogPatrol::look(AccountId account) {
  Place& place = places_[account];
  place.bundle = std::max(place.bundle, audit_.pruned(account) / tile_width);
  const auto read = [&place](SignedTree& tree) { return tree.bundle(place.bundle, tile_width); };
  const Result<std::string> found = audit_.read_signed(account, read);
  const bool is_missing = !found && found.error().code() == ErrorCode::storage_unavailable;
  place.missing = is_missing ? place.missing + 1 : 0;
  const bool is_wrong = !found && found.error().code() == ErrorCode::corrupt;
  place.is_as_signed = !is_wrong && place.missing < missing_max;
  if (found) ++place.bundle;
  // Behind the last one, or pruned at this moment: round again.
  if (!found && found.error().code() == ErrorCode::not_found) place.bundle = 0;
}

bool LogPatrol::is_as_signed(AccountId account) const {
  const auto place = places_.find(account);
  return place == places_.end() || place->second.is_as_signed;
}

}  // namespace velum
