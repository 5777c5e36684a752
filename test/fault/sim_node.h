#pragma once
// A whole store on a simulated disk, wired as the server wires it, for tests: keys, ledger,
// database, audit log, engine, outbox, eraser. What a SimDisk holds outlives the SimNodes that open
// it one after the other, as a disk outlives processes.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/sim_clock.h"
#include "io/sim_file.h"
#include "io/sim_random.h"
#include "keys/key_file.h"
#include "keys/root_keys.h"
#include "profile/outbox_mover.h"
#include "profile/pruner.h"
#include "profile/remasker.h"
#include "profile/schema_revisions.h"
#include "profile/sweeper.h"
#include "rights/eraser.h"
#include "storage/sqlite/database.h"

namespace velum {

struct SimDisk {
  static constexpr AccountId account{7};
  static constexpr const char* key_path = "./root-key";

  explicit SimDisk(std::uint64_t seed) : random(seed) {
    EXPECT_TRUE(create_key_file(files, key_path, random));
    const auto roots = load_key_file(files, key_path, KeyScope::everything);
    EXPECT_TRUE(roots);
    auto made = Vault::make_store_keys(*roots, {account, "us"}, random);
    EXPECT_TRUE(made);
    store_keys = *std::move(made);
  }

  // The same store after a crash, say: with what is in `files`, and at the same time.
  SimDisk(const SimDisk& other, SimFileSystem its_files, std::uint64_t seed)
      : random(seed), files(std::move(its_files)), store_keys(other.store_keys) {
    clock.advance(other.clock.now() - clock.now());
  }

  SeededRandom random;
  SimFileSystem files;
  SimClock clock;
  WrappedStoreKeys store_keys;
};

enum class Loops : std::uint8_t { one, two };

struct SimNodeOptions {
  std::uint32_t checkpoint_pages = 30;  // Often, so that faults meet it.
  std::string second_ledger;            // None.
  Loops loops = Loops::two;
  ClockTrust clock_trust = ClockTrust::what_was_saved;
  KeyScope keys = KeyScope::everything;
  // Real time: more, where a busy machine must not be taken for a log that is broken.
  std::chrono::milliseconds append_timeout = AuditOptions().append_timeout;
};

class SimNode {
 public:
  // Little, so that entries are pushed out too.
  static constexpr std::size_t cache_size_bytes = 12'000;

  explicit SimNode(SimDisk& disk, SimNodeOptions options = {})
      : disk_(disk), options_(std::move(options)), clock_(disk.clock) {}
  SimNode(const SimNode&) = delete;
  SimNode& operator=(const SimNode&) = delete;
  ~SimNode() {
    // In the order in which a server ends.
    eraser_.reset();
    remasker_.reset();
    pruner_.reset();
    sweeper_.reset();
    mover_.reset();
    audit_.reset();
    store_elsewhere_.reset();
    store_.reset();
  }

  Result<void> start() {
    SimFileSystem& files = disk_.files;
    TRY_ASSIGN(RootKeys roots, load_key_file(files, SimDisk::key_path, options_.keys));
    roots_ = std::make_unique<RootKeys>(std::move(roots));
    TRY_ASSIGN(ledger_, ErasureLedger::open(files, {SimDisk::key_path, options_.second_ledger},
                                            roots_->ledger_seed));
    SqliteOptions options{"./data.db"};
    options.checkpoint_pages = options_.checkpoint_pages;
    options.log_pages_max = 4 * options_.checkpoint_pages;
    TRY_ASSIGN(database_, SqliteDatabase::open(files, options, disk_.clock, disk_.random, log_));
    TRY_ASSIGN(store_, database_->make_store(loop_));
    TRY(run(Sweeper::resume(clock_, options_.clock_trust, *store_, {SimDisk::account})));
    TRY(open_account());
    mover_.emplace(loop_, *store_, *audit_, log_);
    const BackgroundParts background{loop_, *store_, *audit_, *mover_, clock_, disk_.random, log_};
    sweeper_.emplace(background, std::vector{SimDisk::account});
    pruner_.emplace(background, std::vector<const Account*>{&account_});
    remasker_.emplace(remasker_parts(), std::vector<const Account*>{&account_});
    eraser_.emplace(EraserParts{*store_, *audit_, *ledger_, clock_, disk_.random, log_});
    return loop_.run_to_end(eraser_->replay({SimDisk::account}));
  }

