#pragma once
// The journal's files: chained frames in zero-filled segments. What is durable here has happened;
// the trees (tile_tree.h) are made from it, behind it. docs/data-format.md has the bytes:
//
//   segment:  "VELUMJ1\n" | number u64be | chain[32] of all before | SHA-256 of these 48 bytes
//             frame* (journal_frame.h)
//
// A segment says how the one before it ended, so what an unacknowledged write left beyond that
// point is known to be nothing. A process always begins a new segment: it never appends behind a
// torn tail.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "crypto/crypto.h"
#include "io/file.h"

namespace velum {

struct JournalFrame {
  AccountId account{};
  std::uint64_t number = 0;  // Of the entry, in its account, from 0.
  EntryId id;
  std::string entry;
};

struct JournalEnd {
  std::uint64_t segment = 0;  // The last one there is; 0 if there is none.
  Sha256Digest chain{};
};

// Reads what counts, oldest first. Fails with corrupt, naming the file, if it does not hang
// together. A server may run: segments that it removes meanwhile are left out, since their entries
// are in a tree by then.
Result<JournalEnd> read_journal(
    FileSystem& files, const std::string& directory,
    const std::function<Result<void>(JournalFrame, std::uint64_t)>& each);

// Writes on one thread. After a failure the next append begins a new segment; the caller appends
// again what is not durable, or does not.
class JournalWriter {
 public:
  JournalWriter(FileSystem& files, std::string directory, JournalEnd end,
                std::uint64_t segment_size_bytes)
      : files_(files),
        directory_(std::move(directory)),
        end_(end),
        segment_size_bytes_(segment_size_bytes) {}

  // How far an append came: the first `durable` frames are part of the journal, whatever `result`.
  struct Appended {
    Result<void> result;
    std::size_t durable = 0;
  };
  // Makes the frames durable, in one write and one sync unless a segment ends. No retry on the same
  // file: after a failure the next call begins a new segment.
  Appended append(const std::vector<JournalFrame>& frames);
  std::uint64_t segment() const { return end_.segment; }

 private:
  Result<void> begin_segment();
  Result<void> flush(ByteView bytes, const Sha256Digest& chain);

  FileSystem& files_;
  std::string directory_;
  JournalEnd end_;
  std::uint64_t segment_size_bytes_;
  std::unique_ptr<File> file_;
  std::uint64_t offset_ = 0;
};

std::string segment_path(const std::string& directory, std::uint64_t segment);
// The numbers of the segments there are, in order.
Result<std::vector<std::uint64_t>> list_segments(FileSystem& files, const std::string& directory);

}  // namespace velum
