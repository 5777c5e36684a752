#include "audit/tile_tree.h"

#include <algorithm>
#include <bit>

#include "audit/entry.h"
#include "audit/note.h"

namespace velum {
namespace {

constexpr std::size_t tile_read_max_bytes = std::size_t{32} << 20;
constexpr std::size_t hash_bytes = sizeof(Sha256Digest);

Bytes encode_state(AccountId account, const MerkleFrontier& frontier) {
  Bytes out;
  append_u32be(out, static_cast<std::uint32_t>(account));
  append_u64be(out, frontier.size());
  for (const Sha256Digest& node : frontier.nodes()) append(out, node);
  append(out, sha256(out));
  return out;
}

Result<void> make_directories(FileSystem& files, const std::string& path) {
  TRY_ASSIGN(const bool exists, files.exists(path));
  if (exists) return {};
  TRY(make_directories(files, parent_directory(path)));
  TRY(files.make_directory(path));
  return files.sync_directory(parent_directory(path));
}

}  // namespace

std::string tile_path(std::string_view level, std::uint64_t index, std::size_t width) {
  std::string digits;
  do {
    std::string group = std::to_string(index % 1000);
    group.insert(0, 3 - group.size(), '0');
    digits = digits.empty() ? group : "x" + group + "/" + digits;
    index /= 1000;
  } while (index > 0);
  std::string path = "tile/" + std::string(level) + "/" + digits;
  if (width < tile_width) path += ".p/" + std::to_string(width);
  return path;
}

Bytes encode_bundle(const std::vector<std::string>& entries) {
  Bytes out;
  for (const std::string& entry : entries) {
    VELUM_CHECK(entry.size() <= entry_size_max_bytes);
    append_u16be(out, static_cast<std::uint16_t>(entry.size()));
    append(out, as_bytes(entry));
  }
  return out;
}

Result<std::vector<std::string>> decode_bundle(ByteView bytes) {
  std::vector<std::string> entries;
  while (!bytes.empty()) {
    const std::size_t size = bytes.size() < 2 ? bytes.size() : read_u16be(bytes);
    if (bytes.size() < 2 + size) return Error(ErrorCode::corrupt, "an entry bundle is damaged");
    entries.emplace_back(as_text(bytes.subspan(2, size)));
    bytes = bytes.subspan(2 + size);
  }
  return entries;
}

Bytes encode_tile(const std::vector<Sha256Digest>& hashes) {
  Bytes out;
  out.reserve(hashes.size() * hash_bytes);
  for (const Sha256Digest& hash : hashes) append(out, hash);
  return out;
}

std::vector<Sha256Digest> decode_tile(ByteView bytes) {
  std::vector<Sha256Digest> hashes(bytes.size() / hash_bytes);
  for (std::size_t at = 0; at < hashes.size(); ++at) {
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at * hash_bytes), hash_bytes,
                hashes[at].begin());
  }
  return hashes;
}

Sha256Digest tile_root(std::vector<Sha256Digest> nodes) {
  while (nodes.size() > 1) {
    for (std::size_t at = 0; at < nodes.size() / 2; ++at) {
      nodes[at] = merkle_node_hash(nodes[2 * at], nodes[2 * at + 1]);
    }
    nodes.resize(nodes.size() / 2);
  }
  return nodes.front();
}

std::string origin_of(const AuditAccount& account) {
  return "velum/" + account.region + "/" + account.name;
}

