// Promises: a proof or a signed note shows what it was made for and nothing else. Proofs are made
// here by RFC 6962's own recursion, and hold in crypto/merkle.h; not one of them holds for another
// leaf, place, root or with a hash changed. A note with any byte changed does not open.

#include <bit>
#include <span>
#include <vector>

#include "audit/note.h"
#include "audit/tile_tree.h"
#include "crypto/merkle.h"
#include "fuzz/fuzz.h"

namespace velum {
namespace {

using Hashes = std::vector<Sha256Digest>;
using HashView = std::span<const Sha256Digest>;

Key256 seed() {
  Key256 key;
  std::fill(key.mutable_bytes().begin(), key.mutable_bytes().end(), std::uint8_t{9});
  return key;
}

// MTH, PATH and SUBPROOF of RFC 6962, section 2.1.
Sha256Digest root_of(HashView leaves) {
  if (leaves.empty()) return sha256(ByteView());
  if (leaves.size() == 1) return leaves.front();
  const std::size_t split = std::bit_ceil(leaves.size()) / 2;
  return merkle_node_hash(root_of(leaves.first(split)), root_of(leaves.subspan(split)));
}

Hashes path_of(std::size_t index, HashView leaves) {
  if (leaves.size() <= 1) return {};
  const std::size_t split = std::bit_ceil(leaves.size()) / 2;
  const HashView left = leaves.first(split);
  const HashView right = leaves.subspan(split);
  Hashes path = index < split ? path_of(index, left) : path_of(index - split, right);
  path.push_back(root_of(index < split ? right : left));
  return path;
}

enum class OldTree : std::uint8_t { whole, part };

Hashes subproof(std::size_t old_size, HashView leaves, OldTree old) {
  if (old_size == leaves.size()) return old == OldTree::whole ? Hashes() : Hashes{root_of(leaves)};
  const std::size_t split = std::bit_ceil(leaves.size()) / 2;
  if (old_size <= split) {
    Hashes proof = subproof(old_size, leaves.first(split), old);
    proof.push_back(root_of(leaves.subspan(split)));
    return proof;
  }
  Hashes proof = subproof(old_size - split, leaves.subspan(split), OldTree::part);
  proof.push_back(root_of(leaves.first(split)));
  return proof;
}

// Another hash in place of one, one less, or one more.
Hashes changed(Hashes proof, std::size_t at) {
  if (at < proof.size()) {
    proof[at][at % 32] ^= 1;
  } else if (at % 2 == 0 && !proof.empty()) {
    proof.pop_back();
  } else {
    proof.emplace_back();
  }
  return proof;
}

void check_inclusion(std::size_t index, std::size_t other, const Hashes& leaves) {
  const Sha256Digest root = root_of(leaves);
  const Hashes proof = path_of(index, leaves);
  const std::size_t size = leaves.size();
  VELUM_CHECK(verify_inclusion(index, size, leaves[index], proof, root));
  VELUM_CHECK(!verify_inclusion(index, size, leaves[index], changed(proof, other), root));
  VELUM_CHECK(!verify_inclusion(index, size, sha256(root), proof, root));
  VELUM_CHECK(!verify_inclusion(index, size, leaves[index], proof, sha256(root)));
  if (other != index) VELUM_CHECK(!verify_inclusion(other, size, leaves[index], proof, root));
}

void check_consistency(std::size_t old_size, std::size_t other, const Hashes& leaves) {
  const Sha256Digest old_root = root_of(HashView(leaves).first(old_size));
  const Sha256Digest root = root_of(leaves);
  const Hashes proof = subproof(old_size, leaves, OldTree::whole);
  const std::size_t size = leaves.size();
  VELUM_CHECK(verify_consistency(old_size, size, proof, old_root, root));
  VELUM_CHECK(!verify_consistency(old_size, size, changed(proof, other), old_root, root));
  VELUM_CHECK(!verify_consistency(old_size, size, proof, sha256(root), root));
  VELUM_CHECK(!verify_consistency(old_size, size, proof, old_root, sha256(root)));
}

void check_note(std::size_t size, std::string_view how) {
  static const NoteKey key{"velum/eu/store", ed25519_public_key(seed())};
  const auto sign = [](ByteView message) { return ed25519_sign(seed(), message); };
  const std::string note = sign_checkpoint({key.name, size, sha256(as_bytes(how))}, key, sign);
  const Bytes bytes(as_bytes(note).begin(), as_bytes(note).end());
  const Bytes other = fuzz::damaged(bytes, how);
  VELUM_CHECK(open_checkpoint(as_text(other), key).has_value() == (other == bytes));
  VELUM_CHECK(!open_checkpoint(how, key));
  const std::string verifier = encode_verifier_key(key);
  const Bytes text(as_bytes(verifier).begin(), as_bytes(verifier).end());
  for (const Bytes& one : {text, fuzz::damaged(text, how)}) {
    const auto read = parse_verifier_key(as_text(one));
    if (read) VELUM_CHECK(encode_verifier_key(*read) == as_text(one));
    VELUM_CHECK(read.has_value() || one != text);
  }
}

}  // namespace
}  // namespace velum

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace velum;
  std::string_view input = fuzz::text_of(data, size);
  Hashes leaves(1 + fuzz::take_byte(input) % 40);
  const std::size_t index = fuzz::take_byte(input) % leaves.size();
  const std::size_t other = fuzz::take_byte(input) % (leaves.size() + 3);
  MerkleFrontier frontier;
  for (std::size_t at = 0; at < leaves.size(); ++at) {
    leaves[at] = merkle_leaf_hash(as_bytes(std::to_string(at)));
    frontier.append(leaves[at]);
  }
  VELUM_CHECK(frontier.root() == root_of(leaves));
  const auto restored = MerkleFrontier::restore(frontier.size(), frontier.nodes());
  VELUM_CHECK(restored.root() == frontier.root());
  check_inclusion(index, other, leaves);
  check_consistency(index + 1, other, leaves);
  check_note(index, input);
  // A bundle is read as it is written, or not at all.
  const auto entries = decode_bundle(as_bytes(input));
  if (entries) VELUM_CHECK(as_text(encode_bundle(*entries)) == input);
  return 0;
}
