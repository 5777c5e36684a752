#include "server/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <sstream>

namespace velum {
namespace {

const prometheus::Histogram::BucketBoundaries& second_buckets() {
  static const prometheus::Histogram::BucketBoundaries bounds = {
      0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005,
      0.01,    0.02,    0.05,   0.1,    0.25,   0.5,   1,     2.5};
  return bounds;
}

std::string method_name(HttpMethod method) {
  switch (method) {
    case HttpMethod::get: return "GET";
    case HttpMethod::head: return "HEAD";
    case HttpMethod::post: return "POST";
    case HttpMethod::put: return "PUT";
    case HttpMethod::patch: return "PATCH";
    case HttpMethod::del: return "DELETE";
    case HttpMethod::options: return "OPTIONS";
    case HttpMethod::other: return "other";
  }
  VELUM_CHECK(false);
}

prometheus::Labels labels_of(const Route* route) {
  if (route == nullptr) return {{"route", "none"}, {"method", "other"}};
  return {{"route", std::string(route->path)}, {"method", method_name(route->method)}};
}

prometheus::MetricFamily family_of(const MetricSample& sample) {
  prometheus::MetricFamily family;
  family.name = sample.name.view();
  family.help = sample.help.view();
  prometheus::ClientMetric metric;
  if (sample.kind == MetricSample::Kind::counter) {
    family.type = prometheus::MetricType::Counter;
    metric.counter.value = sample.value;
  } else {
    family.type = prometheus::MetricType::Gauge;
    metric.gauge.value = sample.value;
  }
  family.metric.push_back(std::move(metric));
  return family;
}

}  // namespace

struct Metrics::State {
  explicit State(MetricSource from) : source(std::move(from)) {}

  MetricSource source;
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests =
      prometheus::BuildCounter()
          .Name("velum_http_requests_total")
          .Help("Requests answered, by route template and status.")
          .Register(registry);
  prometheus::Family<prometheus::Histogram>& seconds =
      prometheus::BuildHistogram()
          .Name("velum_http_request_seconds")
          .Help("From the request read to its answer made, by route template.")
          .Register(registry);
};

Metrics::Metrics(MetricSource source) : state_(std::make_unique<State>(std::move(source))) {}
Metrics::~Metrics() = default;

std::string Metrics::text() const {
  std::vector<prometheus::MetricFamily> families = state_->registry.Collect();
  for (const MetricSample& sample : state_->source()) families.push_back(family_of(sample));
  return prometheus::TextSerializer().Serialize(families);
}

RequestMetrics::RequestMetrics(Metrics& metrics)
    : metrics_(metrics), routes_(routes().size() + 1) {}

void RequestMetrics::observe(const Route* route, int status, std::chrono::nanoseconds duration) {
  const std::size_t index =
      route == nullptr ? routes().size() : static_cast<std::size_t>(route - routes().data());
  RouteCounters& counters = routes_[index];
  if (counters.seconds == nullptr) {
    counters.seconds = &metrics_.state_->seconds.Add(labels_of(route), second_buckets());
  }
  counters.seconds->Observe(std::chrono::duration<double>(duration).count());
  for (const auto& [known, counter] : counters.by_status) {
    if (known == status) return counter->Increment();
  }
  prometheus::Labels labels = labels_of(route);
  labels.emplace("status", std::to_string(status));
  counters.by_status.emplace_back(status, &metrics_.state_->requests.Add(labels));
  counters.by_status.back().second->Increment();
}

}  // namespace velum
