// Load on one server at loopback, from one thread: as many connections as asked for, each sending
// its next request when the last was answered.
//
//   load_generator --port 8080 --connections 64 --seconds 5 --requests FILE [--headers FILE]
//                  [--tls] [--first-number N] [--server-pid PID]
//
// Prints one JSON object: requests a second, latencies in microseconds, the mean size of an
// answer's body, what the server used for one, and how many answers had another status than the
// file expects. The first fifth of the time warms up: only unexpected answers are counted in it.

#include <sys/epoll.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>

#include "latency_histogram.h"
#include "load_connection.h"
#include "process_usage.h"
#include "request_list.h"

namespace velum::bench {
namespace {

struct Options {
  std::uint16_t port = 0;
  int connections = 1;
  double seconds = 5;
  std::string requests, headers;
  bool tls = false;
  std::uint64_t first_number = 0;
  pid_t server = 0;  // 0: nobody's usage is looked at.
};

Options parse(int argc, char** argv) {
  Options options;
  for (int at = 1; at < argc; ++at) {
    const std::string name = argv[at];
    if (name == "--tls") {
      options.tls = true;
      continue;
    }
    if (at + 1 == argc) break;
    const char* value = argv[++at];
    if (name == "--port") options.port = static_cast<std::uint16_t>(std::atoi(value));
    if (name == "--connections") options.connections = std::atoi(value);
    if (name == "--seconds") options.seconds = std::atof(value);
    if (name == "--requests") options.requests = value;
    if (name == "--headers") options.headers = value;
    if (name == "--server-pid") options.server = std::atoi(value);
    if (name == "--first-number") options.first_number = std::strtoull(value, nullptr, 10);
  }
  if (options.port != 0 && options.connections > 0 && !options.requests.empty()) return options;
  std::fprintf(stderr,
               "usage: load_generator --port P --requests FILE; see the top of its source\n");
  std::exit(2);
}

std::uint64_t now_ns() {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

struct Counts {
  LatencyHistogram latencies;
  std::map<int, std::uint64_t> unexpected;
  std::uint64_t body_bytes = 0;
  double seconds = 0;
  ProcessUsage server;
};

class Load {
 public:
  Load(const Options& options, SSL_CTX* tls)
      : options_(options),
        requests_(options.requests, headers(options), options.first_number),
        epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    for (int at = 0; at < options.connections; ++at) {
      auto& connection =
          connections_.emplace_back(std::make_unique<LoadConnection>(options.port, tls));
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.ptr = connection.get();
      epoll_ctl(epoll_, EPOLL_CTL_ADD, connection->descriptor(), &event);
    }
  }

  Counts run() {
    const auto length_ns = static_cast<std::uint64_t>(options_.seconds * 1e9);
    const std::uint64_t started = now_ns();
    for (auto& connection : connections_) send_next(*connection);
    const std::uint64_t counted_from = exchange_until(started + length_ns / 5, Phase::warm_up);
    const ProcessUsage before = usage_of(options_.server);
    const std::uint64_t ended = exchange_until(started + length_ns, Phase::counted);
    const ProcessUsage after = usage_of(options_.server);
    counts_.seconds = static_cast<double>(ended - counted_from) / 1e9;
    counts_.server = {after.cpu_s - before.cpu_s, after.written_bytes - before.written_bytes};
    return counts_;
  }

 private:
  enum class Phase { warm_up, counted };

  // Answers are followed by the next requests. Returns when it ended.
  std::uint64_t exchange_until(std::uint64_t end, Phase phase) {
    epoll_event events[256];
    std::uint64_t now = now_ns();
    while (now < end) {
      const int ready = epoll_wait(epoll_, events, 256, 1000);
      for (int at = 0; at < ready; ++at) {
        auto& connection = *static_cast<LoadConnection*>(events[at].data.ptr);
        const auto answer = connection.receive();
        if (!answer) continue;
        count(*answer, phase);
        send_next(connection);
      }
      now = now_ns();
    }
    return now;
  }

  static std::string headers(const Options& options) {
    std::string lines = "Host: 127.0.0.1\r\n";
    if (options.headers.empty()) return lines;
    std::ifstream file(options.headers);
    for (std::string line; std::getline(file, line);) lines += line + "\r\n";
    return lines;
  }

  void send_next(LoadConnection& connection) {
    const auto next = requests_.next();
    connection.send(next.bytes, next.expected_status, now_ns());
  }

  void count(const LoadConnection::Answer& answer, Phase phase) {
    if (answer.status != answer.expected_status) ++counts_.unexpected[answer.status];
    if (phase == Phase::warm_up) return;
    counts_.latencies.add(now_ns() - answer.sent_at_ns);
    counts_.body_bytes += answer.body_bytes;
  }

  const Options& options_;
  RequestList requests_;
  int epoll_;
  std::vector<std::unique_ptr<LoadConnection>> connections_;
  Counts counts_;
};

void print(const Counts& counts) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const double cpu_s = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                       static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  const LatencyHistogram& latencies = counts.latencies;
  const auto requests = static_cast<double>(std::max<std::uint64_t>(latencies.total(), 1));
  std::printf(R"({"requests":%llu,"per_second":%.1f,"p50_us":%.1f,"p99_us":%.1f,"p999_us":%.1f,)",
              static_cast<unsigned long long>(latencies.total()),
              static_cast<double>(latencies.total()) / counts.seconds, latencies.percentile_us(0.5),
              latencies.percentile_us(0.99), latencies.percentile_us(0.999));
  std::printf(R"("body_bytes":%.0f,"cpu_us":%.2f,"written_bytes":%.0f,)",
              static_cast<double>(counts.body_bytes) / requests,
              counts.server.cpu_s * 1e6 / requests,
              static_cast<double>(counts.server.written_bytes) / requests);
  std::printf(R"("generator_cpu_s":%.2f,"unexpected":{)", cpu_s);
  const char* separator = "";
  for (const auto& [status, times] : counts.unexpected) {
    std::printf(R"(%s"%d":%llu)", separator, status, static_cast<unsigned long long>(times));
    separator = ",";
  }
  std::printf("}}\n");
}

}  // namespace
}  // namespace velum::bench

int main(int argc, char** argv) {
  using namespace velum::bench;
  const Options options = parse(argc, argv);
  SSL_CTX* tls = options.tls ? SSL_CTX_new(TLS_client_method()) : nullptr;
  {
    Load load(options, tls);
    print(load.run());
  }
  SSL_CTX_free(tls);
}
