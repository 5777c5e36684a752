#pragma once
// RejectFile: the records that an import could not take, as they were, so that they can be mended
// and imported. Made at the first of them, readable by its owner only (they are about people), and
// never in the place of another: what exists is kept, and the name gets a number.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/sensitive.h"
#include "io/file.h"

namespace velum {

enum class RecordPart : std::uint8_t { last, more_follows };

class RejectFile {
 public:
  // `header` comes first, if it is not empty.
  RejectFile(FileSystem& files, std::string path, std::string_view header)
      : files_(files), path_(std::move(path)), header_(header) {}

  // A record, or a piece of one that is too long to hold.
  Result<void> add(std::string_view text, RecordPart part = RecordPart::last);
  Result<void> sync();

  bool is_there() const { return file_ != nullptr; }
  const std::string& path() const { return path_; }  // Once it is there.

 private:
  Result<void> create();
  Result<void> write(std::string_view text, RecordPart part);

  FileSystem& files_;
  std::string path_;
  std::string header_;
  std::unique_ptr<File> file_;
  std::uint64_t size_bytes_ = 0;
};

}  // namespace velum
