// POST /import where something fails: the body, the store, or the right to write what a row holds.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "json/value.h"
#include "server/admin_api.h"
#include "server/bulk_import.h"
#include "test/fault/forwarding_store.h"
#include "test/fault/sim_node.h"

namespace velum::bulk_import_test {
namespace {

// Sends pieces, then ends or breaks off, and keeps what is answered.
class Peer final : public HttpExchange {
 public:
  explicit Peer(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}

  Task<Result<std::string_view>> read() override {
    if (next_ < pieces_.size()) co_return std::string_view(pieces_[next_++]);
    if (breaks_off) co_return Error(ErrorCode::invalid_argument, "the body broke off");
    co_return std::string_view();
  }
  Task<Result<void>> begin(const HttpResponse& head) override {
    status = head.status;
    co_return Result<void>();
  }
  Task<Result<void>> write(std::string_view bytes) override {
    answer.append(bytes);
    co_return Result<void>();
  }

  bool breaks_off = false;
  int status = 0;
  std::string answer;

 private:
  std::vector<std::string> pieces_;
  std::size_t next_ = 0;
};

class Callers final : public ImportCallers {
 public:
  Callers(SimNode& node, std::optional<EntityId> refused) : node_(node), refused_(refused) {}

  Task<Result<Caller>> caller_for(EntityId entity) override {
    if (entity == refused_) co_return Error(ErrorCode::permission_denied, "it may not");
    co_return node_.caller(entity);
  }

 private:
  SimNode& node_;
  std::optional<EntityId> refused_;
};

std::string rows(int first, int count, std::string_view parts = "") {
  std::string text;
  for (int number = first; number < first + count; ++number) {
    text.append(R"({"profile":{"email":"p)").append(std::to_string(number));
    text.append(R"(@example.com"})").append(parts).append("}\n");
  }
  return text;
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; ++at) ++count;
  return count;
}

// Takes so many commits, and no more.
class TakesSome final : public ForwardingStore {
 public:
  TakesSome(Store& store, int commits) : ForwardingStore(store), store_(store), left_(commits) {}
  Task<Result<void>> commit(WriteBatch batch) override {
    if (left_-- <= 0) co_return Error(ErrorCode::storage_unavailable, "it takes no more");
    co_return co_await store_.commit(std::move(batch));
  }

 private:
  Store& store_;
  int left_;
};

Result<void> import(SimNode& node, DocumentEngine& engine, Peer& peer,
                    std::optional<EntityId> refused = std::nullopt) {
  Callers callers(node, refused);
  BulkImport bulk(engine, callers, node.account(), node.mover());
  return node.run(bulk.run(peer));
}

TEST(BulkImport, NeverSaysTheEndOfABodyThatBrokeOff) {
  SimDisk disk(1);
  SimNode node(disk);
  ASSERT_TRUE(node.start());
  Peer peer({rows(0, 3), R"({"profile":{"email":"half@exam)"});
  peer.breaks_off = true;
  ASSERT_TRUE(import(node, node.engine(), peer));
  EXPECT_EQ(count_of(peer.answer, R"("status":"made")"), 3U);
  EXPECT_NE(peer.answer.find(R"({"status":"cut","code":"invalid_request")"), std::string::npos);
  EXPECT_EQ(peer.answer.find("\"lines\""), std::string::npos) << peer.answer;

  Peer nothing({});
  nothing.breaks_off = true;
  EXPECT_EQ(import(node, node.engine(), nothing).error().message(), "the body broke off");
  EXPECT_EQ(nothing.status, 0) << "its answer has a status of its own";
}

TEST(BulkImport, EndsWhereTheStoreTakesNoMore) {
  SimDisk disk(2);
  SimNode node(disk);
  ASSERT_TRUE(node.start());
  TakesSome store(node.store(), 25);
  DocumentEngine engine({store, node.audit(), node.ledger(), disk.clock, disk.random, nullptr});
  std::vector<std::string> pieces;
  for (int piece = 0; piece < 20; ++piece) pieces.push_back(rows(10 * piece, 10));
  Peer peer(std::move(pieces));
  EXPECT_EQ(import(node, engine, peer).error().code(), ErrorCode::storage_unavailable);
  EXPECT_EQ(count_of(peer.answer, R"("status":"made")"), 25U);
  EXPECT_EQ(count_of(peer.answer, R"("status":"failed","code":"storage_unavailable")"), 5U);
  EXPECT_EQ(peer.answer.find("\"lines\""), std::string::npos) << "it says that it came to its end";
}

TEST(BulkImport, EachEntityTakesItsOwnRight) {
  SimDisk disk(3);
  SimNode node(disk);
  ASSERT_TRUE(node.start());
  constexpr std::string_view with_address =
      R"(,"parts":[{"entity":"address","document":{"locality":"Rio"}}])";
  Peer peer({rows(0, 1, with_address), rows(1, 1)});
  ASSERT_TRUE(import(node, node.engine(), peer, EntityId::address));
  EXPECT_NE(
      peer.answer.find(
          R"("line":1,"status":"rejected","code":"permission_denied","message":"it may not","made":{})"),
      std::string::npos)
      << peer.answer;
  EXPECT_NE(peer.answer.find(R"("line":2,"status":"made")"), std::string::npos);
  EXPECT_FALSE(node.find("p0@example.com")) << "what it may make is made without what it may not";
}

}  // namespace
}  // namespace velum::bulk_import_test
