// Offline verification against whoever holds the signing key, too: what is signed must still be a
// log. test/system/audit_tampering.py does the same to a real log, beside tools/verify.

#include "audit/verify.h"

#include <gtest/gtest.h>

#include "audit/journal.h"
#include "audit/note.h"
#include "audit/tile_tree.h"
#include "io/sim_file.h"
#include "io/sim_random.h"

namespace velum {
namespace {

class VerifyTest : public testing::Test {
 protected:
  VerifyTest() {
    random_.fill(seed_.mutable_bytes());
    begin_again();
  }
  void begin_again() {
    files_ = SimFileSystem();
    EXPECT_TRUE(files_.make_directory("./audit"));
    EXPECT_TRUE(files_.make_directory("./audit/journal"));
  }

  static std::string entry_of(std::uint64_t number, std::string_view account = "loja") {
    return "{\"account\":\"" + std::string(account) + "\",\"number\":" + std::to_string(number) +
           ",\"region\":\"us\"}";
  }
  TileTree open(const std::string& name = "loja", std::uint32_t id = 7) {
    const auto sign = [this](ByteView message) { return ed25519_sign(seed_, message); };
    auto tree = TileTree::open(files_, "./audit/" + name,
                               {AccountId{id}, "loja", "us", ed25519_public_key(seed_), sign});
    EXPECT_TRUE(tree);
    return *std::move(tree);
  }
  // Appends, commits, and returns the checkpoint.
  static std::string grow(TileTree& tree, std::uint64_t count) {
    for (; count > 0; --count) tree.append(entry_of(tree.size()));
    EXPECT_TRUE(tree.commit());
    return tree.checkpoint();
  }
  bool verifies(std::string_view kept = {}) {
    return verify_audit(files_, "./audit", std::nullopt, kept).has_value();
  }
  Bytes content(const std::string& name) { return files_.content("./audit/loja/" + name); }
  void put(const std::string& name, const Bytes& bytes) {
    EXPECT_TRUE(replace_file(files_, "./audit/loja/" + name, bytes, FileAccess::owner));
  }

