#pragma once
// SignedTree: what one checkpoint covers, and no entry more, read from an account's files: tiles
// and entry bundles as C2SP tlog-tiles names them, and proofs made of them.
//
// Nothing leaves it that does not fit the root that was signed: each tile is checked against the
// tile above it, up to the root, and each bundle against its tile. Fails with corrupt otherwise.
//
// A server may be writing. What was the newest when the checkpoint was signed may be gone: then
// `cancelled` says that there is a newer checkpoint to ask under. One thread.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/merkle.h"
#include "io/file.h"

namespace velum {

class SignedTree {
 public:
  struct Head {
    std::uint64_t size = 0;
    Sha256Digest root{};
    std::string checkpoint;  // The note that says so.
  };

  // `files` outlives it.
  static Result<SignedTree> open(FileSystem& files, std::string directory, Head head);

  // The first `width` hashes of a tile, or entries of a bundle. not_found if the tree has not as
  // many, or they were pruned.
  Result<std::string> tile(unsigned level, std::uint64_t index, std::size_t width);
  Result<std::string> bundle(std::uint64_t index, std::size_t width);

  // A C2SP tlog-proof: that the entry is in this tree. not_found beyond it.
  Result<std::string> inclusion_proof(std::uint64_t number);
  // That this tree begins with the one of `old_size` entries, as C2SP tlog-witness has it: a line
  // "old SIZE", the proof, an empty line, the checkpoint. not_found beyond it.
  Result<std::string> consistency_proof(std::uint64_t old_size);

 private:
  using Hashes = std::vector<Sha256Digest>;

  SignedTree(FileSystem& files, std::string directory, Head head)
      : files_(files), directory_(std::move(directory)), head_(std::move(head)) {}
  Result<void> load_partials();
  std::size_t width_of(unsigned level, std::uint64_t index) const;
  Result<Bytes> read(const std::string& path, std::size_t size_max_bytes);
  Result<Hashes> hashes(unsigned level, std::uint64_t index);
  Result<Sha256Digest> subtree_root(const MerkleSubtree& subtree);
  Result<std::string> proof_lines(const std::vector<MerkleRange>& nodes);

  FileSystem& files_;
  std::string directory_;
  Head head_;
  std::map<std::pair<unsigned, std::uint64_t>, Hashes> checked_;
};

}  // namespace velum
