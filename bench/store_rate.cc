// What the store does without HTTP and without crypto: durable creates, then masked reads of what
// was created, by as many coroutines as wait at a time.
//
//   store_rate DIR [--waiters 64] [--threads 2] [--seconds 2]
//
// Uses DIR/data.db, which may be a copy of a store's, so that its trees are as deep; else makes it.
// Prints one JSON object: creates and reads a second, and the creates' latencies in microseconds.
// The first fifth of each time warms up and is not counted.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "create_batch.h"
#include "latency_histogram.h"
#include "real_world.h"
#include "storage/sqlite/database.h"

namespace velum::bench {
namespace {

constexpr std::size_t kept_keys = 10'000;

struct Options {
  std::string directory;
  unsigned waiters = 64;
  unsigned threads = 2;
  double seconds = 2;
};

// When a phase begins, is counted, and ends.
struct Times {
  explicit Times(const Clock& clock, double seconds)
      : counted_from(clock.monotonic() + nanoseconds(seconds / 5)),
        end(clock.monotonic() + nanoseconds(seconds)) {}
  double counted_s() const { return std::chrono::duration<double>(end - counted_from).count(); }

  std::chrono::nanoseconds counted_from, end;

 private:
  static std::chrono::nanoseconds nanoseconds(double seconds) {
    return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
  }
};

// One loop with its Store, its coroutines, and what they counted.
class Worker {
 public:
  Worker(RealWorld& world, EventLoop& loop, std::unique_ptr<Store> store, AccountId account)
      : world_(world), loop_(loop), store_(std::move(store)), account_(account) {}

  void start_creates(const Times& times) { loop_.start(create_until_end(times)); }
  void start_reads(const Times& times) {
    if (!keys_.empty()) loop_.start(read_until_end(times));
  }
  // Returns when all of them have ended.
  void run() {
    loop_.context().restart();
    loop_.run();
  }

  const LatencyHistogram& creates() const { return creates_; }
  const LatencyHistogram& reads() const { return reads_; }

 private:
  Task<void> create_until_end(Times times) {
    for (auto now = world_.clock.monotonic(); now < times.end;) {
      RecordKey key;
      key.account = account_;
      key.subject = Token::random(world_.random);
      key.record = RecordId(key.subject.uuid());
      const auto done =
          co_await store_->commit(create_batch(key, world_.clock.now(), world_.random));
      if (!done) give_up(done.error());
      if (keys_.size() < kept_keys) keys_.push_back(key);
      now = count(creates_, now, times);
    }
  }

  Task<void> read_until_end(Times times) {
    for (auto now = world_.clock.monotonic(); now < times.end;) {
      const RecordKey& key = keys_[next_++ % keys_.size()];
      const auto row =
          co_await store_->read(key, std::nullopt, Rendition::masked, world_.clock.now());
      if (!row) give_up(row.error());
      now = count(reads_, now, times);
    }
  }

  std::chrono::nanoseconds count(LatencyHistogram& latencies, std::chrono::nanoseconds before,
                                 const Times& times) const {
    const auto now = world_.clock.monotonic();
    if (now >= times.counted_from && now < times.end)
      latencies.add(static_cast<std::uint64_t>((now - before).count()));
    return now;
  }

  RealWorld& world_;
  EventLoop& loop_;
  std::unique_ptr<Store> store_;
  AccountId account_;
  std::vector<RecordKey> keys_;
  std::size_t next_ = 0;
  LatencyHistogram creates_, reads_;
};

using Workers = std::vector<std::unique_ptr<Worker>>;

void run_all(const Workers& workers) {
  std::vector<std::thread> threads;
  for (const auto& worker : workers) threads.emplace_back([&worker = *worker] { worker.run(); });
  for (auto& thread : threads) thread.join();
}

LatencyHistogram sum(const Workers& workers, const LatencyHistogram& (Worker::*of)() const) {
  LatencyHistogram all;
  for (const auto& worker : workers) all.add(((*worker).*of)());
  return all;
}

void run(const Options& options) {
  RealWorld world;
  std::vector<std::unique_ptr<EventLoop>> loops;  // Outlive the database's threads.
  const unsigned threads = std::min(options.threads, options.waiters);
  for (unsigned at = 0; at < threads; ++at) loops.push_back(std::make_unique<EventLoop>());
  const auto database = value_of(SqliteDatabase::open(world.files, {options.directory + "/data.db"},
                                                      world.clock, world.random, world.log));

  // The creates fall between those that are there when they are the same account's.
  AccountId account{1};
  Workers workers;
  for (const auto& loop : loops) {
    auto store = value_of(database->make_store(*loop));
    const auto accounts = value_of(loop->run_to_end(store->accounts()));
    if (!accounts.empty()) account = accounts.front().id;
    workers.push_back(std::make_unique<Worker>(world, *loop, std::move(store), account));
  }
  const Times creates(world.clock, options.seconds);
  for (unsigned at = 0; at < options.waiters; ++at) workers[at % threads]->start_creates(creates);
  run_all(workers);
  const Times reads(world.clock, options.seconds);
  for (unsigned at = 0; at < options.waiters; ++at) workers[at % threads]->start_reads(reads);
  run_all(workers);

  const LatencyHistogram created = sum(workers, &Worker::creates);
  std::printf(R"({"per_second":%.1f,"p50_us":%.1f,"p99_us":%.1f,"reads_per_second":%.1f})"
              "\n",
              static_cast<double>(created.total()) / creates.counted_s(),
              created.percentile_us(0.5), created.percentile_us(0.99),
              static_cast<double>(sum(workers, &Worker::reads).total()) / reads.counted_s());
}

Options parse(int argc, char** argv) {
  Options options;
  options.directory = argv[1];
  for (int at = 2; at + 1 < argc; at += 2) {
    const std::string_view name = argv[at];
    const double value = std::atof(argv[at + 1]);
    if (name == "--waiters") options.waiters = std::max(1U, static_cast<unsigned>(value));
    if (name == "--threads") options.threads = std::max(1U, static_cast<unsigned>(value));
    if (name == "--seconds") options.seconds = value;
  }
  return options;
}

}  // namespace
}  // namespace velum::bench

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: store_rate DIR [--waiters N] [--threads N] [--seconds S]\n");
    return 2;
  }
  velum::bench::run(velum::bench::parse(argc, argv));
}
