#include "server/metrics.h"

#include <gtest/gtest.h>

#include <string>

namespace velum {
namespace {

const Route& unmask_route() {
  for (const Route& route : routes()) {
    if (route.id == RouteId::unmask) return route;
  }
  VELUM_CHECK(false);
}

bool holds_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(Metrics, CountsByRouteTemplateAndStatusOverAllLoops) {
  Metrics metrics([] {
    return std::vector<MetricSample>{
        {"velum_audit_entries_total", "Entries.", MetricSample::Kind::counter, 7},
        {"velum_outbox_entries", "Waiting.", MetricSample::Kind::gauge, 2}};
  });
  RequestMetrics one(metrics);
  RequestMetrics other(metrics);
  one.observe(&unmask_route(), 200, std::chrono::microseconds(30));
  other.observe(&unmask_route(), 200, std::chrono::microseconds(30));
  other.observe(&unmask_route(), 404, std::chrono::milliseconds(30));
  one.observe(nullptr, 404, std::chrono::nanoseconds(0));
  const std::string text = metrics.text();
  const std::string route =
      R"(method="GET",route="/api/storage/profile-system/profiles/{profileId}/unmask")";
  EXPECT_TRUE(holds_line(text, "velum_http_requests_total{" + route + R"(,status="200"} 2)"));
  EXPECT_TRUE(holds_line(text, "velum_http_requests_total{" + route + R"(,status="404"} 1)"));
  EXPECT_TRUE(holds_line(text, "velum_http_request_seconds_count{" + route + "} 3"));
  EXPECT_TRUE(holds_line(text, "velum_http_request_seconds_bucket{" + route + R"(,le="5e-05"} 2)"))
      << text;
  EXPECT_TRUE(
      holds_line(text, R"(velum_http_requests_total{method="other",route="none",status="404"} 1)"));
  EXPECT_TRUE(holds_line(text, "velum_audit_entries_total 7"));
  EXPECT_TRUE(holds_line(text, "# TYPE velum_outbox_entries gauge"));
}

}  // namespace
}  // namespace velum
