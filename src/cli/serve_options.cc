#include "cli/serve_options.h"

#include <CLI/CLI.hpp>

#include <cstdint>

#include "cli/common_options.h"

namespace velum {
namespace {

using std::chrono::milliseconds;

struct Deadline {
  const char* name;
  const char* environment;
  const char* help;
  milliseconds HttpLimits::*limit;
};
// Shorter ones than the first bound would be less than the ticks that they are counted in.
constexpr std::uint32_t deadline_min_ms = 100;
constexpr std::uint32_t deadline_max_ms = 3'600'000;
constexpr Deadline deadlines[] = {
    {"--header-deadline-ms", "VELUM_HEADER_DEADLINE_MS",
     "for a request's head, and for a new connection's first byte", &HttpLimits::header_deadline},
    {"--body-deadline-ms", "VELUM_BODY_DEADLINE_MS", "for a request's body",
     &HttpLimits::body_deadline},
    {"--idle-deadline-ms", "VELUM_IDLE_DEADLINE_MS", "for a kept connection's next request",
     &HttpLimits::idle_deadline},
    {"--write-deadline-ms", "VELUM_WRITE_DEADLINE_MS", "for the client to take an answer",
     &HttpLimits::write_deadline},
    {"--drain-limit-ms", "VELUM_DRAIN_LIMIT_MS", "for running requests to end after SIGTERM",
     &HttpLimits::drain_limit},
};

struct Bound {
  const char* name;
  const char* environment;
  const char* help;
  std::size_t HttpLimits::*limit;
  std::size_t unit;
  std::uint32_t min;
  std::uint32_t max;
};
constexpr Bound bounds[] = {
    {"--body-max-kib", "VELUM_BODY_MAX_KIB", "a request's body", &HttpLimits::body_size_max_bytes,
     1024, 1, 64 << 10},
    {"--line-max-kib", "VELUM_LINE_MAX_KIB", "a request line, and a header line",
     &HttpLimits::line_size_max_bytes, 1024, 1, 64},
    {"--headers-max-kib", "VELUM_HEADERS_MAX_KIB", "all headers of a request",
     &HttpLimits::headers_size_max_bytes, 1024, 1, 1024},
    {"--headers-max", "VELUM_HEADERS_MAX", "how many headers a request may have",
     &HttpLimits::headers_count_max, 1, 10, 1000},
    {"--connections-max", "VELUM_CONNECTIONS_MAX",
     "connections of one thread; open files may allow fewer", &HttpLimits::connections_max, 1, 1,
     1'000'000},
};

void add_deadlines(CLI::App& app, HttpLimits& limits) {
  for (const Deadline& deadline : deadlines) {
    milliseconds& limit = limits.*deadline.limit;
    const auto set = [&limit](const std::uint32_t& value) { limit = milliseconds(value); };
    app.add_option_function<std::uint32_t>(deadline.name, set, deadline.help)
        ->envname(deadline.environment)
        ->check(CLI::Range(deadline_min_ms, deadline_max_ms))
        ->default_str(std::to_string(limit.count()));
  }
}

void add_bounds(CLI::App& app, HttpLimits& limits) {
  for (const Bound& bound : bounds) {
    std::size_t& limit = limits.*bound.limit;
    const auto set = [&limit, unit = bound.unit](const std::uint32_t& value) {
      limit = value * unit;
    };
    app.add_option_function<std::uint32_t>(bound.name, set, bound.help)
        ->envname(bound.environment)
        ->check(CLI::Range(bound.min, bound.max))
        ->default_str(std::to_string(limit / bound.unit));
  }
}

void add_webhooks(CLI::App& app, ServeCommand& serve) {
  CLI::Option* const secret =
      app.add_option("--checkpoint-webhook-secret", serve.checkpoint_webhook_secret,
                     "file that holds the secret of --checkpoint-webhook: whsec_...")
          ->envname("VELUM_CHECKPOINT_WEBHOOK_SECRET");
  app.add_option("--checkpoint-webhook", serve.checkpoint_webhook,
                 "send every signed checkpoint to this https URL, signed")
      ->envname("VELUM_CHECKPOINT_WEBHOOK")
      ->needs(secret);
  app.add_option("--webhook-ca-file", serve.webhook_ca_file,
                 "PEM: authorities whose webhooks are trusted, besides the system's")
      ->envname("VELUM_WEBHOOK_CA_FILE");
  app.add_option("--webhook-allow-network", serve.webhook_networks,
                 "network that webhooks may reach although it is not public, as 10.1.0.0/16")
      ->envname("VELUM_WEBHOOK_ALLOW_NETWORK")
      ->delimiter(',');
}

struct Budget {
  const char* name;
  const char* environment;
  const char* help;
  std::uint32_t& limit;
  std::uint32_t min;
};

void add_budgets(CLI::App& app, BudgetLimits& limits) {
  const Budget budgets[] = {
      {"--requests-per-minute", "VELUM_REQUESTS_PER_MINUTE", "requests of one key; 0: no limit",
       limits.requests_per_minute, 0},
      {"--shopper-requests-per-minute", "VELUM_SHOPPER_REQUESTS_PER_MINUTE",
       "requests of one shopper; 0: no limit", limits.shopper_requests_per_minute, 0},
      {"--cart-requests-per-minute", "VELUM_CART_REQUESTS_PER_MINUTE",
       "requests about carts from one address; 0: no limit", limits.cart_requests_per_minute, 0},
      {"--lookups-per-minute", "VELUM_LOOKUPS_PER_MINUTE",
       "searches of one key for whose an e-mail or the like is; 0: no limit",
       limits.lookups_per_minute, 0},
      // One request may hold a hundred.
      {"--conditions-per-minute", "VELUM_CONDITIONS_PER_MINUTE",
       "values that one key may hold against personal fields", limits.conditions_per_minute, 100},
      {"--subjects-per-hour", "VELUM_SUBJECTS_PER_HOUR",
       "people of whom one key may reveal something in an hour; 0: no limit",
       limits.reveals.subjects_per_hour, 0},
      {"--subjects-per-day", "VELUM_SUBJECTS_PER_DAY", "the same in a day; 0: no limit",
       limits.reveals.subjects_per_day, 0},
  };
  for (const Budget& budget : budgets) {
    app.add_option(budget.name, budget.limit, budget.help)
        ->envname(budget.environment)
        ->check(CLI::Range(budget.min, 1'000'000'000U))
        ->capture_default_str();
  }
}

}  // namespace

void add_serve_options(CLI::App& app, ServeCommand& serve) {
  add_data(app, serve.data);
  app.add_option("--listen", serve.listen, "HOST:PORT; plain HTTP on loopback only")
      ->envname("VELUM_LISTEN")
      ->capture_default_str();
  add_root_key(app, serve.root_key);
  app.add_option("--tls-cert", serve.tls_certificate, "certificate chain (PEM)")
      ->envname("VELUM_TLS_CERT");
  app.add_option("--tls-key", serve.tls_key, "its private key (PEM)")->envname("VELUM_TLS_KEY");
  app.add_flag("--tls-ask-certificate", serve.tls_ask_certificate,
               "ask clients for a certificate: app keys can be bound to those");
  app.add_option("--tls-versions", serve.tls_versions, "1.3, or 1.2 to allow that too")
      ->envname("VELUM_TLS_VERSIONS")
      ->check(CLI::IsMember({"1.2", "1.3"}))
      ->capture_default_str();
  add_ledger_copy(app, serve.ledger_copy);
  app.add_option("--checkpoint-file", serve.checkpoint_file,
                 "keep the newest signed checkpoint of each account there too")
      ->envname("VELUM_CHECKPOINT_FILE");
  app.add_flag("--checkpoint-syslog{/dev/log}", serve.checkpoint_syslog,
               "send every signed checkpoint to the local syslog, or to the socket that is given")
      ->envname("VELUM_CHECKPOINT_SYSLOG");
  add_webhooks(app, serve);
  const auto keeps_long_enough = [](const std::string& text) {
    return text == "0" ? std::string() : CLI::Range(30U, 36'500U)(text);
  };
  app.add_option("--audit-keep-days", serve.audit_keep_days,
                 "how long entries of the audit log are kept, 30 days at least; 0: for good")
      ->envname("VELUM_AUDIT_KEEP_DAYS")
      ->check(CLI::Validator(keeps_long_enough, "0 or 30 - 36500"))
      ->capture_default_str();
  app.add_option("--threads", serve.threads, "event loops (default: one a processor)")
      ->envname("VELUM_THREADS")
      ->check(CLI::Range(0U, 1024U));
  app.add_option("--cache-mib", serve.cache_mib,
                 "masked documents, sealed, kept between reads; 0: none")
      ->envname("VELUM_CACHE_MIB")
      ->check(CLI::Range(0U, 1U << 20U))
      ->capture_default_str();
  app.add_flag("--accept-clock", serve.accept_clock,
               "the clock is right now, though it was ahead: show again what expired by it");
  add_deadlines(app, serve.limits);
  add_bounds(app, serve.limits);
  add_budgets(app, serve.budgets);
}

}  // namespace velum
