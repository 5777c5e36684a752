// What a long audit log costs: searches in it, a breach report over it, and permits to unmask
// beside an empty one's.
//
//   audit_rate DIR [--entries 1000000] [--rounds 5] [--seconds 3] [--waiters 64]
//
// Uses DIR/full, or makes it first, with that many entries. Each round asks for permits of a new
// empty log and of the full one, by turns. Prints one JSON object: medians, and the median of the
// rounds' ratios.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "audit/audit_log.h"
#include "audit/breach_report.h"
#include "audit/log_reader.h"
#include "io/event_loop.h"
#include "latency_histogram.h"
#include "real_world.h"

namespace velum::bench {
namespace {

constexpr AccountId account{7};
constexpr std::size_t operators_count = 500;
constexpr std::size_t people_count = 200'000;
constexpr std::uint64_t batch_size = 1000;
constexpr int searches = 300;
// About what a sealed reason of some words has.
constexpr std::size_t reason_size_bytes = 160;

struct Options {
  std::string directory;
  std::uint64_t entries = 1'000'000;
  unsigned rounds = 5;
  unsigned waiters = 64;
  double seconds = 3;
};

struct World : RealWorld {
  Key256 seed;  // Signs nothing of worth.
};

// The n-th of a kind has the same id in every run.
Uuid numbered(std::uint8_t kind, std::uint64_t number) {
  Bytes text{kind};
  append_u64be(text, number);
  const Sha256Digest hash = sha256(text);
  Uuid::Raw raw{};
  std::copy_n(hash.begin(), raw.size(), raw.begin());
  return Uuid(raw);
}

std::uint64_t below(Random& random, std::uint64_t limit) {
  Bytes bytes(8);
  random.fill(bytes);
  return read_u64be(bytes) % limit;
}

AuditEntry disclosure(World& world, Instant time) {
  const std::uint64_t who = below(world.random, operators_count);
  AuditEntry entry;
  entry.time = time;
  entry.id = EntryId(Uuid::time_ordered(time, world.random));
  entry.account = account;
  entry.action = "GetProfileUnmasked";
  entry.actor_id = numbered(1, who).text();
  entry.actor_name = "velumappkey-shop-" + to_hex(sha256(as_bytes(entry.actor_id))).substr(0, 18);
  entry.rule = "role:owner";
  entry.entity = EntityId::profile;
  entry.token = Token(numbered(2, below(world.random, people_count)));
  entry.record = RecordId(entry.token->uuid());
  entry.version = VersionId::random(world.random);
  entry.envelope_hash = sha256(entry.version->bytes());
  entry.fields = {"*"};
  entry.reason_code = "given";
  entry.reason.resize(reason_size_bytes);
  world.random.fill(entry.reason);
  entry.request = RequestId::random(world.random);
  return entry;
}

std::unique_ptr<AuditLog> open(World& world, const std::string& directory) {
  AuditAccount one{account, "shop", "us", ed25519_public_key(world.seed),
                   [&world](ByteView message) { return ed25519_sign(world.seed, message); }};
  return value_of(AuditLog::open(world.files, directory, {std::move(one)}, world.log));
}

double seconds_of(const World& world, const std::function<void()>& work) {
  const auto before = world.clock.monotonic();
  work();
  return std::chrono::duration<double>(world.clock.monotonic() - before).count();
}

void fill(World& world, EventLoop& loop, AuditLog& log, std::uint64_t count) {
  const Instant end = world.clock.now();
  for (std::uint64_t done = 0; done < count; done += batch_size) {
    std::vector<AuditEntry> batch;
    for (std::uint64_t at = done; at < std::min(done + batch_size, count); ++at) {
      batch.push_back(disclosure(world, end - std::chrono::seconds(30) * (count - at)));
    }
    value_of(loop.run_to_end(log.permit_unmasks(std::move(batch))));
  }
}

// One call a search, as a client's first is; `found` counts what came.
LatencyHistogram search_many(World& world, AuditLog& log, const std::function<AuditFilter()>& next,
                             std::size_t& found) {
  LatencyHistogram latencies;
  for (int count = 0; count < searches; ++count) {
    const AuditSearch search{next(), std::nullopt, 20};
    const auto before = world.clock.monotonic();
    const AuditPage page = value_of(log.search(account, search));
    latencies.add(static_cast<std::uint64_t>((world.clock.monotonic() - before).count()));
    found += page.entries.size();
  }
  return latencies;
}

void print_search(const char* name, const LatencyHistogram& latencies, std::size_t found) {
  std::printf(R"("%s":{"p50_ms":%.2f,"p99_ms":%.2f,"found":%zu},)", name,
              latencies.percentile_us(0.5) / 1e3, latencies.percentile_us(0.99) / 1e3, found);
}

void measure_searches(World& world, AuditLog& log) {
  const auto actor = [&world] {
    return AuditFilter{.actors = {numbered(1, below(world.random, operators_count)).text()}};
  };
  const auto token = [&world] {
    return AuditFilter{.ids = {numbered(2, below(world.random, people_count)).text()}};
  };
  const auto nowhere = [&world] {
    return AuditFilter{.ids = {Token::random(world.random).text()}};
  };
  const auto both = [&] {
    AuditFilter filter = token();
    filter.actors = actor().actors;
    return filter;
  };
  const std::pair<const char*, std::function<AuditFilter()>> kinds[] = {
      {"by_actor", actor},
      {"by_token", token},
      {"by_actor_and_token", both},
      {"by_token_that_is_nowhere", nowhere}};
  for (const auto& [name, next] : kinds) {
    std::size_t found = 0;
    const LatencyHistogram latencies = search_many(world, log, next, found);
    print_search(name, latencies, found);
  }
}

void measure_report(World& world, const std::string& directory, const char* name,
                    const AuditFilter& filter) {
  BreachReport report("shop", filter);
  const auto take = [&report](std::string_view entry) { return report.take(entry); };
  const double seconds = seconds_of(world, [&] {
    if (const auto read = read_audit(world.files, directory, take, "shop"); !read) {
      give_up(read.error());
    }
  });
  std::ostream nowhere(nullptr);
  const double writing = seconds_of(world, [&] { report.write_json(nowhere); });
  std::printf(R"("%s":%.2f,)", name, seconds + writing);
}

struct Permits {
  std::uint64_t count = 0;
};

Task<void> ask_until(World& world, AuditLog& log, std::chrono::nanoseconds end, Permits& permits) {
  while (world.clock.monotonic() < end) {
    AuditEntry entry = disclosure(world, world.clock.now());
    const auto permit = co_await log.permit_unmask(std::move(entry));
    if (!permit) give_up(permit.error());
    ++permits.count;
  }
}

double permits_a_second(World& world, EventLoop& loop, AuditLog& log, const Options& options) {
  Permits permits;
  const auto span = std::chrono::nanoseconds(static_cast<std::int64_t>(options.seconds * 1e9));
  const auto end = world.clock.monotonic() + span;
  for (unsigned at = 0; at < options.waiters; ++at) loop.start(ask_until(world, log, end, permits));
  loop.context().restart();
  loop.run();
  return static_cast<double>(permits.count) / options.seconds;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void measure_permits(World& world, EventLoop& loop, AuditLog& full, const Options& options) {
  std::vector<double> of_empty, of_full, ratios;
  for (unsigned round = 0; round < options.rounds; ++round) {
    const std::string directory = options.directory + "/empty";
    std::filesystem::remove_all(directory);
    const auto empty = open(world, directory);
    const auto take_empty = [&] {
      of_empty.push_back(permits_a_second(world, loop, *empty, options));
    };
    if (round % 2 == 0) take_empty();
    of_full.push_back(permits_a_second(world, loop, full, options));
    if (round % 2 == 1) take_empty();
    ratios.push_back(of_full.back() / of_empty.back());
  }
  std::printf(R"("permits_per_second":{"empty":%.0f,"full":%.0f,"full_over_empty":%.3f})",
              median(of_empty), median(of_full), median(ratios));
}

void run(const Options& options) {
  World world;
  EventLoop loop;
  const std::string full = options.directory + "/full";
  const bool is_there = value_of(world.files.exists(full + "/filled"));
  auto log = open(world, full);
  double filling = 0;
  if (!is_there) {
    filling = seconds_of(world, [&] { fill(world, loop, *log, options.entries); });
    log.reset();
    static_cast<void>(
        value_of(world.files.open(full + "/filled", OpenMode::create_new, FileAccess::owner)));
    log = open(world, full);
  }
  const double indexing = seconds_of(world, [&] {
    for (int call = 0; call < 200; ++call)
      if (const auto done = log->checkpoint_now(); !done) give_up(done.error());
  });
  std::printf(R"({"filling_s":%.1f,"indexing_s":%.1f,)", filling, indexing);
  measure_searches(world, *log);
  measure_report(world, full, "report_of_an_actor_s", {.actors = {numbered(1, 3).text()}});
  measure_report(world, full, "report_of_all_s", {});
  measure_permits(world, loop, *log, options);
  std::printf("}\n");
}

Options parse(int argc, char** argv) {
  Options options;
  options.directory = argv[1];
  for (int at = 2; at + 1 < argc; at += 2) {
    const std::string_view name = argv[at];
    const double value = std::atof(argv[at + 1]);
    if (name == "--entries") options.entries = static_cast<std::uint64_t>(value);
    if (name == "--rounds") options.rounds = std::max(1U, static_cast<unsigned>(value));
    if (name == "--waiters") options.waiters = std::max(1U, static_cast<unsigned>(value));
    if (name == "--seconds") options.seconds = value;
  }
  return options;
}

}  // namespace
}  // namespace velum::bench

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr,
                 "usage: audit_rate DIR [--entries N] [--rounds N] [--seconds S] [--waiters N]\n");
    return 2;
  }
  velum::bench::run(velum::bench::parse(argc, argv));
}
