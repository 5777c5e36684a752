#pragma once
// SimDisk: files and directories in memory, and which part of them a power cut would leave. What a
// program sees and what the disk holds are kept apart, until a sync makes them one.
//
// Not for threads: SimFileSystem locks.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"

namespace velum {

constexpr std::size_t sim_sector_size_bytes = 512;  // What a disk writes whole or not at all.

// A write, or a new size when `resized_to` is set.
struct SimChange {
  std::uint64_t offset = 0;
  Bytes bytes;
  std::optional<std::uint64_t> resized_to;
};

struct SimNode {
  enum class Kind : std::uint8_t { file, directory };
  explicit SimNode(Kind node_kind) : kind(node_kind) {}

  void apply(SimChange change);  // Seen at once; durable at the next sync.
  void sync();
  void lose_unsynced() { unsynced.clear(); }  // A failed sync: a later one will not write them.

  Kind kind;
  const void* lock_owner = nullptr;
  // Of a file.
  Bytes content;
  Bytes durable_content;
  std::vector<SimChange> unsynced;
  // Of a directory.
  std::map<std::string, std::shared_ptr<SimNode>> entries;
  std::map<std::string, std::shared_ptr<SimNode>> durable_entries;
};

// A name in a directory. The directory is null if the path leads through something else.
struct SimPlace {
  std::shared_ptr<SimNode> directory;
  std::string name;

  std::shared_ptr<SimNode> node() const;
};

class SimDisk {
 public:
  SimDisk() : root_(std::make_shared<SimNode>(SimNode::Kind::directory)) {}

  // Both "/a" and "a" start at the root. `place` of the root itself has an empty name.
  SimPlace place(std::string_view path) const;
  std::shared_ptr<SimNode> find(std::string_view path) const;

  // The caller has checked that the places allow it.
  std::shared_ptr<SimNode> create(const SimPlace& to, SimNode::Kind kind);
  void move(const SimPlace& from, const SimPlace& to);
  void remove(const SimPlace& from);

  // A move between directories is durable when the one moved to is synced.
  void sync_directory(const std::shared_ptr<SimNode>& directory);
  void lose_unsynced(const std::shared_ptr<SimNode>& directory);

  // The power cuts. `keep_all` is also what a killed process leaves.
  void keep_all();
  void keep_synced();
  void keep_some(Random& random);  // Names and sectors, each by chance.

 private:
  struct NameChange {  // A creation has no `from`, a removal no `to`.
    SimPlace from;
    SimPlace to;
    std::shared_ptr<SimNode> node;

    const std::shared_ptr<SimNode>& directory() const {
      return to.directory ? to.directory : from.directory;
    }
  };

  static void apply(const NameChange& change);

  std::shared_ptr<SimNode> root_;
  std::vector<NameChange> unsynced_;
};

}  // namespace velum
