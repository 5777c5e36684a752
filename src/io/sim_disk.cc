#include "io/sim_disk.h"

#include <algorithm>

#include "base/result.h"

namespace velum {
namespace {

void apply_to(Bytes& content, const SimChange& change) {
  if (change.resized_to) {
    content.resize(static_cast<std::size_t>(*change.resized_to));
    return;
  }
  const std::size_t end = static_cast<std::size_t>(change.offset) + change.bytes.size();
  if (content.size() < end) content.resize(end);
  std::ranges::copy(change.bytes, content.begin() + static_cast<std::ptrdiff_t>(change.offset));
}

std::uint8_t draw(Random& random) {
  std::uint8_t byte = 0;
  random.fill({&byte, 1});
  return byte;
}

bool toss(Random& random) { return draw(random) % 2 == 0; }

// Each sector of the write for itself: a disk may write them in any order.
void apply_torn(Bytes& content, const SimChange& change, Random& random) {
  std::size_t done = 0;
  while (done < change.bytes.size()) {
    const std::uint64_t offset = change.offset + done;
    const std::size_t sector_left = sim_sector_size_bytes - offset % sim_sector_size_bytes;
    const std::size_t size = std::min(sector_left, change.bytes.size() - done);
    if (toss(random)) {
      const auto sector = ByteView(change.bytes).subspan(done, size);
      apply_to(content, {offset, Bytes(sector.begin(), sector.end()), std::nullopt});
    }
    done += size;
  }
}

void keep_some_content(SimNode& node, Random& random) {
  for (const SimChange& change : node.unsynced) {
    switch (draw(random) % 3) {
      case 0: apply_to(node.durable_content, change); break;
      case 1:
        if (!change.resized_to) apply_torn(node.durable_content, change, random);
        break;
      default: break;  // Lost.
    }
  }
}

template <typename Visit>
void visit_tree(const std::shared_ptr<SimNode>& node, Visit visit) {
  visit(*node);
  for (const auto& [name, child] : node->entries) visit_tree(child, visit);
}

// After a power cut, only what is on the disk is there to be seen.
void show_durable(SimNode& node) {
  node.entries = node.durable_entries;
  node.content = node.durable_content;
  node.unsynced.clear();
  node.lock_owner = nullptr;
}

}  // namespace

void SimNode::apply(SimChange change) {
  apply_to(content, change);
  unsynced.push_back(std::move(change));
}

void SimNode::sync() {
  for (const SimChange& change : unsynced) apply_to(durable_content, change);
  unsynced.clear();
}

std::shared_ptr<SimNode> SimPlace::node() const {
  if (!directory) return nullptr;
  if (name.empty()) return directory;
  const auto entry = directory->entries.find(name);
  return entry == directory->entries.end() ? nullptr : entry->second;
}

SimPlace SimDisk::place(std::string_view path) const {
  SimPlace place{root_, ""};
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view name = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (name.empty() || name == ".") continue;
    VELUM_CHECK(name != "..");  // Nothing here needs it.
    auto directory = place.node();
    if (directory && directory->kind != SimNode::Kind::directory) directory = nullptr;
    place = {std::move(directory), std::string(name)};
  }
  return place;
}

std::shared_ptr<SimNode> SimDisk::find(std::string_view path) const { return place(path).node(); }

std::shared_ptr<SimNode> SimDisk::create(const SimPlace& to, SimNode::Kind kind) {
  auto node = std::make_shared<SimNode>(kind);
  to.directory->entries[to.name] = node;
  unsynced_.push_back({{}, to, node});
  return node;
}

void SimDisk::move(const SimPlace& from, const SimPlace& to) {
  auto node = from.node();
  from.directory->entries.erase(from.name);
  to.directory->entries[to.name] = node;
  unsynced_.push_back({from, to, std::move(node)});
}

void SimDisk::remove(const SimPlace& from) {
  auto node = from.node();
  from.directory->entries.erase(from.name);
  unsynced_.push_back({from, {}, std::move(node)});
}

void SimDisk::apply(const NameChange& change) {
  if (change.from.directory) change.from.directory->durable_entries.erase(change.from.name);
  if (change.to.directory) change.to.directory->durable_entries[change.to.name] = change.node;
}

void SimDisk::sync_directory(const std::shared_ptr<SimNode>& directory) {
  for (const NameChange& change : unsynced_) {
    if (change.directory() == directory) apply(change);
  }
  lose_unsynced(directory);
}

void SimDisk::lose_unsynced(const std::shared_ptr<SimNode>& directory) {
  std::erase_if(unsynced_,
                [&](const NameChange& change) { return change.directory() == directory; });
}

void SimDisk::keep_all() {
  visit_tree(root_, [](SimNode& node) {
    node.durable_entries = node.entries;
    node.durable_content = node.content;
  });
  keep_synced();
}

void SimDisk::keep_synced() {
  unsynced_.clear();
  // Shows a directory before its entries are visited.
  visit_tree(root_, show_durable);
}

void SimDisk::keep_some(Random& random) {
  // Of a file that is renamed or removed here, the content counts only if its name survives.
  visit_tree(root_, [&](SimNode& node) { keep_some_content(node, random); });
  for (const NameChange& change : unsynced_) {
    const bool is_creation = !change.from.directory;
    // A journal does not replay a change to a name whose earlier change it does not have.
    const auto& durable = is_creation ? change.to.directory->durable_entries
                                      : change.from.directory->durable_entries;
    const auto entry = durable.find(is_creation ? change.to.name : change.from.name);
    const bool applies = is_creation || (entry != durable.end() && entry->second == change.node);
    if (toss(random) && applies) apply(change);
  }
  keep_synced();
}

}  // namespace velum
