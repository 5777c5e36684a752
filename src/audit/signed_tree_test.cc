// Proofs as they are served, made of the tiles on disk, against RFC 6962 written down as it stands
// there. tools/verify checks the same bytes with code that shares nothing with this one.

#include "audit/signed_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <functional>
#include <map>

#include "audit/note.h"
#include "audit/tile_name.h"
#include "audit/tile_tree.h"
#include "base/base64.h"
#include "io/sim_file.h"
#include "io/sim_random.h"

namespace velum {
namespace {

using Hashes = std::span<const Sha256Digest>;

std::uint64_t split(std::uint64_t size) {
  std::uint64_t half = 1;
  while (2 * half < size) half *= 2;
  return half;
}

// Section 2.1.1, read backwards: the root that a proof leads to. nullopt if it has another length.
std::optional<Sha256Digest> root_of_inclusion(std::uint64_t index, std::uint64_t size,
                                              const Sha256Digest& leaf, Hashes proof) {
  if (size == 1) return proof.empty() ? std::optional(leaf) : std::nullopt;
  if (proof.empty()) return std::nullopt;
  const std::uint64_t half = split(size);
  const Hashes rest = proof.first(proof.size() - 1);
  if (index < half) {
    const auto left = root_of_inclusion(index, half, leaf, rest);
    if (!left) return std::nullopt;
    return merkle_node_hash(*left, proof.back());
  }
  const auto right = root_of_inclusion(index - half, size - half, leaf, rest);
  if (!right) return std::nullopt;
  return merkle_node_hash(proof.back(), *right);
}

struct Roots {
  Sha256Digest old_root;
  Sha256Digest new_root;
};
// Section 2.1.2, likewise. `old_root` is of the whole old tree.
std::optional<Roots> roots_of_consistency(std::uint64_t old_size, std::uint64_t size, bool whole,
                                          const Sha256Digest& old_root, Hashes proof) {
  if (old_size == size && whole) {
    return proof.empty() ? std::optional(Roots{old_root, old_root}) : std::nullopt;
  }
  if (proof.empty()) return std::nullopt;
  const Hashes rest = proof.first(proof.size() - 1);
  if (old_size == size) {
    return rest.empty() ? std::optional(Roots{proof[0], proof[0]}) : std::nullopt;
  }
  const std::uint64_t half = split(size);
  const Sha256Digest& last = proof.back();
  if (old_size <= half) {
    const auto left = roots_of_consistency(old_size, half, whole, old_root, rest);
    if (!left) return std::nullopt;
    return Roots{left->old_root, merkle_node_hash(left->new_root, last)};
  }
  const auto right = roots_of_consistency(old_size - half, size - half, false, old_root, rest);
  if (!right) return std::nullopt;
  return Roots{merkle_node_hash(last, right->old_root), merkle_node_hash(last, right->new_root)};
}

// The definition of a root, with the perfect subtrees remembered.
class Definition {
 public:
  void append(const Sha256Digest& leaf) {
    if (heights_.empty()) heights_.emplace_back();
    heights_[0].push_back(leaf);
    for (std::size_t height = 0; heights_[height].size() % 2 == 0; ++height) {
      if (heights_.size() == height + 1) heights_.emplace_back();
      const auto& below = heights_[height];
      heights_[height + 1].push_back(merkle_node_hash(below[below.size() - 2], below.back()));
    }
  }
  Sha256Digest root(std::uint64_t begin, std::uint64_t end) const {
    const std::uint64_t size = end - begin;
    if (size == 0) return sha256(ByteView());
    if (std::has_single_bit(size) && begin % size == 0) {
      return heights_[static_cast<std::size_t>(std::countr_zero(size))][begin / size];
    }
    const std::uint64_t half = split(size);
    return merkle_node_hash(root(begin, begin + half), root(begin + half, end));
  }

 private:
  std::vector<std::vector<Sha256Digest>> heights_;
};

class SignedTreeTest : public testing::Test {
 protected:
  SignedTreeTest() {
    random_.fill(seed_.mutable_bytes());
    auto opened = TileTree::open(files_, directory_, account());
    EXPECT_TRUE(opened);
    tree_.emplace(*std::move(opened));
  }

