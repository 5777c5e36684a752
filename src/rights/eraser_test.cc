// Erasure over the simulated disk: gone means gone, after any fault, crash or restore.

#include "rights/eraser.h"

#include <gtest/gtest.h>

#include <map>

#include "audit/log_reader.h"
#include "audit/verify.h"
#include "io/sim_clock.h"
#include "io/sim_file.h"
#include "io/sim_random.h"
#include "keys/key_file.h"
#include "keys/root_keys.h"
#include "storage/sqlite/database.h"

namespace velum {
namespace {

constexpr AccountId here{7};
const std::string key_path = "./root-key";

// A store's parts as the server wires them. Made anew for each "process".
class Process {
 public:
  Process(SimFileSystem& files, Random& random) : files_(files), random_(random) {}
  ~Process() {
    eraser_.reset();
    audit_.reset();
    store_.reset();
  }

  Result<void> start(const WrappedStoreKeys& wrapped) {
    TRY_ASSIGN(RootKeys roots, load_key_file(files_, key_path, KeyScope::everything));
    roots_ = std::make_unique<RootKeys>(std::move(roots));
    TRY_ASSIGN(ledger_, ErasureLedger::open(files_, {key_path, {}}, roots_->ledger_seed));
    TRY_ASSIGN(database_, SqliteDatabase::open(files_, {"./data.db"}, clock_, random_, log_));
    TRY_ASSIGN(store_, database_->make_store(loop_));
    TRY_ASSIGN(account_.vault, Vault::open(*roots_, {here, "us"}, wrapped, random_));
    account_.id = here;
    account_.name = "loja";
    account_.region = "us";
    account_.profile_schema = Schema::default_for(EntityId::profile);
    AuditOptions options;
    options.segment_size_bytes = 1 << 16;
    options.retry_pause = std::chrono::milliseconds(1);
    options.checkpoint_interval = std::chrono::hours(1);
    const auto sign = [vault = account_.vault.get()](ByteView text) {
      return vault->sign_audit(text);
    };
    TRY_ASSIGN(audit_,
               AuditLog::open(files_, "./audit",
                              {{here, "loja", "us", account_.vault->audit_public_key(), sign}},
                              log_, options));
    eraser_.emplace(EraserParts{*store_, *audit_, *ledger_, clock_, random_, log_});
    return loop_.run_to_end(eraser_->replay({here}));
  }

  Result<RecordKey> create(std::string_view body) {
    DocumentEngine engine(*store_, *audit_, clock_, random_);
    TRY_ASSIGN(const DocumentView view,
               loop_.run_to_end(engine.create(caller(), EntityId::profile, body, {})));
    return RecordKey{here, Token(view.meta.id.uuid()), view.meta.id};
  }
  bool is_readable(const RecordKey& key) {
    DocumentEngine engine(*store_, *audit_, clock_, random_);
    return loop_.run_to_end(engine.read_masked(caller(), key, std::nullopt)).has_value();
  }
  Result<std::uint32_t> erase(std::string_view email) {
    return loop_.run_to_end(eraser_->erase_by_email(caller(), Sensitive(email)));
  }
  bool has_begun(const RecordKey& key) const { return ledger_->contains(here, key.subject); }

 private:
  Caller caller() {
    Caller caller;
    caller.account = &account_;
    caller.decision.principal.kind = PrincipalKind::local_admin;
    caller.decision.entity = EntityId::profile;
    caller.decision.allowed = true;
    return caller;
  }

  SimFileSystem& files_;
  Random& random_;
  SimClock clock_;
  NoLog log_;
  EventLoop loop_;
  std::unique_ptr<RootKeys> roots_;
  std::unique_ptr<ErasureLedger> ledger_;
  std::unique_ptr<SqliteDatabase> database_;
  std::unique_ptr<Store> store_;
  Account account_;
  std::unique_ptr<AuditLog> audit_;
  std::optional<Eraser> eraser_;
};

class EraserTest : public testing::Test {
 protected:
  // A new disk with a key file on it.
  void new_disk() {
    files_ = std::make_unique<SimFileSystem>();
    ASSERT_TRUE(create_key_file(*files_, key_path, random_));
    const auto roots = load_key_file(*files_, key_path, KeyScope::everything);
    ASSERT_TRUE(roots);
    auto made = Vault::make_store_keys(*roots, {here, "us"}, random_);
    ASSERT_TRUE(made);
    wrapped_ = *std::move(made);
  }
  std::unique_ptr<Process> start() {
    auto process = std::make_unique<Process>(*files_, random_);
    const auto started = process->start(wrapped_);
    EXPECT_TRUE(started) << started.error().message();
    return started ? std::move(process) : nullptr;
  }
  // How often the log says that something about an erasure had this outcome.
  std::size_t logged(std::string_view outcome) {
    std::size_t count = 0;
    const auto look = [&](std::string_view entry) -> Result<void> {
      count += entry.find("ProfileSystemUserRightsDelete") != std::string_view::npos &&
               entry.find("\"outcome\":\"" + std::string(outcome) + "\"") != std::string_view::npos;
      return {};
    };
    EXPECT_TRUE(read_audit(*files_, "./audit", look));
    return count;
  }