  SimFileSystem files_;
  SeededRandom random_{1};
  Key256 seed_;
};

TEST_F(VerifyTest, NothingAtAllIsNoLog) {
  EXPECT_FALSE(verifies());
  open();
  EXPECT_TRUE(verifies());
}

TEST_F(VerifyTest, WhatIsSignedIsStillNoEntry) {
  const std::string bad[] = {
      R"({"account":"loja","number":4,"region":"us"})",
      R"({"account":"loja","number":3.0,"region":"us"})",
      R"({"account":"loja","number":"3","region":"us"})",
      R"({"account":"loja","number":-3,"region":"us"})",
      R"({"account":"loja","region":"us"})",
      R"({"account": "loja","number":3,"region":"us"})",
      R"({"account":"loja","number":3,"region":"us"} )",
      R"({"number":3,"account":"loja","region":"us"})",
      R"({"account":"loja","actor":{"name":"b","id":"a"},"number":3,"region":"us"})",
      R"({"account":"loja","fields":[{"b":1,"a":2}],"number":3,"region":"us"})",
      R"({"account":"loj\u0061","number":3,"region":"us"})",
      R"({"account":"outra","number":3,"region":"us"})",
      R"({"account":"loja","number":3,"region":"eu"})",
      R"({"account":"loja","number":3,"region":"us")",
      R"([3])",
      "",
  };
  for (const std::string& entry : bad) {
    begin_again();
    TileTree tree = open();
    grow(tree, 3);
    EXPECT_TRUE(verifies());
    tree.append(entry);
    ASSERT_TRUE(tree.commit());
    EXPECT_FALSE(verifies()) << entry;
  }
}

TEST_F(VerifyTest, StateAndCheckpointBelongTogether) {
  TileTree tree = open();
  EXPECT_TRUE(verifies());  // Of nothing.
  EXPECT_FALSE(content("checkpoint").empty());
  grow(tree, 300);
  const Bytes older_state = content("state");
  const Bytes older_checkpoint = content("checkpoint");
  const std::string newest = grow(tree, 1);
  const Bytes state = content("state");
  EXPECT_TRUE(verifies());
  put("state", older_state);
  EXPECT_FALSE(verifies());
  put("state", state);
  // As a crash between the two leaves it; that it was none, only a checkpoint elsewhere tells.
  put("checkpoint", older_checkpoint);
  EXPECT_TRUE(verifies());
  put("checkpoint", Bytes(newest.begin(), newest.end()));
  ASSERT_TRUE(files_.remove("./audit/loja/checkpoint"));
  EXPECT_FALSE(verifies());
  put("checkpoint", Bytes(newest.begin(), newest.end()));
  ASSERT_TRUE(files_.remove("./audit/loja/state"));
  EXPECT_FALSE(verifies());
}

TEST_F(VerifyTest, ACheckpointThatWasKeptMustBeOfTheLog) {
  TileTree tree = open();
  const std::string first = grow(tree, 300);
  const std::string second = grow(tree, 300);
  EXPECT_TRUE(verifies(first));
  EXPECT_TRUE(verifies(second));
  EXPECT_TRUE(verifies(first + second + second));
  EXPECT_FALSE(verifies(first.substr(0, first.size() - 1)));
  EXPECT_FALSE(verifies("x" + first));
  EXPECT_FALSE(verifies("nothing\n"));
  std::string forged = first;
  forged.replace(forged.find("300"), 3, "301");
  EXPECT_FALSE(verifies(second + forged));
  const NoteKey stranger{"velum/us/outra", ed25519_public_key(seed_)};
  const auto sign = [this](ByteView message) { return ed25519_sign(seed_, message); };
  EXPECT_FALSE(verifies(sign_checkpoint({stranger.name, 0, Sha256Digest{}}, stranger, sign)));
}

TEST_F(VerifyTest, ALogThatWasRolledBackOrRewrittenIsNotTheOneThatWasKept) {
  TileTree tree = open();
  const std::string first = grow(tree, 300);
  const std::string second = grow(tree, 300);
  begin_again();
  TileTree shorter = open();
  grow(shorter, 300);
  EXPECT_TRUE(verifies(first));
  EXPECT_FALSE(verifies(second));
  shorter.append(R"({"account":"loja","number":300,"other":"","region":"us"})");
  grow(shorter, 400);  // By whoever has the key: good in itself.
  EXPECT_TRUE(verifies(first));
  EXPECT_FALSE(verifies(second));
}

// Chained as they should be, by whoever can write there: nobody signs a journal.
TEST_F(VerifyTest, TheJournalHasItsEntriesInOrder) {
  TileTree tree = open();
  grow(tree, 10);
  const auto verifies_with = [this](std::initializer_list<std::uint64_t> numbers) {
    const std::string path = segment_path("./audit/journal", 1);
    if (*files_.exists(path)) EXPECT_TRUE(files_.remove(path));
    JournalWriter journal(files_, "./audit/journal", {}, 1 << 16);
    for (const std::uint64_t number : numbers) {
      const JournalFrame frame{AccountId{7}, number, EntryId(), entry_of(number)};
      EXPECT_TRUE(journal.append({frame}).result);
    }
    return verifies();
  };
  EXPECT_TRUE(verifies_with({}));
  EXPECT_TRUE(verifies_with({0, 1, 2}));  // A crash ended it; the tree has the rest.
  EXPECT_TRUE(verifies_with({7, 8, 9, 10, 11}));
  EXPECT_TRUE(verifies_with({10, 11}));
  EXPECT_FALSE(verifies_with({7, 9, 8, 10}));
  EXPECT_FALSE(verifies_with({7, 9, 10}));
  EXPECT_FALSE(verifies_with({8, 8, 9}));
  EXPECT_FALSE(verifies_with({11, 12}));
}

TEST_F(VerifyTest, ALogIsInTheDirectoryOfItsAccount) {
  TileTree tree = open("outra");
  grow(tree, 3);
  EXPECT_FALSE(verifies());
}

TEST_F(VerifyTest, EachLogHasItsKey) {
  TileTree tree = open();
  grow(tree, 3);
  const std::string own = encode_verifier_key({"velum/us/loja", ed25519_public_key(seed_)});
  const std::string other = encode_verifier_key({"velum/us/outra", ed25519_public_key(seed_)});
  EXPECT_TRUE(verify_audit(files_, "./audit", own));
  EXPECT_TRUE(verify_audit(files_, "./audit", other + "\n" + own + "\n"));
  EXPECT_FALSE(verify_audit(files_, "./audit", other));
  EXPECT_FALSE(verify_audit(files_, "./audit", "\n"));
  EXPECT_FALSE(verify_audit(files_, "./audit", own + "\nnothing\n"));
}

}  // namespace
}  // namespace velum
