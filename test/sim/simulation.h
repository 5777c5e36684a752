#pragma once
// One life of a store, of which a seed decides all but what threads interleave: clients, time,
// erasures, failing disks, power cuts and restarts, and a judge who remembers what was promised.

#include <cstddef>
#include <cstdint>

namespace velum {

struct SimulationCounts {
  std::size_t requests = 0;
  std::size_t answered = 0;
  std::size_t starts = 0;
  std::size_t power_cuts = 0;
  std::size_t disk_faults = 0;
  std::size_t erasures = 0;
  std::size_t reveals_refused = 0;  // Because the log could not be written.

  SimulationCounts& operator+=(const SimulationCounts& more);
};

// What is wrong is a failure of the running test.
SimulationCounts simulate(std::uint64_t seed, std::size_t operations);

}  // namespace velum
