#include "audit/search_index.h"

#include <algorithm>

#include "audit/log_reader.h"
#include "audit/pruning.h"
#include "audit/tile_tree.h"

namespace velum {
namespace {

// A few milliseconds each: checkpoints wait for those of one call.
constexpr std::uint64_t bundles_a_call = 32;
constexpr std::uint64_t window_max = 64;

}  // namespace

Result<bool> SearchIndex::extend(std::uint64_t size) {
  const std::uint64_t full = size / tile_width;
  if (bundles() >= full) return false;
  if (!file_) TRY(open(size));
  for (std::uint64_t added = 0; bundles() < full && added < bundles_a_call; ++added) {
    TRY(add_one());
  }
  return bundles() < full;
}

Result<void> SearchIndex::open(std::uint64_t size) {
  TRY_ASSIGN(file_, files_.open(directory_ + "/search-index", OpenMode::create_or_open,
                                FileAccess::owner));
  TRY_ASSIGN(const std::uint64_t sound, count_sound(size));
  bundles_.store(sound, std::memory_order_release);
  return {};
}

// The filters at the file's beginning that are of this tree. Those behind the first that is not are
// made again.
Result<std::uint64_t> SearchIndex::count_sound(std::uint64_t size) const {
  const std::uint64_t full = size / tile_width;
  Bytes filters(tile_width * bundle_filter_bytes);
  for (std::uint64_t first = 0; first < full; first += tile_width) {
    const auto width = static_cast<std::size_t>(std::min<std::uint64_t>(tile_width, full - first));
    const std::string path = directory_ + "/" + tile_path("1", first / tile_width, width);
    TRY_ASSIGN(const Bytes tile, read_file(files_, path, tile_width * sizeof(Sha256Digest)));
    const std::vector<Sha256Digest> roots = decode_tile(tile);
    TRY_ASSIGN(const std::size_t there, file_->read_at(first * bundle_filter_bytes, filters));
    for (std::size_t at = 0; at < width; ++at) {
      const std::size_t begin = at * bundle_filter_bytes;
      if (at >= roots.size() || begin + bundle_filter_bytes > there) return first + at;
      const ByteView filter = ByteView(filters).subspan(begin, bundle_filter_bytes);
      if (!is_filter_of(first + at, roots[at], filter)) return first + at;
    }
  }
  return full;
}

Result<void> SearchIndex::add_one() {
  const std::uint64_t bundle = bundles();
  TRY_ASSIGN(const Bytes filter, filter_of(bundle));
  TRY(file_->write_at(bundle * bundle_filter_bytes, filter));
  bundles_.store(bundle + 1, std::memory_order_release);
  return {};
}

Result<Bytes> SearchIndex::filter_of(std::uint64_t bundle) const {
  const std::uint64_t first = bundle * tile_width;
  TRY_ASSIGN(const std::uint64_t pruned, read_pruned(files_, directory_));
  if (first < pruned) {
    const std::string path = directory_ + "/" + tile_path("0", bundle, tile_width);
    TRY_ASSIGN(const Bytes tile, read_file(files_, path, tile_width * sizeof(Sha256Digest)));
    if (tile.size() == tile_width * sizeof(Sha256Digest)) {
      return make_pruned_filter(bundle, tile_root(decode_tile(tile)));
    }
    return Error(ErrorCode::corrupt, "a hash tile is damaged", path);
  }
  TRY_ASSIGN(const std::vector<std::string> entries,
             read_bundles(files_, directory_, first, first + tile_width));
  // What has rotted must not be ruled out by a filter of what it has become.
  TRY(check_bundle(files_, directory_, bundle, entries));
  return make_bundle_filter(bundle, entries);
}

std::size_t SearchIndex::read(std::uint64_t first, std::span<std::uint8_t> out) const {
  const std::uint64_t there = bundles();
  if (first >= there) return 0;
  const std::uint64_t fits =
      std::min<std::uint64_t>(out.size() / bundle_filter_bytes, there - first);
  const auto bytes = static_cast<std::size_t>(fits) * bundle_filter_bytes;
  const auto read = file_->read_at(first * bundle_filter_bytes, out.first(bytes));
  return read ? *read : 0;
}

bool FilterWindow::rules_out(std::uint64_t bundle) {
  if (index_ == nullptr || !query_.is_useful() || bundle >= index_->bundles()) return false;
  const bool is_inside =
      bundle >= first_ && (bundle - first_ + 1) * bundle_filter_bytes <= window_.size();
  if (!is_inside) {
    first_ = bundle + 1 - std::min(bundle + 1, width_);
    window_.resize(static_cast<std::size_t>(bundle + 1 - first_) * bundle_filter_bytes);
    window_.resize(index_->read(first_, window_));
    width_ = std::min(width_ * 4, window_max);
  }
  const auto at = static_cast<std::size_t>(bundle - first_) * bundle_filter_bytes;
  if (at + bundle_filter_bytes > window_.size()) return false;
  return query_.rules_out(bundle, ByteView(window_).subspan(at, bundle_filter_bytes));
}

}  // namespace velum