  Store& store() { return *store_; }
  std::uint64_t commits() const { return database_->statistics().transactions; }
  EventLoop& loop() { return loop_; }
  const Account& account() const { return account_; }
  AuditLog& audit() { return *audit_; }
  const OutboxMover& mover() const { return *mover_; }
  ErasureLedger& ledger() { return *ledger_; }
  // Was its erasure begun, and maybe done?
  bool is_in_ledger(Token subject) const {
    const std::vector<ErasureEntry> entries = ledger_->entries();
    return std::any_of(entries.begin(), entries.end(),
                       [subject](const ErasureEntry& entry) { return entry.token == subject; });
  }

  Result<DocumentMeta> create(std::string_view body) {
    return meta_of(run(engine_->create(caller(), std::nullopt, body, {})));
  }
  Result<DocumentMeta> create_for_days(std::string_view body, std::uint32_t days) {
    return meta_of(run(engine_->create(caller(), std::nullopt, body, {days, {}, {}, {}})));
  }
  Result<DocumentMeta> add_part(EntityId entity, const RecordKey& owner, std::uint32_t days,
                                std::string_view key = {}) {
    return meta_of(run(engine_->create(caller(entity), owner, "{}", {days, {}, {}, key})));
  }
  Result<DocumentMeta> put_only(EntityId entity, const RecordKey& owner, std::string_view body) {
    return meta_of(
        run(engine_->patch(caller(entity), DocumentEngine::only_part_of(owner, entity), body, {})));
  }
  Result<std::string> read_only_part(EntityId entity, const RecordKey& owner) {
    const RecordKey key = DocumentEngine::only_part_of(owner, entity);
    return text_of(run(engine_->read_masked(caller(entity), key, std::nullopt)));
  }
  Result<DocumentView> create_with_key(std::string_view body, std::string_view key) {
    return run(engine_->create(caller(), std::nullopt, body, {{}, {}, {}, key}));
  }
  Result<DocumentMeta> patch(const RecordKey& key, std::string_view body) {
    return meta_of(run(engine_->patch(caller(), key, body, {})));
  }
  Result<void> remove(const RecordKey& key) {
    return run(engine_->remove(caller(), key, std::nullopt));
  }
  Result<std::string> read_masked(const RecordKey& key,
                                  std::optional<VersionId> version = std::nullopt) {
    return text_of(run(engine_->read_masked(caller(), key, version)));
  }
  Result<std::vector<VersionInfo>> versions(const RecordKey& key) {
    return run(engine_->versions(caller(), key, std::nullopt, 100));
  }
  // As another event loop does, with a store and a cache of its own.
  Result<std::string> read_masked_elsewhere(const RecordKey& key) {
    return text_of(run(elsewhere_->read_masked(caller(), key, std::nullopt)));
  }
  std::uint64_t cache_hits() const { return cache_.statistics().hits; }
  Result<std::string> unmask(const RecordKey& key) {
    return text_of(
        run(engine_->unmask(caller(), key, std::nullopt, {"given", Sensitive("a test")})));
  }
  Result<RecordKey> find(std::string_view email) {
    const Caller who = caller();
    return run(engine_->resolve_alternative(who, EntityId::profile, "email", email));
  }
  Result<RecordKey> find_id(std::string_view id) {
    const Caller who = caller();
    return run(engine_->resolve(who, id));
  }
  Result<std::uint32_t> erase(std::string_view email) {
    return run(eraser_->erase_by_email(caller(), Sensitive(email)));
  }
  static constexpr SchemaRights all_rights{Unmasking::allowed, Deleting::allowed};
  Result<SchemaChange> put_custom_fields(std::string_view body,
                                         EntityId entity = EntityId::profile) {
    return run(engine_->replace_custom_fields(caller(entity), body, all_rights));
  }
  // All under way at once, on one loop.
  std::vector<Result<SchemaChange>> put_at_once(const std::vector<std::string>& bodies) {
    std::vector<Result<SchemaChange>> changes(bodies.size(), Error(ErrorCode::cancelled, "none"));
    const auto put = [this](std::string_view body, Result<SchemaChange>& change) -> Task<void> {
      change = co_await engine_->replace_custom_fields(caller(), body, all_rights);
    };
    for (std::size_t i = 0; i < bodies.size(); ++i) loop_.start(put(bodies[i], changes[i]));
    loop_.context().restart();
    loop_.run();
    return changes;
  }
  // Beside what runs on the loop, until `stop_after` events of it.
  void remask_and_stop(int stop_after) {
    Remasker remasker(remasker_parts(), {&account_});
    loop_.start(remasker.run());
    loop_.context().restart();
    for (int event = 0; event < stop_after; ++event) loop_.context().run_one();
    remasker.stop();
    loop_.run();
  }
  Result<void> remask() { return run(remasker_->work()); }
  Result<JobRow> job(JobId id) { return run(engine_->job(caller(), id.text())); }
  Result<void> drain() { return run(mover_->drain()); }
  Result<void> sweep() { return run(sweeper_->sweep()); }
  Result<void> prune() { return run(pruner_->prune()); }