  AuditAccount account() {
    return {AccountId{7}, "loja", "us", ed25519_public_key(seed_),
            [this](ByteView message) { return ed25519_sign(seed_, message); }};
  }
  std::uint64_t below(std::uint64_t limit) {
    std::uint8_t bytes[8];
    random_.fill(bytes);
    return read_u64be(bytes) % limit;
  }
  void grow_to(std::uint64_t size) {
    while (tree_->size() < size) {
      const std::string entry = "entry " + std::to_string(tree_->size());
      definition_.append(merkle_leaf_hash(as_bytes(entry)));
      tree_->append(entry);
    }
    ASSERT_TRUE(tree_->commit());
  }
  Result<SignedTree> open() {
    return SignedTree::open(files_, directory_,
                            {tree_->size(), tree_->checkpoint_root(), tree_->checkpoint()});
  }
  // The hashes of a proof, whose first lines and checkpoint must be these.
  std::vector<Sha256Digest> hashes_of(std::string_view text, std::string_view head) {
    std::vector<Sha256Digest> hashes;
    EXPECT_TRUE(text.starts_with(head));
    text.remove_prefix(std::min(text.size(), head.size()));
    while (!text.starts_with('\n')) {
      const auto bytes = from_base64(text.substr(0, text.find('\n')));
      if (!bytes || bytes->size() != 32) {
        ADD_FAILURE() << "no hash";
        return {};
      }
      std::copy(bytes->begin(), bytes->end(), hashes.emplace_back().begin());
      text.remove_prefix(text.find('\n') + 1);
    }
    EXPECT_EQ(text.substr(1), tree_->checkpoint());
    return hashes;
  }
  bool is_included(SignedTree& tree, std::uint64_t index) {
    const auto text = tree.inclusion_proof(index);
    if (!text) return false;
    const auto proof =
        hashes_of(*text, "c2sp.org/tlog-proof@v1\nindex " + std::to_string(index) + "\n");
    const Sha256Digest leaf = definition_.root(index, index + 1);
    const Sha256Digest root = definition_.root(0, tree_->size());
    return root_of_inclusion(index, tree_->size(), leaf, proof) == root &&
           verify_inclusion(index, tree_->size(), leaf, proof, root);
  }
  bool is_consistent(SignedTree& tree, std::uint64_t old_size) {
    const auto text = tree.consistency_proof(old_size);
    if (!text) return false;
    const auto proof = hashes_of(*text, "old " + std::to_string(old_size) + "\n");
    if (old_size == 0) return proof.empty();
    const Sha256Digest old_root = definition_.root(0, old_size);
    const Sha256Digest root = definition_.root(0, tree_->size());
    const auto roots = roots_of_consistency(old_size, tree_->size(), true, old_root, proof);
    return roots && roots->old_root == old_root && roots->new_root == root &&
           verify_consistency(old_size, tree_->size(), proof, old_root, root);
  }
  // Flips one bit of a file's last byte: of a hash, or of an entry's text.
  void damage(const std::string& path) {
    auto content = read_file(files_, directory_ + "/" + path, 1 << 20);
    ASSERT_TRUE(content) << path;
    content->back() ^= 1;
    ASSERT_TRUE(replace_file(files_, directory_ + "/" + path, *content, FileAccess::everyone_read));
  }

