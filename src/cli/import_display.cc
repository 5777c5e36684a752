#include "cli/import_display.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <string>

namespace velum {
namespace {

constexpr std::uint64_t errors_shown_max = 20;
constexpr std::chrono::milliseconds bar_interval{100};
constexpr std::size_t bar_width = 30;

std::string one_decimal(double value) {
  const auto tenths = static_cast<std::int64_t>(std::llround(value * 10));
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

}  // namespace

void show_layout(Layout layout, LayoutChoice choice) {
  std::cerr << "layout: " << layout_name(layout)
            << (main_part(layout) == RowPart::address ? ", addresses" : "")
            << (choice == LayoutChoice::by_header ? " (by the header)" : "") << "\n";
}

ImportDisplay::ImportDisplay(const Clock& clock, const RecordReader& reader)
    : clock_(clock),
      reader_(reader),
      started_(clock.monotonic()),
      on_terminal_(isatty(STDERR_FILENO) == 1) {}

double ImportDisplay::seconds() const {
  return std::chrono::duration<double>(clock_.monotonic() - started_).count();
}

void ImportDisplay::clear_bar() {
  if (bar_is_shown_) std::cerr << "\r\033[K";
  bar_is_shown_ = false;
}

void ImportDisplay::show_rejected(std::uint64_t line, const Error& error) {
  if (++errors_ > errors_shown_max) return;
  clear_bar();
  std::cerr << "line " << line << ": ";
  if (!error.subject().empty()) std::cerr << error.subject() << ": ";
  std::cerr << error.message() << "\n";
}

void ImportDisplay::show_progress(const ImportCounts& counts) {
  if (!on_terminal_ || clock_.monotonic() < next_bar_) return;
  next_bar_ = clock_.monotonic() + bar_interval;
  const std::uint64_t done = counts.records;
  const double passed = seconds();
  std::string line = "\r\033[K";
  if (const auto size = reader_.size_bytes(); size && *size > 0) {
    const double part =
        std::min(1.0, static_cast<double>(reader_.bytes_read()) / static_cast<double>(*size));
    const auto filled = static_cast<std::size_t>(part * static_cast<double>(bar_width));
    line += "[" + std::string(filled, '#') + std::string(bar_width - filled, '.') + "] " +
            std::to_string(static_cast<int>(part * 100)) + " %, ";
    if (part > 0) line += one_decimal(passed / part - passed) + " s left, ";
  }
  const double rate = passed > 0 ? static_cast<double>(done) / passed : 0;
  line += std::to_string(done) + " records, " + std::to_string(std::llround(rate)) + "/s";
  std::cerr << line << std::flush;
  bar_is_shown_ = true;
}

void ImportDisplay::show_end(const ImportCounts& counts, ImportMode mode,
                             const RejectFile& rejects) {
  clear_bar();
  if (errors_ > errors_shown_max) {
    std::cerr << "... and " << errors_ - errors_shown_max << " more lines rejected\n";
  }
  std::cout << (mode == ImportMode::write ? "imported " : "dry run: would import ")
            << counts.all().imported << ", already there " << counts.all().already_there
            << ", rejected " << counts.rejected << ", in " << one_decimal(seconds()) << " s\n";
  for (const auto& [entity, of_it] : counts.entities) {
    if (counts.entities.size() == 1) break;
    std::cout << "  " << entity_name(entity) << ": " << of_it.imported << ", already there "
              << of_it.already_there << "\n";
  }
  if (rejects.is_there()) std::cout << "rejected records are in " << rejects.path() << "\n";
}

}  // namespace velum
