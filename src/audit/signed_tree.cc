#include "audit/signed_tree.h"

#include <algorithm>

#include "audit/entry.h"
#include "audit/pruning.h"
#include "audit/tile_tree.h"
#include "base/base64.h"

namespace velum {
namespace {

constexpr unsigned tile_height = 8;
constexpr unsigned levels_max = 64 / tile_height;
constexpr std::size_t tile_size_bytes = tile_width * sizeof(Sha256Digest);
constexpr std::size_t bundle_size_max_bytes = tile_width * (2 + entry_size_max_bytes);

Error beyond() {
  return {ErrorCode::not_found, "the newest checkpoint does not cover that"};
}

std::string text_of(const Bytes& bytes) {
  return std::string(as_text(bytes));
}

}  // namespace

Result<SignedTree> SignedTree::open(FileSystem& files, std::string directory, Head head) {
  SignedTree tree(files, std::move(directory), std::move(head));
  TRY(tree.load_partials());
  return tree;
}

// How many hashes the tree has there.
std::size_t SignedTree::width_of(unsigned level, std::uint64_t index) const {
  if (level >= levels_max) return 0;
  const std::uint64_t hashes = head_.size >> (tile_height * level);
  if (index > hashes / tile_width) return 0;
  return static_cast<std::size_t>(std::min<std::uint64_t>(tile_width, hashes - index * tile_width));
}

Result<Bytes> SignedTree::read(const std::string& path, std::size_t size_max_bytes) {
  auto bytes = read_file(files_, path, size_max_bytes);
  if (!bytes && bytes.error().code() == ErrorCode::not_found) {
    return Error(ErrorCode::cancelled, "a tile of the audit log is not there any more", path);
  }
  return bytes;
}

// The partial tiles are the tree's right edge: all that the root is made of.
Result<void> SignedTree::load_partials() {
  Hashes edge;
  for (unsigned above = levels_max; above > 0; --above) {
    const unsigned level = above - 1;
    const std::uint64_t index = (head_.size >> (tile_height * level)) / tile_width;
    const std::size_t width = width_of(level, index);
    if (width == 0) continue;
    const std::string path = directory_ + "/" + tile_path(std::to_string(level), index, width);
    TRY_ASSIGN(const Bytes bytes, read(path, tile_size_bytes));
    if (bytes.size() != width * sizeof(Sha256Digest)) {
      return Error(ErrorCode::corrupt, "a hash tile is damaged", path);
    }
    const Hashes& tile = checked_[{level, index}] = decode_tile(bytes);
    for (const MerkleSubtree& subtree : perfect_subtrees({0, width})) {
      const auto begin =
          tile.begin() + static_cast<std::ptrdiff_t>(subtree.index << subtree.height);
      edge.push_back(tile_root({begin, begin + (std::ptrdiff_t{1} << subtree.height)}));
    }
  }
  const Sha256Digest root = edge.empty() ? MerkleFrontier().root() : join_subtrees(edge);
  if (root == head_.root) return {};
  return Error(ErrorCode::corrupt, "the hash tiles do not give the root that was signed",
               directory_);
}

// A full tile has its root in the tile above it; a partial one was checked when it was loaded.
Result<SignedTree::Hashes> SignedTree::hashes(unsigned level, std::uint64_t index) {
  const auto known = checked_.find({level, index});
  if (known != checked_.end()) return known->second;
  const std::string path = directory_ + "/" + tile_path(std::to_string(level), index, tile_width);
  TRY_ASSIGN(const Bytes bytes, read(path, tile_size_bytes));
  Hashes found = decode_tile(bytes);
  TRY_ASSIGN(const Hashes parent, hashes(level + 1, index / tile_width));
  if (bytes.size() != tile_size_bytes ||
      tile_root(found) != parent[static_cast<std::size_t>(index % tile_width)]) {
    return Error(ErrorCode::corrupt, "a hash tile does not fit the one above it", path);
  }
  checked_[{level, index}] = found;
  return found;
}

Result<std::string> SignedTree::tile(unsigned level, std::uint64_t index, std::size_t width) {
  if (width > width_of(level, index)) return beyond();
  TRY_ASSIGN(Hashes found, hashes(level, index));
  found.resize(width);
  return text_of(encode_tile(found));
}

Result<std::string> SignedTree::bundle(std::uint64_t index, std::size_t width) {
  const std::size_t width_there = width_of(0, index);
  if (width > width_there) return beyond();
  const std::string path = directory_ + "/" + tile_path("entries", index, width_there);
  TRY_ASSIGN(const std::uint64_t pruned, read_pruned(files_, directory_));
  if (index < pruned / tile_width) {
    return Error(ErrorCode::not_found, "these entries were pruned; their hashes are in the tiles");
  }
  TRY_ASSIGN(const Bytes bytes, read(path, bundle_size_max_bytes));
  auto entries = decode_bundle(bytes);
  TRY_ASSIGN(const Hashes leaves, hashes(0, index));
  Hashes given;
  if (entries) {
    for (const std::string& entry : *entries) given.push_back(merkle_leaf_hash(as_bytes(entry)));
  }
  if (given != leaves) {
    return Error(ErrorCode::corrupt, "an entry bundle does not fit its hash tile", path);
  }
  entries->resize(width);
  return text_of(encode_bundle(*entries));
}

Result<Sha256Digest> SignedTree::subtree_root(const MerkleSubtree& subtree) {
  const unsigned level = subtree.height / tile_height;
  const unsigned height = subtree.height % tile_height;
  const std::uint64_t first = subtree.index << height;
  TRY_ASSIGN(const Hashes tile, hashes(level, first / tile_width));
  const auto begin = tile.begin() + static_cast<std::ptrdiff_t>(first % tile_width);
  return tile_root({begin, begin + (std::ptrdiff_t{1} << height)});
}

Result<std::string> SignedTree::proof_lines(const std::vector<MerkleRange>& nodes) {
  std::string lines;
  for (const MerkleRange& node : nodes) {
    Hashes roots;
    for (const MerkleSubtree& subtree : perfect_subtrees(node)) {
      TRY_ASSIGN(roots.emplace_back(), subtree_root(subtree));
    }
    lines += to_base64(join_subtrees(roots)) + "\n";
  }
  return lines;
}

Result<std::string> SignedTree::inclusion_proof(std::uint64_t number) {
  if (number >= head_.size) return beyond();
  TRY_ASSIGN(const std::string lines, proof_lines(inclusion_nodes(number, head_.size)));
  return "c2sp.org/tlog-proof@v1\nindex " + std::to_string(number) + "\n" + lines + "\n" +
         head_.checkpoint;
}

Result<std::string> SignedTree::consistency_proof(std::uint64_t old_size) {
  if (old_size > head_.size) return beyond();
  TRY_ASSIGN(const std::string lines, proof_lines(consistency_nodes(old_size, head_.size)));
  return "old " + std::to_string(old_size) + "\n" + lines + "\n" + head_.checkpoint;
}

}  // namespace velum
