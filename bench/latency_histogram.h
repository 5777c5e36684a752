#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace velum::bench {

// Latencies in buckets of 3 %: adding one is a few instructions, and a percentile is exact to its
// bucket.
class LatencyHistogram {
 public:
  void add(std::uint64_t ns) {
    ++counts_[bucket(ns)];
    ++total_;
  }
  void add(const LatencyHistogram& other) {
    for (std::size_t at = 0; at < counts_.size(); ++at) counts_[at] += other.counts_[at];
    total_ += other.total_;
  }
  std::uint64_t total() const { return total_; }

  // The upper edge of the bucket that holds the share (0 to 1) of all latencies, in microseconds.
  double percentile_us(double share) const {
    const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(total_));
    std::uint64_t seen = 0;
    for (std::size_t at = 0; at < counts_.size(); ++at) {
      seen += counts_[at];
      if (seen > wanted) return static_cast<double>(edge_ns(at)) / 1e3;
    }
    return 0;
  }

 private:
  static constexpr unsigned sub_bits = 5;
  static constexpr std::uint64_t sub_buckets = 1U << sub_bits;

  // Below 32 ns a bucket each; above, 32 buckets to every power of two.
  static std::size_t bucket(std::uint64_t ns) {
    if (ns < sub_buckets) return static_cast<std::size_t>(ns);
    const auto power = static_cast<unsigned>(std::bit_width(ns)) - sub_bits - 1;
    return static_cast<std::size_t>((power + 1) * sub_buckets + ((ns >> power) - sub_buckets));
  }
  static std::uint64_t edge_ns(std::size_t at) {
    if (at < sub_buckets) return at;
    const std::uint64_t power = at / sub_buckets - 1;
    return (at % sub_buckets + sub_buckets + 1) << power;
  }

  std::array<std::uint64_t, 60 * sub_buckets> counts_{};
  std::uint64_t total_ = 0;
};

}  // namespace velum::bench
