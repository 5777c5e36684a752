// Promises: no erasure that a ledger's head covers is ever lost or changed unseen, and none is made
// up: whatever is done to the bytes, what is read is a beginning of what was written, and all that
// the head covers. A ledger with two copies comes back whole while one of them is.

#include <memory>
#include <vector>

#include "fuzz/fuzz.h"
#include "io/sim_file.h"
#include "keys/erasure_ledger.h"

namespace velum {
namespace {

constexpr std::size_t entries_max = 4;

Key256 seed() {
  Key256 key;
  std::fill(key.mutable_bytes().begin(), key.mutable_bytes().end(), std::uint8_t{9});
  return key;
}

struct Written {
  std::vector<ErasureEntry> entries;
  std::vector<LedgerHead> heads = {empty_ledger_head()};  // Before the first, and after each.
  Bytes bytes;
};

// An entry a letter.
Written write(std::string_view letters) {
  Written ledger;
  append(ledger.bytes, ledger_title());
  for (const char letter : letters.substr(0, entries_max)) {
    const auto step = letter % 2 == 0 ? ErasureStep::done : ErasureStep::begin;
    Uuid::Raw token{};
    token.fill(static_cast<std::uint8_t>(letter));
    ledger.entries.push_back({AccountId{7}, Token(Uuid(token)), Instant(Ticks(letter)), step});
    const Bytes entry = encode_entry(seed(), ledger.heads.back(), ledger.entries.back());
    append(ledger.bytes, entry);
    ledger.heads.push_back(head_after(ledger.heads.back(), entry));
  }
  return ledger;
}

bool is_beginning(const std::vector<ErasureEntry>& some, const std::vector<ErasureEntry>& all) {
  return some.size() <= all.size() && std::equal(some.begin(), some.end(), all.begin());
}

void check_reading(const Written& ledger, std::size_t covered, const Bytes& changed) {
  static const Ed25519PublicKey key = ed25519_public_key(seed());
  const auto read = read_ledger(key, changed, ledger.heads[covered], "l");
  if (changed == ledger.bytes) VELUM_CHECK(read && read->entries == ledger.entries);
  if (read) {
    VELUM_CHECK(read->entries.size() >= covered && is_beginning(read->entries, ledger.entries));
    VELUM_CHECK(read->head.count == read->entries.size());
    VELUM_CHECK(read->head.chain == ledger.heads[read->entries.size()].chain);
  }
}

void check_head(const LedgerHead& head, std::string_view how) {
  const Bytes bytes = encode_head(seed(), head);
  const Bytes changed = fuzz::damaged(bytes, how);
  const auto read = read_head(ed25519_public_key(seed()), changed, "h");
  VELUM_CHECK(read.has_value() == (changed == bytes));
}

void put(SimFileSystem& files, const std::string& path, ByteView content) {
  VELUM_CHECK(replace_file(files, path, content, FileAccess::owner));
}

void check_copies(const Written& ledger, std::size_t covered, const Bytes& first,
                  const Bytes& second) {
  SimFileSystem files;
  put(files, "key.ledger", first);
  put(files, "second", second);
  put(files, "key.ledger-head", encode_head(seed(), ledger.heads[covered]));
  const auto opened = ErasureLedger::open(files, {"key", "second"}, seed());
  if (!opened) {
    VELUM_CHECK(opened.error().code() == ErrorCode::corrupt);
    return;
  }
  for (const std::string path : {"key.ledger", "second"}) {
    VELUM_CHECK(*read_file(files, path, std::size_t{1} << 20) == ledger.bytes);
  }
  for (const ErasureEntry& entry : (*opened)->entries()) {
    VELUM_CHECK(std::ranges::find(ledger.entries, entry) != ledger.entries.end());
  }
  const ErasureEntry next{AccountId{8}, Token(), Instant(), ErasureStep::begin};
  VELUM_CHECK((*opened)->append(next) && (*opened)->is_under_way(next.account, next.token));
}

}  // namespace
}  // namespace velum

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace velum;
  std::string_view how = fuzz::text_of(data, size);
  const Written ledger = write(fuzz::take_part(how, "\n"));
  const std::size_t covered = fuzz::take_byte(how) % ledger.heads.size();
  const Bytes changed = fuzz::damaged(ledger.bytes, how);
  check_reading(ledger, covered, changed);
  check_head(ledger.heads[covered], how);
  check_copies(ledger, covered, changed, ledger.bytes);
  check_copies(ledger, covered, ledger.bytes, changed);
  return 0;
}
