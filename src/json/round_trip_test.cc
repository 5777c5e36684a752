// Property: whatever tree there is, writing and parsing it gives the same tree and the same text;
// and no bytes at all make the parser do worse than refuse.

#include <random>
#include <vector>

#include "json/for_test.h"

namespace velum::json {
namespace {

class RandomTree {
 public:
  explicit RandomTree(std::uint32_t seed) : random_(seed) {}

  Value value(Arena& arena, int depth) {
    switch (random_() % (depth > 0 ? 7 : 4)) {
      case 0: return Arena::null();
      case 1: return Arena::boolean(random_() % 2 == 0);
      case 2: return arena.number(number());
      case 3: return arena.string(text());
      case 4: return array(arena, depth);
      default: return object(arena, depth);
    }
  }

  std::string text() {
    static constexpr std::string_view pieces[] = {
        "a",  "Z", "0",  "\"", "\\",   "/", "\n", "\x01", "\0", "é",           "ß",
        "日", "😀", "\t", " ",  "\x7f", "́",  "{",  "}",    "'",  "\xEF\xBB\xBF"};
    std::string result;
    for (std::size_t size = random_() % 12; size > 0; --size) {
      result.append(pieces[random_() % std::size(pieces)]);
    }
    if (random_() % 8 == 0) result.push_back('\0');
    return result;
  }

  std::uint32_t next() { return static_cast<std::uint32_t>(random_()); }

 private:
  std::string number() {
    std::string result = random_() % 2 == 0 ? "-" : "";
    result.append(std::to_string(random_() % 100'000));
    if (random_() % 2 == 0) result.append(".").append(std::to_string(random_()));
    if (random_() % 3 == 0) result.append("e-").append(std::to_string(random_() % 400));
    return result;
  }

  Value array(Arena& arena, int depth) {
    std::vector<Value> items;
    for (std::size_t size = random_() % 6; size > 0; --size) {
      items.push_back(value(arena, depth - 1));
    }
    return arena.array(items);
  }

  Value object(Arena& arena, int depth) {
    std::vector<Member> members;
    const std::size_t size = random_() % 20 == 0 ? 60 : random_() % 6;
    for (std::size_t i = 0; i < size; ++i) {
      const std::string name = text() + std::to_string(i);
      members.push_back({arena.string(name).text(), value(arena, depth - 1)});
    }
    return arena.object(members);
  }

  std::mt19937 random_;
};

TEST(RoundTrip, WriteThenParseGivesTheSame) {
  RandomTree trees(20'240'229);
  for (int i = 0; i < 2'000; ++i) {
    Arena arena;
    const Value tree = trees.value(arena, 5);
    const std::string text = written(tree);
    const auto again = Document::parse(text);
    ASSERT_TRUE(again) << text;
    EXPECT_TRUE(equal(tree, again->root())) << text;
    EXPECT_EQ(written(again->root()), text);
  }
}

TEST(RoundTrip, DamagedTextIsRefusedOrRead) {
  RandomTree trees(4711);
  std::size_t refused = 0;
  for (int i = 0; i < 8'000; ++i) {
    Arena arena;
    std::string text = written(trees.value(arena, 4));
    for (std::size_t cuts = trees.next() % 3 + 1; cuts > 0; --cuts) {
      text[trees.next() % text.size()] = static_cast<char>(trees.next());
    }
    const auto again = Document::parse(text);
    if (!again) {
      ++refused;
    } else {
      EXPECT_TRUE(Document::parse(written(again->root())));
    }
  }
  EXPECT_GT(refused, 4'000U);
}

}  // namespace
}  // namespace velum::json
