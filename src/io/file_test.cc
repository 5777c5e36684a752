// Every FileSystem keeps the same promises: this suite runs over the real one and the simulated.

#include "io/file.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "io/sim_file.h"
#include "io/system_file.h"

namespace velum {
namespace {

class AnyFileSystem : public testing::TestWithParam<const char*> {
 protected:
  AnyFileSystem() {
    if (std::string_view(GetParam()) == "simulated") {
      files_ = std::make_unique<SimFileSystem>();
      root_ = "./disk";
      EXPECT_TRUE(files_->make_directory(root_));
    } else {
      files_ = std::make_unique<SystemFileSystem>();
      char pattern[] = "/tmp/velum-file-test-XXXXXX";
      root_ = ::mkdtemp(pattern);
    }
  }
  ~AnyFileSystem() override {
    if (std::string_view(GetParam()) != "simulated") std::filesystem::remove_all(root_);
  }

  std::unique_ptr<File> make(const std::string& name, OpenMode mode = OpenMode::create_new) {
    auto file = files_->open(root_ + "/" + name, mode, FileAccess::owner);
    EXPECT_TRUE(file);
    return file ? *std::move(file) : nullptr;
  }

  std::unique_ptr<FileSystem> files_;
  std::string root_;
};

TEST_P(AnyFileSystem, ReadsWhatWasWritten) {
  const auto file = make("a");
  ASSERT_TRUE(file->write_at(2, as_bytes("velum")));
  ASSERT_TRUE(file->sync());
  Bytes read(10);
  EXPECT_EQ(*file->read_at(0, read), 7U);
  EXPECT_EQ(as_text(ByteView(read).first(7)), std::string_view("\0\0velum", 7));
  EXPECT_EQ(*file->read_at(7, read), 0U);
  EXPECT_EQ(*file->read_at(100, read), 0U);
  ASSERT_TRUE(file->truncate(3));
  EXPECT_EQ(*file->size(), 3U);
  ASSERT_TRUE(file->allocate(100'000));
  EXPECT_EQ(*file->size(), 100'000U);
  EXPECT_EQ(*file->read_at(2, read), 10U);
  EXPECT_EQ(as_text(read), std::string_view("v\0\0\0\0\0\0\0\0\0", 10));
}

TEST_P(AnyFileSystem, SaysWhyAFileCannotBeOpened) {
  make("a");
  const auto code = [this](const std::string& name, OpenMode mode) {
    const auto file = files_->open(root_ + name, mode, FileAccess::owner);
    return file ? ErrorCode::cancelled : file.error().code();
  };
  EXPECT_EQ(code("/b", OpenMode::read), ErrorCode::not_found);
  EXPECT_EQ(code("/b", OpenMode::read_write), ErrorCode::not_found);
  EXPECT_EQ(code("/none/b", OpenMode::create_new), ErrorCode::not_found);
  EXPECT_EQ(code("/a", OpenMode::create_new), ErrorCode::already_exists);
  EXPECT_EQ(code("/a", OpenMode::create_or_open), ErrorCode::cancelled);
}

TEST_P(AnyFileSystem, ListsRenamesAndRemoves) {
  make("b");
  make("a");
  ASSERT_TRUE(files_->make_directory(root_ + "/c"));
  EXPECT_EQ(files_->make_directory(root_ + "/c").error().code(), ErrorCode::already_exists);
  EXPECT_EQ(*files_->list(root_), (std::vector<std::string>{"a", "b", "c"}));
  ASSERT_TRUE(files_->rename(root_ + "/a", root_ + "/b"));
  ASSERT_TRUE(files_->sync_directory(root_));
  EXPECT_FALSE(*files_->exists(root_ + "/a"));
  ASSERT_TRUE(files_->remove(root_ + "/b"));
  EXPECT_EQ(files_->remove(root_ + "/b").error().code(), ErrorCode::not_found);
  ASSERT_TRUE(files_->remove_directory(root_ + "/c"));
  EXPECT_TRUE(files_->list(root_)->empty());
}

TEST_P(AnyFileSystem, ALockHoldsUntilItsFileEnds) {
  auto first = make("lock");
  const auto second = make("lock", OpenMode::read_write);
  ASSERT_TRUE(first->lock_exclusively());
  EXPECT_EQ(second->lock_exclusively().error().code(), ErrorCode::locked);
  first.reset();
  EXPECT_TRUE(second->lock_exclusively());
}

TEST_P(AnyFileSystem, ReplaceIsWholeAndOverwritesAStaleTemporary) {
  make("a.new");
  const std::string path = root_ + "/a";
  ASSERT_TRUE(replace_file(*files_, path, as_bytes("one"), FileAccess::owner));
  ASSERT_TRUE(replace_file(*files_, path, as_bytes("two"), FileAccess::owner));
  EXPECT_EQ(as_text(*read_file(*files_, path, 100)), "two");
  EXPECT_EQ(read_file(*files_, path, 2).error().code(), ErrorCode::too_large);
  EXPECT_FALSE(*files_->exists(path + ".new"));
}

INSTANTIATE_TEST_SUITE_P(Both, AnyFileSystem, testing::Values("real", "simulated"),
                         [](const auto& info) { return std::string(info.param); });

TEST(ParentDirectory, IsWhatComesBeforeTheLastSlash) {
  EXPECT_EQ(parent_directory("a"), ".");
  EXPECT_EQ(parent_directory("/a"), "/");
  EXPECT_EQ(parent_directory("/a/b"), "/a");
  EXPECT_EQ(parent_directory("a/b/c"), "a/b");
}

}  // namespace
}  // namespace velum
