#include <vector>

#include "json/for_test.h"

namespace velum::json {
namespace {

TEST(Arena, MakesValuesThatOutliveTheirArguments) {
  Arena arena;
  Value object;
  {
    std::string text = "a text that is longer than a small string";
    std::vector<Value> items = {arena.string(text), arena.number("1.50"), Arena::null()};
    std::vector<Member> members = {{"list", arena.array(items)}, {"yes", Arena::boolean(true)}};
    object = arena.object(members);
    text.assign(text.size(), '-');
  }
  EXPECT_EQ(written(object),
            R"({"list":["a text that is longer than a small string",1.50,null],"yes":true})");
  const Arena moved = std::move(arena);
  EXPECT_EQ(object.find("yes")->boolean(), true);
}

TEST(Arena, GrowsAndKeepsAlignment) {
  Arena arena;
  std::vector<Value> items;
  for (std::size_t i = 0; i < 3000; ++i) {
    items.push_back(arena.string(std::string(i % 97, 'x')));
    if (i % 100 == 0) items.back() = arena.array(items);
  }
  items.push_back(arena.string(std::string(3'000'000, 'y')));
  const Value array = arena.array(items);
  EXPECT_EQ(array.items()[101].text(), std::string(4, 'x'));
  EXPECT_EQ(array.items().back().text().size(), 3'000'000U);
}

TEST(ArenaDeathTest, WrongKindIsABug) {
  Arena arena;
  EXPECT_DEATH(static_cast<void>(Arena::null().text()), "check failed");
  EXPECT_DEATH(static_cast<void>(arena.string("x").items()), "check failed");
  EXPECT_DEATH(static_cast<void>(arena.number("1x")), "check failed");
}

TEST(Equal, ComparesAsJsonDoes) {
  struct Case {
    std::string_view left, right;
    bool want;
  };
  static constexpr Case cases[] = {
      {"null", "null", true},
      {"1", "1", true},
      {"1", "1.0", false},
      {"1", "\"1\"", false},
      {"true", "false", false},
      {R"({"a":1,"b":[{}]})", R"({"b":[{}],"a":1})", true},
      {R"({"a":1})", R"({"a":1,"b":1})", false},
      {R"({"a":1})", R"({"b":1})", false},
      {R"({"a":null})", R"({})", false},
      {"[1,2]", "[2,1]", false},
      {"[1]", "[1,1]", false},
      {R"("\u00e9")", "\"é\"", true},
  };
  for (const auto& [left, right, want] : cases) {
    EXPECT_EQ(equal(parsed(left).root(), parsed(right).root()), want) << left << " " << right;
  }
}

}  // namespace
}  // namespace velum::json