  const std::string directory_ = "./loja";
  SimFileSystem files_;
  SeededRandom random_{1};
  Key256 seed_;
  Definition definition_;
  std::optional<TileTree> tree_;
};

TEST_F(SignedTreeTest, EveryProofOfTreesUpTo300) {
  std::size_t included = 0;
  std::size_t consistent = 0;
  for (std::uint64_t size = 1; size <= 300; ++size) {
    grow_to(size);
    auto tree = open();
    ASSERT_TRUE(tree) << size;
    for (std::uint64_t index = 0; index < size; ++index) included += is_included(*tree, index);
    for (std::uint64_t old = 1; old <= size; ++old) consistent += is_consistent(*tree, old);
    EXPECT_TRUE(is_consistent(*tree, 0));
    for (const std::uint64_t beyond : {size, size + 1, UINT64_MAX}) {
      EXPECT_EQ(tree->inclusion_proof(beyond).error().code(), ErrorCode::not_found);
      if (beyond == size) continue;
      EXPECT_EQ(tree->consistency_proof(beyond).error().code(), ErrorCode::not_found);
    }
    ASSERT_EQ(included, size * (size + 1) / 2);
    ASSERT_EQ(consistent, size * (size + 1) / 2);
  }
  std::printf("figure inclusion and consistency proofs of all trees up to 300: %zu and %zu\n",
              included, consistent);
}

TEST_F(SignedTreeTest, RandomProofsUpToAMillion) {
  // A part of it where a sanitizer makes everything many times slower.
  const std::uint64_t size_max = std::getenv("VELUM_FAULT_PERCENT") ? 66'000 : 1'000'000;
  // Where the levels begin, and what lies between.
  std::vector<std::uint64_t> sizes{255, 256, 257, 65'535, 65'536, 65537, 65792, 131'072, size_max};
  for (int more = 0; more < 12; ++more) sizes.push_back(1 + below(size_max));
  std::erase_if(sizes, [size_max](std::uint64_t size) { return size > size_max; });
  std::sort(sizes.begin(), sizes.end());
  for (const std::uint64_t size : sizes) {
    grow_to(size);
    auto tree = open();
    ASSERT_TRUE(tree) << size;
    std::vector<std::uint64_t> at{0, 1, size / 2, size - 1};
    for (int more = 0; more < 30; ++more) at.push_back(below(size));
    for (const std::uint64_t index : at) {
      ASSERT_TRUE(is_included(*tree, index)) << index << " of " << size;
      ASSERT_TRUE(is_consistent(*tree, index + 1)) << index + 1 << " to " << size;
    }
  }
}

// The definition in tlog-tiles, of every tile and every width of it.
TEST_F(SignedTreeTest, TilesAreThoseOfEverySizeThatIsCovered) {
  for (const std::uint64_t size : {1, 255, 256, 257, 600, 66'000}) {
    grow_to(size);
    auto tree = open();
    ASSERT_TRUE(tree);
    for (unsigned level = 0; level < 64; ++level) {
      const std::uint64_t hashes = level < 8 ? size >> (8 * level) : 0;
      std::vector<std::uint64_t> indexes{0, 1, hashes / 256, hashes / 256 + 1, UINT64_MAX};
      for (const std::uint64_t index : indexes) {
        for (const std::uint64_t width : {1, 2, 17, 120, 208, 255, 256}) {
          const auto tile = tree->tile(level, index, width);
          const bool covered = index <= hashes / 256 && index * 256 + width <= hashes;
          ASSERT_EQ(tile.has_value(), covered) << level << " " << index << " " << width;
          if (!covered) {
            EXPECT_EQ(tile.error().code(), ErrorCode::not_found);
            continue;
          }
          std::vector<Sha256Digest> wanted;
          for (std::uint64_t at = index * 256; at < index * 256 + width; ++at) {
            wanted.push_back(definition_.root(at << (8 * level), (at + 1) << (8 * level)));
          }
          EXPECT_EQ(*tile, as_text(encode_tile(wanted)));
          if (level > 0) continue;
          const auto bundle = tree->bundle(index, width);
          ASSERT_TRUE(bundle);
          const auto entries = decode_bundle(as_bytes(*bundle));
          ASSERT_TRUE(entries);
          ASSERT_EQ(entries->size(), width);
          EXPECT_EQ(entries->back(), "entry " + std::to_string(index * 256 + width - 1));
        }
        EXPECT_EQ(tree->bundle(index, 256).has_value(), index < size / 256);
      }
    }
  }
}

TEST_F(SignedTreeTest, AnOlderCheckpointShowsNothingNewer) {
  grow_to(300);
  const SignedTree::Head older{300, tree_->checkpoint_root(), tree_->checkpoint()};
  grow_to(301);
  auto tree = SignedTree::open(files_, directory_, older);
  ASSERT_TRUE(tree);  // What it was made of goes with the commit after the next.
  EXPECT_EQ(tree->tile(0, 1, 45).error().code(), ErrorCode::not_found);
  EXPECT_EQ(tree->bundle(1, 45).error().code(), ErrorCode::not_found);
  EXPECT_EQ(tree->inclusion_proof(300).error().code(), ErrorCode::not_found);
  EXPECT_TRUE(tree->bundle(1, 44));
  grow_to(302);
  EXPECT_EQ(tree->bundle(1, 44).error().code(), ErrorCode::cancelled);
  const auto late = SignedTree::open(files_, directory_, older);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), ErrorCode::cancelled);
}

// Whatever is damaged on the way to what is asked for: nothing is shown.
TEST_F(SignedTreeTest, WhatDoesNotFitTheRootIsNotShown) {
  const std::map<std::string, std::vector<std::string>> needed{
      {"tile/0/000", {"tile", "bundle", "proof"}},
      {"tile/entries/000", {"bundle"}},
      {"tile/0/003.p/32", {"tile", "bundle", "proof"}},
      {"tile/1/000.p/3", {"tile", "bundle", "proof"}},
      {"tile/entries/003.p/32", {"last bundle"}},
  };
  grow_to(800);
  for (const auto& [path, refused] : needed) {
    damage(path);
    const std::map<std::string, std::function<Result<std::string>(SignedTree&)>> calls{
        {"tile", [](SignedTree& tree) { return tree.tile(0, 0, 256); }},
        {"bundle", [](SignedTree& tree) { return tree.bundle(0, 256); }},
        {"proof", [](SignedTree& tree) { return tree.inclusion_proof(5); }},
        {"last bundle", [](SignedTree& tree) { return tree.bundle(3, 1); }},
    };
    for (const std::string& name : refused) {
      auto tree = open();
      const auto answer = tree ? calls.at(name)(*tree) : tree.error();
      ASSERT_FALSE(answer) << path << " " << name;
      EXPECT_EQ(answer.error().code(), ErrorCode::corrupt) << path << " " << name;
    }
    damage(path);  // As it was.
    auto tree = open();
    ASSERT_TRUE(tree);
    for (const auto& [name, call] : calls) EXPECT_TRUE(call(*tree)) << name;
  }
}

TEST(TileName, HasOneSpelling) {
  const auto name = parse_tile_name("0", "x001/x234/067.p/9");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->level, 0U);
  EXPECT_EQ(name->index, 1'234'067U);
  EXPECT_EQ(name->width, 9U);
  EXPECT_FALSE(parse_tile_name("entries", "000")->level);
  EXPECT_EQ(parse_tile_name("63", "999")->width, tile_width);
  EXPECT_EQ(parse_tile_name("0", "x999/x999/x999/x999/x999/999")->index, 999'999'999'999'999'999U);
  for (const auto& [level, rest] : std::initializer_list<std::pair<const char*, const char*>>{
           {"64", "000"},
           {"00", "000"},
           {"-1", "000"},
           {"", "000"},
           {"+1", "000"},
           {"Entries", "000"},
           {"0", ""},
           {"0", "0"},
           {"0", "00"},
           {"0", "0000"},
           {"0", "x000/000"},
           {"0", "x001"},
           {"0", "x001/"},
           {"0", "x001/x002"},
           {"0", "001/002"},
           {"0", "x01/000"},
           {"0", "000.p"},
           {"0", "000.p/"},
           {"0", "000.p/0"},
           {"0", "000.p/256"},
           {"0", "000.p/01"},
           {"0", "000.p/1/"},
           {"0", "000/"},
           {"0", "x001//000"},
           {"0", "000.p/1.p/1"},
           {"0", "../000"},
           {"0", "-01"},
           {"0", "+01"},
           {"0", "000.p/18446744073709551617"},
           {"0", "000.q/1"},
           {"0", " 00"},
           {"0", "x001/x001/x001/x001/x001/x001/001"}}) {
    EXPECT_FALSE(parse_tile_name(level, rest)) << level << "/" << rest;
  }
}

}  // namespace
}  // namespace velum
