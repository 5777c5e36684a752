#include "storage/conformance.h"

#include "io/sim_clock.h"
#include "io/sim_file.h"
#include "storage/commerce_conformance.h"
#include "storage/sqlite/commerce_database.h"
#include "storage/sqlite/database.h"

namespace velum {
namespace {

class SqliteUnderTest final : public DatabaseUnderTest {
 public:
  SqliteUnderTest() { reopen(); }

  std::unique_ptr<Store> make_store(EventLoop& loop) override {
    auto store = database_->make_store(loop);
    EXPECT_TRUE(store);
    return *std::move(store);
  }
  void reopen() override {
    database_.reset();
    auto opened = SqliteDatabase::open(files_, {"./data.db"}, clock_, random_, log_);
    ASSERT_TRUE(opened);
    database_ = *std::move(opened);
  }

 private:
  SimFileSystem files_;
  SimClock clock_;
  SeededRandom random_{2};
  NoLog log_;
  std::unique_ptr<SqliteDatabase> database_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformance,
                         testing::Values([] { return std::make_unique<SqliteUnderTest>(); }));

class SqliteCommerceUnderTest final : public CommerceDatabaseUnderTest {
 public:
  SqliteCommerceUnderTest() { reopen(); }

  std::unique_ptr<CommerceStore> make_store() override {
    auto store = database_->make_store();
    EXPECT_TRUE(store);
    return *std::move(store);
  }
  void reopen() override {
    database_.reset();
    auto opened = CommerceDatabase::open(files_, {"./commerce.db"}, clock_, random_, log_);
    ASSERT_TRUE(opened);
    database_ = *std::move(opened);
  }

 private:
  SimFileSystem files_;
  SimClock clock_;
  SeededRandom random_{2};
  NoLog log_;
  std::unique_ptr<CommerceDatabase> database_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, CommerceConformance, testing::Values([] {
                           return std::make_unique<SqliteCommerceUnderTest>();
                         }));

}  // namespace
}  // namespace velum
