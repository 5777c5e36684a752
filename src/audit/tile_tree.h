#pragma once
// TileTree: one account's Merkle tree, in the files of C2SP tlog-tiles: hash tiles of 256, entry
// bundles of 256, and a checkpoint that is a C2SP signed note.
//
// commit() writes tiles, then the state, then signs: a signature never covers what a crash could
// take back. One thread.

#include <cstdint>
#include <string>
#include <vector>

#include "audit/audit_log.h"
#include "crypto/merkle.h"
#include "io/file.h"

namespace velum {

class TileTree {
 public:
  // Opens or creates `directory`. Fails with corrupt if state and tiles disagree.
  static Result<TileTree> open(FileSystem& files, std::string directory, AuditAccount account);

  std::uint64_t size() const { return frontier_.size(); }
  std::uint64_t committed_size() const { return committed_; }
  void append(std::string entry);
  // Nothing to do if nothing was appended since the last success.
  Result<void> commit();
  const std::string& checkpoint() const { return checkpoint_; }
  const Sha256Digest& checkpoint_root() const { return checkpoint_root_; }

 private:
  struct Level {
    std::uint64_t full_tiles = 0;
    std::vector<Sha256Digest> partial;
  };
  struct PendingFile {
    std::string path;
    Bytes content;
  };

  TileTree(FileSystem& files, std::string directory, AuditAccount account)
      : files_(files), directory_(std::move(directory)), account_(std::move(account)) {}
  Result<void> load();
  Result<void> load_level(std::size_t level);
  std::string sign_now() const;
  Result<void> write_checkpoint(const std::string& note);
  void push(std::size_t level, const Sha256Digest& hash);
  Result<void> write(const PendingFile& file);
  Result<void> write_partials(std::vector<std::string>& paths);
  void remove_partials(std::vector<std::string> newest);

  FileSystem& files_;
  std::string directory_;
  AuditAccount account_;
  MerkleFrontier frontier_;
  std::vector<Level> levels_;
  std::vector<std::string> bundle_;
  std::vector<PendingFile> pending_;     // Full tiles and bundles, not yet written.
  std::vector<std::string> partials_;    // Of the last commit.
  std::vector<std::string> superseded_;  // Of the one before it.
  std::uint64_t committed_ = 0;
  std::string checkpoint_;
  Sha256Digest checkpoint_root_{};
};

constexpr std::size_t tile_width = 256;

// What a committed tree's `state` file says: whose it is, and how much of it counts.
//   state = account u32be | size u64be | the frontier's nodes | SHA-256 of all before
struct TreeState {
  AccountId account{};
  std::uint64_t size = 0;
  std::vector<Sha256Digest> frontier;
};
Result<TreeState> read_tree_state(FileSystem& files, const std::string& directory);

// "tile/0/x001/234", with ".p/W" for a partial one. `level` is "0", "1", ... or "entries".
std::string tile_path(std::string_view level, std::uint64_t index, std::size_t width);
Bytes encode_bundle(const std::vector<std::string>& entries);
Result<std::vector<std::string>> decode_bundle(ByteView bytes);
Bytes encode_tile(const std::vector<Sha256Digest>& hashes);
std::vector<Sha256Digest> decode_tile(ByteView bytes);
// Of a full tile, or of a part of one that is a perfect subtree.
Sha256Digest tile_root(std::vector<Sha256Digest> hashes);

std::string origin_of(const AuditAccount& account);  // "velum/<region>/<account>"

}  // namespace velum
