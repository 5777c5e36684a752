#include "crypto/merkle.h"

#include <algorithm>
#include <bit>

#include "base/result.h"

namespace velum {
namespace {

constexpr std::uint8_t leaf_prefix = 0;
constexpr std::uint8_t node_prefix = 1;

// Where the right child of a node that is no leaf begins.
std::uint64_t middle(const MerkleRange& range) {
  return range.begin + std::bit_floor(range.end - range.begin - 1);
}

}  // namespace

Sha256Digest merkle_leaf_hash(ByteView leaf) {
  return sha256({ByteView(&leaf_prefix, 1), leaf});
}

Sha256Digest merkle_node_hash(const Sha256Digest& left, const Sha256Digest& right) {
  return sha256({ByteView(&node_prefix, 1), left, right});
}

void MerkleFrontier::append(const Sha256Digest& leaf_hash) {
  Sha256Digest node = leaf_hash;
  // Each trailing one bit of the size is a complete subtree that this leaf's subtree completes.
  for (std::uint64_t bits = size_; bits & 1; bits >>= 1) {
    node = merkle_node_hash(nodes_.back(), node);
    nodes_.pop_back();
  }
  nodes_.push_back(node);
  ++size_;
}

Sha256Digest MerkleFrontier::root() const {
  return nodes_.empty() ? sha256(ByteView()) : join_subtrees(nodes_);
}

MerkleFrontier MerkleFrontier::restore(std::uint64_t size, std::vector<Sha256Digest> nodes) {
  VELUM_CHECK(nodes.size() == static_cast<std::size_t>(std::popcount(size)));
  MerkleFrontier frontier;
  frontier.size_ = size;
  frontier.nodes_ = std::move(nodes);
  return frontier;
}

// Down from the root: what is beside the way is the proof, from its end.
std::vector<MerkleRange> inclusion_nodes(std::uint64_t index, std::uint64_t size) {
  VELUM_CHECK(index < size);
  std::vector<MerkleRange> nodes;
  for (MerkleRange at{0, size}; at.end - at.begin > 1;) {
    const std::uint64_t right = middle(at);
    if (index < right) {
      nodes.push_back({right, at.end});
      at.end = right;
    } else {
      nodes.push_back({at.begin, right});
      at.begin = right;
    }
  }
  std::reverse(nodes.begin(), nodes.end());
  return nodes;
}

std::vector<MerkleRange> consistency_nodes(std::uint64_t old_size, std::uint64_t new_size) {
  VELUM_CHECK(old_size <= new_size);
  std::vector<MerkleRange> nodes;
  if (old_size == 0) return nodes;
  MerkleRange at{0, new_size};
  while (at.end != old_size) {
    const std::uint64_t right = middle(at);
    if (old_size <= right) {
      nodes.push_back({right, at.end});
      at.end = right;
    } else {
      nodes.push_back({at.begin, right});
      at.begin = right;
    }
  }
  // From the left edge it is the old root, which the verifier has.
  if (at.begin > 0) nodes.push_back(at);
  std::reverse(nodes.begin(), nodes.end());
  return nodes;
}

std::vector<MerkleSubtree> perfect_subtrees(const MerkleRange& range) {
  std::vector<MerkleSubtree> subtrees;
  for (std::uint64_t begin = range.begin; begin < range.end;) {
    const auto height = static_cast<unsigned>(std::bit_width(range.end - begin)) - 1;
    subtrees.push_back({height, begin >> height});
    begin += std::uint64_t{1} << height;
  }
  return subtrees;
}

Sha256Digest join_subtrees(std::span<const Sha256Digest> roots) {
  VELUM_CHECK(!roots.empty());
  Sha256Digest root = roots.back();
  for (std::size_t index = roots.size() - 1; index > 0; --index) {
    root = merkle_node_hash(roots[index - 1], root);
  }
  return root;
}

// RFC 9162 section 2.1.3.2.
bool verify_inclusion(std::uint64_t index, std::uint64_t size, const Sha256Digest& leaf_hash,
                      std::span<const Sha256Digest> proof, const Sha256Digest& root) {
  if (index >= size) return false;
  std::uint64_t node = index;
  std::uint64_t last = size - 1;
  Sha256Digest hash = leaf_hash;
  for (const Sha256Digest& sibling : proof) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      hash = merkle_node_hash(sibling, hash);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      hash = merkle_node_hash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

// RFC 9162 section 2.1.4.2.
bool verify_consistency(std::uint64_t old_size, std::uint64_t new_size,
                        std::span<const Sha256Digest> proof, const Sha256Digest& old_root,
                        const Sha256Digest& new_root) {
  if (old_size == 0 || old_size > new_size) return false;
  if (old_size == new_size) return proof.empty() && old_root == new_root;
  std::size_t used = 0;
  const bool whole = std::has_single_bit(old_size);  // Then the old root is a node of the new tree.
  if (!whole && proof.empty()) return false;
  std::uint64_t node = old_size - 1;
  std::uint64_t last = new_size - 1;
  while ((node & 1) != 0) {
    node >>= 1;
    last >>= 1;
  }
  Sha256Digest old_hash = whole ? old_root : proof[used++];
  Sha256Digest new_hash = old_hash;
  for (; used < proof.size(); ++used) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      old_hash = merkle_node_hash(proof[used], old_hash);
      new_hash = merkle_node_hash(proof[used], new_hash);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      new_hash = merkle_node_hash(new_hash, proof[used]);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && old_hash == old_root && new_hash == new_root;
}

}  // namespace velum
