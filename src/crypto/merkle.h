#pragma once
// The Merkle tree of RFC 6962 (section 2.1), over SHA-256. Hashes only; files are audit/'s.

#include <cstdint>
#include <span>
#include <vector>

#include "crypto/crypto.h"

namespace velum {

Sha256Digest merkle_leaf_hash(ByteView leaf);                                        // H(0 | leaf)
Sha256Digest merkle_node_hash(const Sha256Digest& left, const Sha256Digest& right);  // H(1 | l | r)

// The tree's right edge: enough to append and to know the root. O(log n) memory.
class MerkleFrontier {
 public:
  std::uint64_t size() const { return size_; }
  void append(const Sha256Digest& leaf_hash);
  Sha256Digest root() const;  // Of the empty tree: SHA-256 of nothing.

  // The complete subtrees, largest first: what to store, and what to start again from.
  const std::vector<Sha256Digest>& nodes() const { return nodes_; }
  // nodes.size() must be the number of one bits of `size`.
  static MerkleFrontier restore(std::uint64_t size, std::vector<Sha256Digest> nodes);

 private:
  std::uint64_t size_ = 0;
  std::vector<Sha256Digest> nodes_;
};

// Leaves [begin, end) whose root is a node of a tree: a perfect subtree, or the tree's right edge.
struct MerkleRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};
// Whose roots are the proof, in its order, that leaf `index` is in the tree of `size` leaves
// (section 2.1.1), or that the tree of `new_size` leaves begins with that of `old_size` (section
// 2.1.2). index < size; old_size <= new_size; nothing is needed to go on from the empty tree.
std::vector<MerkleRange> inclusion_nodes(std::uint64_t index, std::uint64_t size);
std::vector<MerkleRange> consistency_nodes(std::uint64_t old_size, std::uint64_t new_size);

// Leaves [index << height, (index + 1) << height).
struct MerkleSubtree {
  unsigned height = 0;
  std::uint64_t index = 0;
};
// What a range consists of, largest first; and its root, from theirs.
std::vector<MerkleSubtree> perfect_subtrees(const MerkleRange& range);
Sha256Digest join_subtrees(std::span<const Sha256Digest> roots);

bool verify_inclusion(std::uint64_t index, std::uint64_t size, const Sha256Digest& leaf_hash,
                      std::span<const Sha256Digest> proof, const Sha256Digest& root);
bool verify_consistency(std::uint64_t old_size, std::uint64_t new_size,
                        std::span<const Sha256Digest> proof, const Sha256Digest& old_root,
                        const Sha256Digest& new_root);

}  // namespace velum
