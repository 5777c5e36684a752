#include "keys/key_file.h"

#include <gtest/gtest.h>

#include <string>

#include "crypto/crypto.h"
#include "io/sim_file.h"
#include "io/sim_random.h"

namespace velum {
namespace {

std::string text_of(const SimFileSystem& files, const std::string& path) {
  return std::string(as_text(files.content(path)));
}
void put(FileSystem& files, const std::string& path, std::string_view text) {
  ASSERT_TRUE(replace_file(files, path, as_bytes(text), FileAccess::owner));
}

class KeyFileTest : public testing::Test {
 protected:
  KeyFileTest() { EXPECT_TRUE(create_key_file(files_, "./k", random_)); }
  auto load(KeyScope scope = KeyScope::everything) { return load_key_file(files_, "./k", scope); }

  SimFileSystem files_;
  SeededRandom random_{2};
};

TEST_F(KeyFileTest, LoadsWhatWasMade) {
  const auto keys = load();
  ASSERT_TRUE(keys);
  ASSERT_TRUE(keys->full && keys->epochs.at(1).full);
  EXPECT_EQ(keys->current_epoch, 1U);
  const auto masked = load(KeyScope::masked_only);
  ASSERT_TRUE(masked);
  EXPECT_FALSE(masked->full || masked->epochs.at(1).full);
  EXPECT_EQ(to_hex(masked->masked.bytes()), to_hex(keys->masked.bytes()));
  EXPECT_EQ(to_hex(masked->epochs.at(1).masked.bytes()), to_hex(keys->epochs.at(1).masked.bytes()));
  EXPECT_EQ(to_hex(masked->ledger_seed.bytes()), to_hex(keys->ledger_seed.bytes()));
}

TEST_F(KeyFileTest, AMaskedCopyHasNothingOfClassP) {
  ASSERT_TRUE(copy_masked_keys(files_, "./k", "./m"));
  EXPECT_EQ(text_of(files_, "./m").find("root-p"), std::string::npos);
  EXPECT_EQ(text_of(files_, "./m.epochs").find("full-"), std::string::npos);
  const auto keys = load_key_file(files_, "./m", KeyScope::masked_only);
  ASSERT_TRUE(keys);
  EXPECT_EQ(to_hex(keys->masked.bytes()), to_hex(load()->masked.bytes()));
  EXPECT_EQ(load_key_file(files_, "./m", KeyScope::everything).error().code(), ErrorCode::sealed);
  EXPECT_EQ(copy_masked_keys(files_, "./k", "./m").error().code(), ErrorCode::already_exists);
}

TEST_F(KeyFileTest, NothingIsOverwritten) {
  const std::string before = text_of(files_, "./k");
  EXPECT_EQ(create_key_file(files_, "./k", random_).error().code(), ErrorCode::already_exists);
  EXPECT_EQ(text_of(files_, "./k"), before);
  const std::string epochs = text_of(files_, "./k.epochs");
  ASSERT_TRUE(files_.remove("./k"));  // Or its disk was not mounted yet.
  ASSERT_TRUE(create_key_file(files_, "./k", random_));
  EXPECT_EQ(text_of(files_, "./k.epochs"), epochs);
  EXPECT_NE(text_of(files_, "./k"), before);
  EXPECT_EQ(load_key_file(files_, "./none", KeyScope::everything).error().code(),
            ErrorCode::not_found);
}

TEST_F(KeyFileTest, AnyChangedByteAndAnyMissingEndIsNoticed) {
  for (const std::string path : {"./k", "./k.epochs"}) {
    const Bytes good = files_.content(path);
    for (std::size_t at = 0; at < good.size(); ++at) {
      Bytes bad = good;
      bad[at] = static_cast<std::uint8_t>(bad[at] ^ 1);
      put(files_, path, as_text(bad));
      EXPECT_EQ(load().error().code(), ErrorCode::corrupt) << path << at;
      put(files_, path, as_text(good).substr(0, at));
      EXPECT_EQ(load().error().code(), ErrorCode::corrupt) << path << at;
    }
    put(files_, path, as_text(good));
  }
  EXPECT_TRUE(load());
}

// `text` with one part replaced, and a checksum that fits again.
std::string edited(std::string text, std::string_view part, std::string_view by) {
  text.resize(text.find("checksum "));
  text.replace(text.find(part), part.size(), by);
  return text + "checksum " + to_hex(sha256(as_bytes(text))) + "\n";
}

TEST_F(KeyFileTest, SaysWhatIsWrong) {
  struct Case {
    const char* path;
    const char* part;
    const char* by;
    const char* message;
  };
  static constexpr Case cases[] = {
      {"./k", "root keys", "epoch keys", "not the key file"},
      {"./k", "velum", "velvet", "not the key file"},
      {"./k", " v1\n", " v2\n", "version"},
      {"./k", " v1\n", " v1 \n", "version"},
      {"./k", "root-m ", "root-M ", "lacks a key"},
      {"./k", "root-m ", "root-p ", "twice"},
      {"./k", "ledger ", "ledger", "not a name and a value"},
      {"./k", "ledger ", "\nledger ", "not a name and a value"},
      {"./k", "ledger ", " ledger ", "not a name and a value"},
      {"./k", "ledger ", "ledger  ", "base64"},
      {"./k", "=\n", "\n", "base64"},
      {"./k", "=\n", "=\r\n", "base64"},
      {"./k", "root-m ", "root-m AA", "base64"},
      {"./k", "ledger ", "extra x\nledger ", "does not know"},
      {"./k.epochs", "epoch keys", "root keys", "not the key file"},
      {"./k.epochs", "current 1", "current 2", "lacks the current epoch"},
      {"./k.epochs", "current 1", "current one", "a number of the key file"},
      {"./k.epochs", "current 1", "current 01", "a number of the key file"},
      {"./k.epochs", "current 1", "current -1", "a number of the key file"},
      {"./k.epochs", "current 1", "current 18446744073709551616", "a number of the key file"},
      {"./k.epochs", "current 1\n", "", "lacks a number"},
      {"./k.epochs", "masked-1", "masked-01", "an epoch's number"},
      {"./k.epochs", "masked-1", "masked-", "an epoch's number"},
      {"./k.epochs", "full-1", "full-2", "lacks a key"},
      {"./k.epochs", "current 1\n", "current 1\nextra x\n", "does not know"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.path) + ": " + c.part + " -> " + c.by);
    const std::string good = text_of(files_, c.path);
    put(files_, c.path, edited(good, c.part, c.by));
    const auto loaded = load();
    put(files_, c.path, good);
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code(), ErrorCode::corrupt);
    EXPECT_NE(loaded.error().message().find(c.message), std::string_view::npos)
        << loaded.error().message();
    EXPECT_EQ(loaded.error().subject(), c.path);
  }
}

TEST(KeyFileCrash, AnInterruptedCreationCanBeRepeated) {
  for (std::uint64_t fault = 1; fault < 40; ++fault) {
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      SimFileSystem files;
      SeededRandom random(seed);
      files.fail_call(fault, FaultSpan::from_then_on, ErrorCode::io);
      const bool made = create_key_file(files, "./k", random).has_value();
      files.fail_call(0, FaultSpan::once, ErrorCode::io);
      files.crash(random);
      if (made || *files.exists("./k")) {
        EXPECT_TRUE(load_key_file(files, "./k", KeyScope::everything)) << fault;
      } else {
        EXPECT_TRUE(create_key_file(files, "./k", random)) << fault;
      }
    }
  }
}

}  // namespace
}  // namespace velum