  // For what has no function here.
  SimDisk& disk() { return disk_; }
  Eraser& eraser() { return *eraser_; }
  DocumentEngine& engine() { return *engine_; }
  DocumentEngine& engine_elsewhere() { return *elsewhere_; }
  Caller caller(EntityId entity = EntityId::profile) {
    Caller caller;
    caller.account = &account_;
    caller.decision.principal.kind = PrincipalKind::local_admin;
    caller.decision.entity = entity;
    caller.decision.allowed = true;
    return caller;
  }
  template <typename T>
  T run(Task<T> task) {
    disk_.clock.advance(Ticks(1000));
    return loop_.run_to_end(std::move(task));
  }

  static RecordKey key_of(const DocumentMeta& meta) {
    return {SimDisk::account, Token(meta.id.uuid()), meta.id};
  }

 private:
  Remasker::Parts remasker_parts() {
    return {loop_, *store_, *audit_, *mover_, clock_, disk_.random, log_};
  }
  Result<void> open_account() {
    TRY_ASSIGN(account_.vault,
               Vault::open(*roots_, {SimDisk::account, "us"}, disk_.store_keys, disk_.random));
    account_.id = SimDisk::account;
    account_.name = "loja";
    account_.region = "us";
    account_.schemas = std::make_unique<EntitySchemas>(EntitySchemas::defaults());
    TRY(loop_.run_to_end(load_schemas(*store_, account_)));
    AuditOptions options;
    options.segment_size_bytes = 1 << 15;
    options.append_timeout = options_.append_timeout;
    options.retry_pause = std::chrono::milliseconds(1);
    options.checkpoint_interval = std::chrono::hours(1);  // When the test says so.
    const auto sign = [vault = account_.vault.get()](ByteView text) {
      return vault->sign_audit(text);
    };
    TRY_ASSIGN(
        audit_,
        AuditLog::open(disk_.files, "./audit",
                       {{SimDisk::account, "loja", "us", account_.vault->audit_public_key(), sign}},
                       log_, options));
    engine_.emplace(EngineParts{*store_, *audit_, *ledger_, clock_, disk_.random, &cache_});
    if (options_.loops == Loops::one) return {};
    TRY_ASSIGN(store_elsewhere_, database_->make_store(loop_));
    elsewhere_.emplace(
        EngineParts{*store_elsewhere_, *audit_, *ledger_, clock_, disk_.random, &cache_elsewhere_});
    return {};
  }
  static Result<DocumentMeta> meta_of(const Result<DocumentView>& view) {
    if (!view) return view.error();
    return view->meta;
  }
  static Result<std::string> text_of(const Result<DocumentView>& shown) {
    if (!shown) return shown.error();
    return std::string(view(shown->document));
  }

  SimDisk& disk_;
  const SimNodeOptions options_;
  TrustedClock clock_;
  NoLog log_;
  EventLoop loop_;
  std::unique_ptr<RootKeys> roots_;
  std::unique_ptr<ErasureLedger> ledger_;
  std::unique_ptr<SqliteDatabase> database_;
  std::unique_ptr<Store> store_;
  Account account_;
  std::unique_ptr<AuditLog> audit_;
  std::unique_ptr<Store> store_elsewhere_;
  MaskedCache cache_{cache_size_bytes};
  MaskedCache cache_elsewhere_{cache_size_bytes};
  std::optional<DocumentEngine> engine_;
  std::optional<DocumentEngine> elsewhere_;
  std::optional<OutboxMover> mover_;
  std::optional<Sweeper> sweeper_;
  std::optional<Pruner> pruner_;
  std::optional<Remasker> remasker_;
  std::optional<Eraser> eraser_;
};

}  // namespace velum
