// How often this disk flushes: what no durable write can be faster than.
//
//   flush_rate DIR [SECONDS]     writes and syncs 4 KiB at a time to a zero-filled file in DIR
//
// Prints one JSON object: flushes a second, and their latencies in microseconds.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "io/system_file.h"
#include "latency_histogram.h"

namespace velum::bench {
namespace {

constexpr std::uint64_t block_bytes = 4096;
constexpr std::uint64_t file_bytes = 8 << 20;  // As a segment of the audit journal.

int run(const std::string& directory, double seconds) {
  using Clock = std::chrono::steady_clock;
  SystemFileSystem files;
  const std::string path = directory + "/flush-rate";
  auto file = files.open(path, OpenMode::create_or_open, FileAccess::owner);
  if (!file || !(*file)->allocate(file_bytes) || !(*file)->sync()) {
    std::fprintf(stderr, "cannot write in %s\n", directory.c_str());
    return 1;
  }
  const Bytes block(block_bytes, 0x5a);
  LatencyHistogram latencies;
  const auto start = Clock::now();
  auto now = start;
  for (std::uint64_t offset = 0; now - start < std::chrono::duration<double>(seconds);) {
    if (!(*file)->write_at(offset, block) || !(*file)->sync()) return 1;
    const auto after = Clock::now();
    latencies.add(static_cast<std::uint64_t>((after - now).count()));
    now = after;
    offset = (offset + block_bytes) % file_bytes;
  }
  const double spent_s = std::chrono::duration<double>(now - start).count();
  std::printf(R"({"per_second":%.1f,"p50_us":%.1f,"p99_us":%.1f})"
              "\n",
              static_cast<double>(latencies.total()) / spent_s, latencies.percentile_us(0.5),
              latencies.percentile_us(0.99));
  return files.remove(path) ? 0 : 1;
}

}  // namespace
}  // namespace velum::bench

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: flush_rate DIR [SECONDS]\n");
    return 2;
  }
  return velum::bench::run(argv[1], argc > 2 ? std::atof(argv[2]) : 2);
}
