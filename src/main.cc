// velum: the composition root. Everything that exists is made here, in the order in which it is
// listed, and ends in the reverse order: what is made later may use what was made earlier.

#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <thread>

#include "access/app_keys.h"
#include "audit/audit_log.h"
#include "audit/verify.h"
#include "cli/command_line.h"
#include "cli/data_directory.h"
#include "cli/init.h"
#include "http/server.h"
#include "http/tls.h"
#include "io/line_log.h"
#include "io/system_clock.h"
#include "io/system_file.h"
#include "io/system_random.h"
#include "json/value.h"
#include "keys/key_file.h"
#include "profile/outbox_mover.h"
#include "server/accounts.h"
#include "server/api.h"
#include "storage/sqlite/database.h"

namespace velum {
namespace {

constexpr std::chrono::milliseconds drain_limit{20'000};

ExitCode report(const Error& error) {
  std::cerr << "velum: " << error.message();
  if (!error.subject().empty()) std::cerr << ": " << error.subject();
  std::cerr << "\n";
  return error.code() == ErrorCode::locked ? ExitCode::locked : ExitCode::failed;
}

struct World {
  SystemFileSystem files;
  SystemClock clock;
  SystemRandom random;
  LineLog log{clock};
};

ExitCode run(const InitCommand& command) {
  World world;
  const auto store = init_store(command, {world.files, world.clock, world.random, world.log});
  if (!store) return report(store.error());
  // The one time that the token is shown.
  if (command.json) {
    std::cout << R"({"account":")" << command.account << R"(","region":")" << command.region
              << R"(","appKey":")" << store->app_key << R"(","appToken":")"
              << store->app_token.text() << "\"}\n";
  } else {
    std::cout << "The store " << command.account << " is ready. Its first app key (the token is "
              << "shown this once):\n  X-VTEX-API-AppKey: " << store->app_key
              << "\n  X-VTEX-API-AppToken: " << store->app_token.text() << "\n";
  }
  return ExitCode::done;
}

ExitCode run(const AuditVerifyCommand& command) {
  SystemFileSystem files;
  std::optional<std::string> key;
  if (!command.key_file.empty()) {
    const auto content = read_file(files, command.key_file, 1024);
    if (!content) return report(content.error());
    key = std::string(as_text(*content));
    while (key->ends_with('\n')) key->pop_back();
  }
  const auto logs = verify_audit(files, data_directory(command.data).audit(), key);
  if (!logs) return report(logs.error());
  for (const VerifiedLog& log : *logs) {
    std::cout << log.origin << ": " << log.tree_size << " entries under a signed checkpoint, "
              << log.journal_only << " in the journal only; root " << log.root_base64
              << (log.key_was_given ? "" : " (checked with the key beside the log)") << "\n";
  }
  std::cout << "verified: every entry, tile, root and signature, and the journal's chain\n";
  return ExitCode::done;
}

// The stores of one server, opened with its root keys.
Result<void> open_accounts(const RootKeys& roots, std::vector<AccountRow> rows, Random& random,
                           Accounts& accounts, std::vector<AuditAccount>& logs) {
  for (AccountRow& row : rows) {
    TRY_ASSIGN(const json::Document settings, json::Document::parse(row.settings));
    const json::Value* mask = settings.root().find("mask");
    const bool fixed = mask != nullptr && mask->is_string() && mask->text() == "fixed";
    TRY_ASSIGN(
        std::unique_ptr<const Vault> vault,
        Vault::open(roots, {row.id, row.region},
                    {row.wrapped_full, row.wrapped_masked, row.wrapped_index, row.wrapped_signing},
                    random));
    // Accounts outlives the audit log, and with it this pointer.
    logs.push_back(
        {row.id, row.name, row.region, vault->audit_public_key(),
         [signer = vault.get()](ByteView message) { return signer->sign_audit(message); }});
    auto account = std::make_unique<Account>();
    account->id = row.id;
    account->name = std::move(row.name);
    account->region = std::move(row.region);
    account->mask_style = fixed ? MaskStyle::fixed : MaskStyle::documented;
    account->vault = std::move(vault);
    account->profile_schema = Schema::default_for(EntityId::profile);
    accounts.add(std::move(account));
  }
  return {};
}

// One event loop with what answers on it.
struct Worker {
  explicit Worker(const ApiShared& api_shared) : shared(api_shared) {}

  Result<void> open(SqliteDatabase& database) {
    TRY_ASSIGN(store, database.make_store(loop));
    api.emplace(shared, *store);
    server.emplace(loop, *api, HttpLimits(), shared.log);
    return {};
  }