  SeededRandom random_{1};
  std::unique_ptr<SimFileSystem> files_;
  WrappedStoreKeys wrapped_;
};

constexpr std::string_view ana = R"({"email":"ana@example.com","firstName":"Ana"})";
constexpr std::string_view bia = R"({"email":"bia@example.com"})";

TEST_F(EraserTest, ErasesOnePersonAndNobodyElse) {
  new_disk();
  auto process = start();
  const RecordKey gone = *process->create(ana);
  const RecordKey other = *process->create(bia);
  EXPECT_EQ(*process->erase(" ANA@example.com"), 1U);
  EXPECT_FALSE(process->is_readable(gone));
  EXPECT_TRUE(process->is_readable(other));
  EXPECT_TRUE(process->has_begun(gone));
  EXPECT_EQ(*process->erase("ana@example.com"), 0U);
  EXPECT_EQ(*process->erase("not an address"), 0U);
  const RecordKey again = *process->create(ana);
  EXPECT_TRUE(process->is_readable(again));
  process.reset();
  EXPECT_EQ(logged("begun"), 1U);
  EXPECT_EQ(logged("done"), 3U);
  EXPECT_TRUE(verify_audit(*files_, "./audit", std::nullopt));
}

// A restored copy of everything but the ledger, made before the erasure.
TEST_F(EraserTest, ARestoredDatabaseDoesNotBringAnybodyBack) {
  new_disk();
  auto process = start();
  const RecordKey gone = *process->create(ana);
  const RecordKey other = *process->create(bia);
  process.reset();
  const Bytes before = files_->content("./data.db");
  ASSERT_FALSE(before.empty());

  process = start();
  ASSERT_EQ(*process->erase("ana@example.com"), 1U);
  process.reset();
  ASSERT_TRUE(replace_file(*files_, "./data.db", before, FileAccess::owner));
  for (const std::string log : {"./data.db-wal", "./data.db-shm"}) {
    static_cast<void>(files_->remove(log).has_value());
  }
  process = start();
  EXPECT_FALSE(process->is_readable(gone));
  EXPECT_TRUE(process->is_readable(other));
  EXPECT_EQ(*process->erase("ana@example.com"), 0U);
  process.reset();
  EXPECT_EQ(logged("done"), 3U);  // The erasure, its replay, and the last question.
}

// The n-th disk call of an erasure fails, once or for good, and then the power goes. Whoever was
// told that it is done finds it done; what was begun is completed; nobody is half erased.
TEST_F(EraserTest, AnErasureSurvivesEveryFault) {
  std::uint64_t calls = 0;
  std::map<bool, int> outcomes;
  for (const FaultSpan span : {FaultSpan::once, FaultSpan::from_then_on}) {
    for (std::uint64_t fault = 0; fault == 0 || fault <= calls; ++fault) {
      SCOPED_TRACE(fault);
      new_disk();
      auto process = start();
      ASSERT_TRUE(process);
      const RecordKey gone = *process->create(ana);
      const RecordKey other = *process->create(bia);
      const std::uint64_t calls_before = files_->calls();
      if (fault > 0) files_->fail_call(calls_before + fault, span, ErrorCode::io);
      const bool told = process->erase("ana@example.com").has_value();
      if (fault == 0) calls = files_->calls() - calls_before;
      const bool begun = process->has_begun(gone);
      process.reset();
      files_->fail_call(0, FaultSpan::once, ErrorCode::io);
      files_->crash(random_);
      process = start();
      ASSERT_TRUE(process);
      ++outcomes[told];
      if (told || begun) {
        EXPECT_FALSE(process->is_readable(gone));
        EXPECT_EQ(*process->erase("ana@example.com"), 0U);
      }
      EXPECT_EQ(process->is_readable(gone), !process->has_begun(gone));
      EXPECT_TRUE(process->is_readable(other));
      process.reset();
      EXPECT_TRUE(verify_audit(*files_, "./audit", std::nullopt));
      if (told) {
        EXPECT_GE(logged("done"), 1U);
        EXPECT_GE(logged("begun"), 1U);
      }
    }
  }
  EXPECT_GT(calls, 15U);
  EXPECT_GT(outcomes[false], 5);
  EXPECT_GT(outcomes[true], 0);
}

}  // namespace
}  // namespace velum
