#pragma once
// ImportDisplay: what a person sees of an import: a bar on a terminal, the first errors, and the
// sum. Everything but the sum goes to standard error.

#include <chrono>
#include <cstdint>

#include "base/clock.h"
#include "cli/import.h"
#include "cli/layout.h"

namespace velum {

enum class LayoutChoice : std::uint8_t { given, by_header };
void show_layout(Layout layout, LayoutChoice choice);

class ImportDisplay {
 public:
  // Both outlive the display.
  ImportDisplay(const Clock& clock, const RecordReader& reader);

  void show_rejected(std::uint64_t line, const Error& error);
  void show_progress(const ImportCounts& counts);
  void show_end(const ImportCounts& counts, ImportMode mode, const RejectFile& rejects);

 private:
  void clear_bar();
  double seconds() const;

  const Clock& clock_;
  const RecordReader& reader_;
  const std::chrono::nanoseconds started_;
  const bool on_terminal_;
  std::chrono::nanoseconds next_bar_{0};
  std::uint64_t errors_ = 0;
  bool bar_is_shown_ = false;
};

}  // namespace velum