  const ApiShared& shared;
  EventLoop loop;
  std::unique_ptr<Store> store;
  std::optional<Api> api;
  std::optional<HttpServer> server;
  std::thread thread;
};

Result<void> listen(Worker& worker, const Endpoint& endpoint,
                    const std::shared_ptr<TlsContext>& tls) {
  if (tls) {
    TRY_ASSIGN(auto acceptor, TlsContext::listen(tls, worker.loop, endpoint));
    worker.server->serve(std::move(acceptor));
    return {};
  }
  TRY_ASSIGN(auto acceptor, listen_tcp(worker.loop, endpoint));
  worker.server->serve(std::move(acceptor));
  return {};
}

void wait_for_signal(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
}

Result<std::shared_ptr<TlsContext>> load_tls(const ServeCommand& command,
                                             const Endpoint& endpoint) {
  if (!command.tls_certificate.empty()) {
    return TlsContext::load({command.tls_certificate, command.tls_key}, TlsVersions::tls13_only);
  }
  if (!endpoint.is_loopback()) {
    return Error(ErrorCode::invalid_argument,
                 "plain HTTP is served on loopback only: give --tls-cert and --tls-key");
  }
  return std::shared_ptr<TlsContext>();
}

Result<void> serve(const ServeCommand& command, const sigset_t& signals) {
  World world;
  const DataDirectory data = data_directory(command.data);
  TRY_ASSIGN(const Endpoint endpoint, Endpoint::parse(command.listen));
  TRY_ASSIGN(const std::shared_ptr<TlsContext> tls, load_tls(command, endpoint));
  TRY_ASSIGN(const std::unique_ptr<File> lock, lock_data_directory(world.files, data));
  const std::string root_key =
      command.root_key.empty() ? data.default_root_key() : command.root_key;
  TRY_ASSIGN(const RootKeys roots, load_key_file(world.files, root_key, KeyScope::everything));

  TRY_ASSIGN(const auto database, SqliteDatabase::open(world.files, data.database(), world.clock,
                                                       world.random, world.log));
  EventLoop mover_loop;
  TRY_ASSIGN(const std::unique_ptr<Store> mover_store, database->make_store(mover_loop));
  TRY_ASSIGN(std::vector<AccountRow> rows, mover_loop.run_to_end(mover_store->accounts()));
  TRY_ASSIGN(std::vector<AppKeyRow> key_rows, mover_loop.run_to_end(mover_store->app_keys()));
  Accounts accounts;
  std::vector<AuditAccount> logs;
  TRY(open_accounts(roots, std::move(rows), world.random, accounts, logs));
  const AppKeys app_keys(std::move(key_rows));
  TRY_ASSIGN(const auto audit,
             AuditLog::open(world.files, data.audit(), std::move(logs), world.log));
  OutboxMover mover(mover_loop, *mover_store, *audit, world.log);
  TRY(mover_loop.run_to_end(mover.drain()));

  const ApiShared shared{accounts, app_keys, *audit, mover, world.clock, world.random, world.log};
  const unsigned count =
      command.threads > 0 ? command.threads : std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::unique_ptr<Worker>> workers;
  for (unsigned index = 0; index < count; ++index) {
    workers.push_back(std::make_unique<Worker>(shared));
    TRY(workers.back()->open(*database));
    TRY(listen(*workers.back(), endpoint, tls));
  }
  for (const auto& worker : workers) {
    worker->thread = std::thread([&loop = worker->loop] { loop.run(); });
  }
  mover_loop.context().restart();
  mover_loop.start(mover.run());
  std::thread mover_thread([&mover_loop] { mover_loop.run(); });
  world.log.info("serving", {{"port", endpoint.port}, {"threads", count}});

  wait_for_signal(signals);
  world.log.info("draining");
  for (const auto& worker : workers) {
    worker->server->drain(drain_limit, [&loop = worker->loop] { loop.stop(); });
  }
  for (const auto& worker : workers) worker->thread.join();
  mover.stop();
  mover_thread.join();
  TRY(mover_loop.run_to_end(mover.drain()));
  world.log.info("stopped");
  return {};
}

ExitCode run(const ServeCommand& command) {
  // Blocked before the first thread, so that only sigwait sees them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  const auto served = serve(command, signals);
  return served ? ExitCode::done : report(served.error());
}

}  // namespace
}  // namespace velum

int main(int count, char** arguments) {
  const velum::ParsedCommandLine parsed = velum::parse_command_line(count, arguments);
  if (!parsed.command) return static_cast<int>(parsed.exit);
  const auto run = [](const auto& command) { return velum::run(command); };
  return static_cast<int>(std::visit(run, *parsed.command));
}
