#include "crypto/merkle.h"

#include <gtest/gtest.h>

namespace velum {
namespace {

// The definitions of RFC 6962 section 2.1, written down as they stand there: slow, and no frontier.
using Hashes = std::span<const Sha256Digest>;

std::size_t split(std::size_t size) {
  std::size_t half = 1;
  while (2 * half < size) half *= 2;
  return half;
}

Sha256Digest root_of(Hashes leaves) {
  if (leaves.empty()) return sha256(ByteView());
  if (leaves.size() == 1) return leaves[0];
  const std::size_t half = split(leaves.size());
  return merkle_node_hash(root_of(leaves.first(half)), root_of(leaves.subspan(half)));
}

std::vector<Sha256Digest> path(std::size_t index, Hashes leaves) {
  if (leaves.size() <= 1) return {};
  const std::size_t half = split(leaves.size());
  const bool left = index < half;
  auto proof = left ? path(index, leaves.first(half)) : path(index - half, leaves.subspan(half));
  proof.push_back(root_of(left ? leaves.subspan(half) : leaves.first(half)));
  return proof;
}

std::vector<Sha256Digest> consistency(std::size_t old_size, Hashes leaves, bool whole) {
  if (old_size == leaves.size()) {
    return whole ? std::vector<Sha256Digest>() : std::vector<Sha256Digest>{root_of(leaves)};
  }
  const std::size_t half = split(leaves.size());
  if (old_size <= half) {
    auto proof = consistency(old_size, leaves.first(half), whole);
    proof.push_back(root_of(leaves.subspan(half)));
    return proof;
  }
  auto proof = consistency(old_size - half, leaves.subspan(half), false);
  proof.push_back(root_of(leaves.first(half)));
  return proof;
}

std::vector<Sha256Digest> some_leaves(std::size_t count) {
  std::vector<Sha256Digest> leaves;
  for (std::size_t index = 0; index < count; ++index) {
    const auto byte = static_cast<std::uint8_t>(index);
    leaves.push_back(merkle_leaf_hash(ByteView(&byte, 1)));
  }
  return leaves;
}

TEST(Merkle, KnownRoots) {  // From the test data of RFC 6962 implementations.
  EXPECT_EQ(to_hex(MerkleFrontier().root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(merkle_leaf_hash(ByteView())),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  static constexpr struct {
    const char* leaf;  // Appended, gives this root.
    const char* root;
  } steps[] = {
      {"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
      {"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
      {"10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
      {"2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
      {"3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
      {"40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
      {"5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
      {"606162636465666768696a6b6c6d6e6f",
       "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
  };
  MerkleFrontier frontier;
  for (const auto& step : steps) {
    frontier.append(merkle_leaf_hash(*from_hex(step.leaf)));
    EXPECT_EQ(to_hex(frontier.root()), step.root) << step.leaf;
  }
}

TEST(Merkle, TheFrontierIsTheDefinitionAtEverySize) {
  const auto leaves = some_leaves(140);
  MerkleFrontier frontier;
  for (std::size_t size = 0; size <= leaves.size(); ++size) {
    EXPECT_EQ(frontier.root(), root_of(Hashes(leaves).first(size))) << size;
    EXPECT_EQ(MerkleFrontier::restore(frontier.size(), frontier.nodes()).root(), frontier.root());
    if (size < leaves.size()) frontier.append(leaves[size]);
  }
}

TEST(Merkle, InclusionHoldsForTheRightLeafOnly) {
  for (std::size_t size = 1; size <= 20; ++size) {
    const auto leaves = some_leaves(size);
    const Sha256Digest root = root_of(leaves);
    for (std::size_t index = 0; index < size; ++index) {
      const auto proof = path(index, leaves);
      EXPECT_TRUE(verify_inclusion(index, size, leaves[index], proof, root));
      EXPECT_FALSE(verify_inclusion(index + size, size, leaves[index], proof, root));
      EXPECT_FALSE(verify_inclusion(index, 4 * size + 1, leaves[index], proof, root));
      if (size == 1) continue;
      EXPECT_FALSE(verify_inclusion((index + 1) % size, size, leaves[index], proof, root));
      EXPECT_FALSE(verify_inclusion(index, size, leaves[(index + 1) % size], proof, root));
      const auto shorter = Hashes(proof).first(proof.size() - 1);
      EXPECT_FALSE(verify_inclusion(index, size, leaves[index], shorter, root));
    }
  }
}

TEST(Merkle, ConsistencyHoldsForAppendsOnly) {
  const auto leaves = some_leaves(20);
  auto edited = leaves;
  edited[0][0] ^= 1;
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    const auto now = Hashes(leaves).first(size);
    for (std::size_t old_size = 1; old_size <= size; ++old_size) {
      const auto proof = consistency(old_size, now, true);
      const Sha256Digest old_root = root_of(now.first(old_size));
      EXPECT_TRUE(verify_consistency(old_size, size, proof, old_root, root_of(now)));
      EXPECT_FALSE(verify_consistency(old_size, 4 * size + 1, proof, old_root, root_of(now)));
      const Sha256Digest rewritten = root_of(Hashes(edited).first(size));
      EXPECT_FALSE(verify_consistency(old_size, size, proof, old_root, rewritten));
      EXPECT_FALSE(verify_consistency(old_size, size, proof, rewritten, root_of(now)));
    }
  }
}

}  // namespace
}  // namespace velum
