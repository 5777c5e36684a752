#include "cli/reject_file.h"

namespace velum {

Result<void> RejectFile::create() {
  const std::string wanted = path_;
  for (int number = 2;; ++number) {
    auto file = files_.open(path_, OpenMode::create_new, FileAccess::owner);
    if (file) {
      file_ = *std::move(file);
      return header_.empty() ? Result<void>() : write(header_, RecordPart::last);
    }
    if (file.error().code() != ErrorCode::already_exists) return file.error();
    path_ = wanted + "." + std::to_string(number);
  }
}

Result<void> RejectFile::write(std::string_view text, RecordPart part) {
  WipedText line(text.begin(), text.end());
  if (part == RecordPart::last) line.push_back('\n');
  TRY(file_->write_at(size_bytes_, as_bytes(view(line))));
  size_bytes_ += line.size();
  return {};
}

Result<void> RejectFile::add(std::string_view text, RecordPart part) {
  if (!file_) TRY(create());
  return write(text, part);
}

Result<void> RejectFile::sync() {
  return file_ ? file_->sync() : Result<void>();
}

}  // namespace velum
