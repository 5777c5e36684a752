#pragma once
// Metrics: what /metrics shows, in Prometheus' text format.
//
// Labels are route templates, methods and status codes: never a path, an account or a value, so
// that nobody learns from them who is in a store, or what another store does.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "server/routes.h"

namespace prometheus {
class Counter;
class Histogram;
}  // namespace prometheus

namespace velum {

// A figure that somebody else counts, asked for at each scrape.
struct MetricSample {
  enum class Kind : std::uint8_t { counter, gauge };

  Literal name;
  Literal help;
  Kind kind = Kind::counter;
  double value = 0;
};
using MetricSource = std::function<std::vector<MetricSample>()>;

class Metrics {
 public:
  // `source` is called on any loop's thread, and lives as long as what it asks.
  explicit Metrics(MetricSource source);
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;
  ~Metrics();

  std::string text() const;  // Any thread.

 private:
  friend class RequestMetrics;
  struct State;
  std::unique_ptr<State> state_;
};

// One loop's way to count its requests.
class RequestMetrics {
 public:
  explicit RequestMetrics(Metrics& metrics);  // Which outlives it.

  // `route` is one of routes(), or nullptr for what found none.
  void observe(const Route* route, int status, std::chrono::nanoseconds duration);

 private:
  // The counters of one route: found once, then used without a look-up by labels.
  struct RouteCounters {
    prometheus::Histogram* seconds = nullptr;
    std::vector<std::pair<int, prometheus::Counter*>> by_status;
  };

  Metrics& metrics_;
  std::vector<RouteCounters> routes_;  // By position in routes(); the last is for none.
};

}  // namespace velum
