#include "audit/bundle_filter.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "audit/tile_tree.h"
#include "base/crc32c.h"
#include "base/ids.h"

namespace velum {
namespace {

constexpr std::string_view magic = "vsf1";
constexpr std::size_t bundle_at = 8, root_at = 16, from_at = 48, to_at = 56, bits_at = 64;
constexpr std::uint32_t bits_count = (bundle_filter_bytes - bits_at) * 8;
constexpr std::size_t probes_count = 7;

// Prefixes of a value that are in the filter: of an id the first 8 characters and all of it, of
// anything else the first 4, 8, 16, 24 and so on. A search probes the longest that its own prefix
// has, whichever kind of value it may be the beginning of.
constexpr std::size_t short_prefix = 4, prefix_step = 8, prefix_max = 128;

// Can `text` be how an id, or more than it, begins?
bool begins_like_id(std::string_view text) {
  for (std::size_t at = 0; at < std::min(text.size(), Uuid::size_text); ++at) {
    const char letter = text[at];
    const bool is_dash = at == 8 || at == 13 || at == 18 || at == 23;
    const bool is_hex = (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
    if (is_dash ? letter != '-' : !is_hex) return false;
  }
  return true;
}

template <typename Take>
void each_prefix_size(std::string_view value, const Take& take) {
  if (value.size() >= Uuid::size_text && begins_like_id(value)) {
    take(prefix_step);
    take(Uuid::size_text);
    return;
  }
  if (value.size() >= short_prefix) take(short_prefix);
  for (std::size_t size = prefix_step; size <= std::min(value.size(), prefix_max);
       size += prefix_step) {
    take(size);
  }
}

// The size of the prefix of `wanted` that each value which begins with it is in the filter by.
std::optional<std::size_t> probed_size(std::string_view wanted) {
  if (begins_like_id(wanted)) {
    if (wanted.size() >= Uuid::size_text) return Uuid::size_text;
    if (wanted.size() >= prefix_step) return prefix_step;
    return std::nullopt;
  }
  if (wanted.size() >= prefix_step) {
    return std::min(wanted.size() / prefix_step * prefix_step, prefix_max);
  }
  if (wanted.size() >= short_prefix) return short_prefix;
  return std::nullopt;
}

// FNV-1a, and its bits mixed once more (the finaliser of MurmurHash3).
std::uint64_t hash_of(std::string_view kind, std::string_view text) {
  std::uint64_t hash = 0xCBF2'9CE4'8422'2325;
  for (const std::string_view part : {kind, std::string_view("=", 1), text}) {
    for (const char letter : part) {
      hash = (hash ^ static_cast<std::uint8_t>(letter)) * 0x0000'0100'0000'01B3;
    }
  }
  hash = (hash ^ (hash >> 33)) * 0xFF51'AFD7'ED55'8CCD;
  hash = (hash ^ (hash >> 33)) * 0xC4CE'B9FE'1A85'EC53;
  return hash ^ (hash >> 33);
}

std::array<std::uint32_t, probes_count> bits_of(std::uint64_t hash) {
  std::array<std::uint32_t, probes_count> bits{};
  std::uint64_t at = hash & 0xFFFF'FFFF;
  const std::uint64_t step = (hash >> 32) | 1;
  for (std::uint32_t& bit : bits) {
    bit = static_cast<std::uint32_t>(at % bits_count);
    at += step;
  }
  return bits;
}

constexpr std::string_view action_kind = "a", actor_kind = "u", entity_kind = "e", id_kind = "i",
                           outcome_kind = "o";

void add_value(std::string_view kind, std::string_view value,
               std::unordered_set<std::uint64_t>& hashes) {
  each_prefix_size(value,
                   [&](std::size_t size) { hashes.insert(hash_of(kind, value.substr(0, size))); });
}

void add_entry(std::string_view entry, std::unordered_set<std::uint64_t>& hashes) {
  add_value(action_kind, audit_member(entry, "action"), hashes);
  add_value(actor_kind, audit_actor_member(entry, "id"), hashes);
  add_value(actor_kind, audit_actor_member(entry, "name"), hashes);
  add_value(entity_kind, audit_member(entry, "entity"), hashes);
  add_value(id_kind, audit_member(entry, "record"), hashes);
  add_value(id_kind, audit_member(entry, "token"), hashes);
  add_value(outcome_kind, audit_member(entry, "outcome"), hashes);
}

std::int64_t time_at(ByteView filter, std::size_t at) {
  return static_cast<std::int64_t>(read_u64be(filter.subspan(at)));
}

struct FilterContent {
  Sha256Digest root{};
  std::int64_t oldest = INT64_MAX, newest = INT64_MIN;  // Of nothing.
  std::unordered_set<std::uint64_t> hashes;
};

Bytes encode_filter(std::uint64_t bundle, const FilterContent& content) {
  Bytes body;
  append_u64be(body, bundle);
  append(body, content.root);
  append_u64be(body, static_cast<std::uint64_t>(content.oldest));
  append_u64be(body, static_cast<std::uint64_t>(content.newest));
  const std::size_t bits_from = body.size();
  body.resize(bundle_filter_bytes - bundle_at);
  for (const std::uint64_t hash : content.hashes) {
    for (const std::uint32_t bit : bits_of(hash)) {
      std::uint8_t& byte = body[bits_from + bit / 8];
      byte = static_cast<std::uint8_t>(byte | (1U << (bit % 8)));
    }
  }
  Bytes filter;
  append(filter, as_bytes(magic));
  append_u32be(filter, crc32c(0, body));
  append(filter, body);
  return filter;
}

}  // namespace

Bytes make_bundle_filter(std::uint64_t bundle, const std::vector<std::string>& entries) {
  FilterContent content;
  std::vector<Sha256Digest> leaves;
  for (const std::string& entry : entries) {
    leaves.push_back(merkle_leaf_hash(as_bytes(entry)));
    add_entry(entry, content.hashes);
    const auto time = parse_instant(audit_member(entry, "time"));
    // One that cannot be read rules nothing out.
    content.oldest = time ? std::min(content.oldest, time->time_since_epoch().count()) : INT64_MIN;
    content.newest = time ? std::max(content.newest, time->time_since_epoch().count()) : INT64_MAX;
  }
  content.root = tile_root(std::move(leaves));
  return encode_filter(bundle, content);
}

Bytes make_pruned_filter(std::uint64_t bundle, const Sha256Digest& tile_root) {
  FilterContent nothing;
  nothing.root = tile_root;
  return encode_filter(bundle, nothing);
}

bool is_sound_filter(std::uint64_t bundle, ByteView filter) {
  return filter.size() == bundle_filter_bytes && as_text(filter.first(magic.size())) == magic &&
         read_u64be(filter.subspan(bundle_at)) == bundle &&
         read_u32be(filter.subspan(magic.size())) == crc32c(0, filter.subspan(bundle_at));
}

bool is_filter_of(std::uint64_t bundle, const Sha256Digest& tile_root, ByteView filter) {
  return is_sound_filter(bundle, filter) &&
         std::equal(tile_root.begin(), tile_root.end(), filter.begin() + root_at);
}

FilterQuery::FilterQuery(const AuditFilter& wanted) {
  add(action_kind, wanted.actions);
  add(actor_kind, wanted.actors);
  add(entity_kind, wanted.entities);
  add(id_kind, wanted.ids);
  add(outcome_kind, wanted.outcomes);
  if (wanted.kind == AuditKind::disclosure) add(outcome_kind, {"done"});
  if (wanted.from) from_ = wanted.from->time_since_epoch().count();
  if (wanted.to) to_ = wanted.to->time_since_epoch().count();
}

// If one of the prefixes is too short to be looked up, nothing is known of them all.
void FilterQuery::add(std::string_view kind, const AuditFilter::AnyOf& prefixes) {
  std::vector<Probe> group;
  for (const std::string& prefix : prefixes) {
    const auto size = probed_size(prefix);
    if (!size) return;
    group.push_back(bits_of(hash_of(kind, std::string_view(prefix).substr(0, *size))));
  }
  if (!group.empty()) groups_.push_back(std::move(group));
}

// What it says is only believed when it is about to be acted on: that takes the longest.
bool FilterQuery::rules_out(std::uint64_t bundle, ByteView filter) const {
  if (filter.size() != bundle_filter_bytes) return false;
  const auto is_set = [filter](std::uint32_t bit) {
    return (filter[bits_at + bit / 8] & (1U << (bit % 8))) != 0;
  };
  const auto hits = [&is_set](const Probe& probe) {
    return std::all_of(probe.begin(), probe.end(), is_set);
  };
  bool is_out = time_at(filter, to_at) < from_ || time_at(filter, from_at) >= to_;
  for (const std::vector<Probe>& group : groups_) {
    is_out = is_out || std::none_of(group.begin(), group.end(), hits);
  }
  return is_out && is_sound_filter(bundle, filter);
}

}  // namespace velum