Result<TreeState> read_tree_state(FileSystem& files, const std::string& directory) {
  const std::string path = directory + "/state";
  TRY_ASSIGN(const Bytes bytes, read_file(files, path, 10'000));
  const Error damaged(ErrorCode::corrupt, "the audit tree's state is damaged", path);
  if (bytes.size() < 12 + hash_bytes) return damaged;
  const ByteView body = ByteView(bytes).first(bytes.size() - hash_bytes);
  const Sha256Digest hash = sha256(body);
  const std::uint64_t size = read_u64be(body.subspan(4));
  if (!std::equal(hash.begin(), hash.end(),
                  bytes.begin() + static_cast<std::ptrdiff_t>(body.size())) ||
      body.size() - 12 != static_cast<std::size_t>(std::popcount(size)) * hash_bytes) {
    return damaged;
  }
  return TreeState{static_cast<AccountId>(read_u32be(body)), size, decode_tile(body.subspan(12))};
}

Result<TileTree> TileTree::open(FileSystem& files, std::string directory, AuditAccount account) {
  TileTree tree(files, std::move(directory), std::move(account));
  TRY(tree.load());
  return tree;
}

Result<void> TileTree::load() {
  TRY(make_directories(files_, directory_));
  const std::string key = encode_verifier_key({origin_of(account_), account_.public_key}) + "\n";
  TRY_ASSIGN(const bool has_key, files_.exists(directory_ + "/key.pub"));
  if (!has_key) {
    TRY(replace_file(files_, directory_ + "/key.pub", as_bytes(key), FileAccess::everyone_read));
  }
  TRY_ASSIGN(const bool exists, files_.exists(directory_ + "/state"));
  // Of nothing too: so a log that has a state and no checkpoint has lost it.
  if (!exists) return write_checkpoint(sign_now());
  TRY_ASSIGN(const TreeState state, read_tree_state(files_, directory_));
  if (state.account != account_.id) {
    return Error(ErrorCode::corrupt, "the audit tree is another account's", directory_);
  }
  const std::uint64_t size = state.size;
  frontier_ = MerkleFrontier::restore(size, state.frontier);
  committed_ = size;
  for (std::size_t level = 0; (size >> (8 * level)) > 0; ++level) TRY(load_level(level));
  if (size % tile_width > 0) {
    const std::string bundle =
        directory_ + "/" +
        tile_path("entries", size / tile_width, static_cast<std::size_t>(size % tile_width));
    TRY_ASSIGN(const Bytes bytes, read_file(files_, bundle, tile_read_max_bytes));
    TRY_ASSIGN(bundle_, decode_bundle(bytes));
    if (bundle_.size() != size % tile_width) {
      return Error(ErrorCode::corrupt, "an entry bundle is damaged", bundle);
    }
  }
  // A crash between state and signature leaves an older checkpoint: it is signed anew.
  checkpoint_ = sign_now();
  checkpoint_root_ = frontier_.root();
  return write_checkpoint(checkpoint_);
}

std::string TileTree::sign_now() const {
  const Checkpoint now{origin_of(account_), frontier_.size(), frontier_.root()};
  return sign_checkpoint(now, {now.origin, account_.public_key}, account_.sign);
}

Result<void> TileTree::write_checkpoint(const std::string& note) {
  return replace_file(files_, directory_ + "/checkpoint", as_bytes(note),
                      FileAccess::everyone_read);
}

Result<void> TileTree::load_level(std::size_t level) {
  const std::uint64_t hashes = frontier_.size() >> (8 * level);
  Level loaded{hashes / tile_width, {}};
  const auto width = static_cast<std::size_t>(hashes % tile_width);
  if (width > 0) {
    const std::string path =
        directory_ + "/" + tile_path(std::to_string(level), loaded.full_tiles, width);
    TRY_ASSIGN(const Bytes bytes, read_file(files_, path, tile_read_max_bytes));
    loaded.partial = decode_tile(bytes);
    if (loaded.partial.size() != width) {
      return Error(ErrorCode::corrupt, "a hash tile is damaged", path);
    }
  }
  levels_.push_back(std::move(loaded));
  return {};
}

void TileTree::push(std::size_t level, const Sha256Digest& hash) {
  if (levels_.size() == level) levels_.emplace_back();
  levels_[level].partial.push_back(hash);
  if (levels_[level].partial.size() < tile_width) return;
  const std::vector<Sha256Digest> full = std::move(levels_[level].partial);
  levels_[level].partial.clear();
  pending_.push_back(
      {tile_path(std::to_string(level), levels_[level].full_tiles, tile_width), encode_tile(full)});
  ++levels_[level].full_tiles;
  push(level + 1, tile_root(full));
}

void TileTree::append(std::string entry) {
  const Sha256Digest hash = merkle_leaf_hash(as_bytes(entry));
  frontier_.append(hash);
  bundle_.push_back(std::move(entry));
  if (bundle_.size() == tile_width) {
    pending_.push_back({tile_path("entries", frontier_.size() / tile_width - 1, tile_width),
                        encode_bundle(bundle_)});
    bundle_.clear();
  }
  push(0, hash);
}

Result<void> TileTree::write(const PendingFile& file) {
  const std::string path = directory_ + "/" + file.path;
  TRY(make_directories(files_, parent_directory(path)));
  return replace_file(files_, path, file.content, FileAccess::everyone_read);
}

Result<void> TileTree::write_partials(std::vector<std::string>& paths) {
  std::vector<PendingFile> partials;
  if (!bundle_.empty()) {
    partials.push_back({tile_path("entries", frontier_.size() / tile_width, bundle_.size()),
                        encode_bundle(bundle_)});
  }
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    if (levels_[level].partial.empty()) continue;
    partials.push_back(
        {tile_path(std::to_string(level), levels_[level].full_tiles, levels_[level].partial.size()),
         encode_tile(levels_[level].partial)});
  }
  for (const PendingFile& file : partials) {
    TRY(write(file));
    paths.push_back(file.path);
  }
  return {};
}

Result<void> TileTree::commit() {
  if (frontier_.size() == committed_) return {};
  for (const PendingFile& file : pending_) TRY(write(file));
  std::vector<std::string> partials;
  TRY(write_partials(partials));
  TRY(replace_file(files_, directory_ + "/state", encode_state(account_.id, frontier_),
                   FileAccess::owner));
  std::string note = sign_now();
  TRY(write_checkpoint(note));
  checkpoint_ = std::move(note);
  checkpoint_root_ = frontier_.root();
  committed_ = frontier_.size();
  pending_.clear();
  remove_partials(std::move(partials));
  return {};
}

// Readers may still be at the partial tiles of the commit before this one, so those go with the
// next. What stays behind after a crash is only a waste.
void TileTree::remove_partials(std::vector<std::string> newest) {
  for (const std::string& path : superseded_) {
    static_cast<void>(files_.remove(directory_ + "/" + path).has_value());
  }
  superseded_.clear();
  for (std::string& path : partials_) {
    if (std::find(newest.begin(), newest.end(), path) == newest.end()) {
      superseded_.push_back(std::move(path));
    }
  }
  partials_ = std::move(newest);
}

}  // namespace velum
