// Promises: a key file is taken as it was written or not at all. What opens everything opens masked
// reads too, with the same keys; a masked copy holds nothing that can unmask.

#include "crypto/crypto.h"
#include "fuzz/fuzz.h"
#include "io/sim_file.h"
#include "keys/key_file.h"

namespace velum {
namespace {

void write_file(FileSystem& files, const std::string& path, ByteView content) {
  VELUM_CHECK(replace_file(files, path, content, FileAccess::owner));
}

// The lines as a key file has them, with the checksum that they need.
Bytes key_text(std::string_view title, std::string_view lines) {
  std::string text = std::string(title) + "\n" + std::string(lines);
  if (!text.ends_with('\n')) text += '\n';
  text += "checksum " + to_hex(sha256(as_bytes(text))) + "\n";
  const ByteView bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

bool same(const Key256& left, const Key256& right) {
  return std::ranges::equal(left.bytes(), right.bytes());
}

// `keys` are for masked reads only, and otherwise those of `whole`.
void check_masked(const RootKeys& keys, const RootKeys& whole) {
  VELUM_CHECK(!keys.full && same(keys.masked, whole.masked));
  VELUM_CHECK(same(keys.ledger_seed, whole.ledger_seed));
  VELUM_CHECK(keys.current_epoch == whole.current_epoch);
  VELUM_CHECK(keys.epochs.size() == whole.epochs.size());
  VELUM_CHECK(keys.epochs.contains(keys.current_epoch));
  for (const auto& [number, epoch] : keys.epochs) {
    VELUM_CHECK(!epoch.full && same(epoch.masked, whole.epochs.at(number).masked));
  }
}

void check_copy(SimFileSystem& files, const RootKeys& masked) {
  VELUM_CHECK(copy_masked_keys(files, "roots", "copy"));
  const auto copy = load_key_file(files, "copy", KeyScope::masked_only);
  VELUM_CHECK(copy.has_value());
  check_masked(*copy, masked);
  const auto whole = load_key_file(files, "copy", KeyScope::everything);
  VELUM_CHECK(!whole && whole.error().code() == ErrorCode::sealed);
  for (const std::string path : {"copy", "copy.epochs"}) {
    const Bytes content = files.content(path);
    VELUM_CHECK(as_text(content).find("root-p") == std::string_view::npos);
    VELUM_CHECK(as_text(content).find("full-") == std::string_view::npos);
  }
}

}  // namespace
}  // namespace velum

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace velum;
  std::string_view how = fuzz::text_of(data, size);
  const Bytes roots = key_text("velum root keys v1", fuzz::take_part(how, "---\n"));
  const Bytes epochs = key_text("velum epoch keys v1", fuzz::take_part(how, "---\n"));
  SimFileSystem files;
  write_file(files, "roots", roots);
  write_file(files, "roots.epochs", epochs);
  const auto whole = load_key_file(files, "roots", KeyScope::everything);
  const auto masked = load_key_file(files, "roots", KeyScope::masked_only);
  if (whole) {
    VELUM_CHECK(whole->full && masked);
    check_masked(*masked, *whole);
  }
  if (masked) check_copy(files, *masked);

  for (const auto& [path, content] : {std::pair("roots", roots), {"roots.epochs", epochs}}) {
    const Bytes changed = fuzz::damaged(content, how);
    if (changed == content) continue;
    write_file(files, path, changed);
    VELUM_CHECK(!load_key_file(files, "roots", KeyScope::masked_only));
    write_file(files, path, content);
  }
  return 0;
}
