#include "http/query.h"

#include <gtest/gtest.h>

#include <string>

namespace velum {
namespace {

TEST(QueryView, Finds) {
  struct Case {
    std::string_view query;
    std::string_view want;
  };
  static constexpr std::string_view none = "(none)";
  static constexpr std::string_view bad = "(bad)";
  const Case cases[] = {
      {"reason=audit", "audit"},
      {"a=b&reason=audit", "audit"},
      {"reason=audit&a=b", "audit"},
      {"reason=one&reason=two", "one"},
      {"reason=", ""},
      {"reason", ""},
      {"reason=a+b", "a b"},
      {"reason=a%2Bb", "a+b"},
      {"reason=a%20b", "a b"},
      {"reason=a=b", "a=b"},
      {"reason=a?b/c", "a?b/c"},
      {"re%61son=x", "x"},
      {"&&reason=x&&", "x"},
      {"", none},
      {"&", none},
      {"=", none},
      {"=reason", none},
      {"reasons=x", none},
      {"reaso=x", none},
      {"Reason=x", none},
      {"x=reason", none},
      {"x;reason=y", none},
      {"a=100%&reason=x", "x"},
      {"%zz=1&reason=x", "x"},
      {"reason=100%", bad},
      {"reason=%4", bad},
      {"reason=%zz", bad},
      {"reason=%00", bad},
      {"reason=%&reason=x", bad},
  };
  for (const auto& [query, want] : cases) {
    SCOPED_TRACE(std::string(query));
    const auto found = QueryView(query).find("reason");
    EXPECT_EQ(!found ? bad : !*found ? none : (*found)->text(), want);
  }
}

TEST(QueryView, FindsAllOfAName) {
  const auto all = [](std::string_view query) {
    std::string text;
    const auto found = QueryView(query).find_all("id");
    if (!found) return std::string("(bad)");
    for (const Sensitive& one : *found) text.append("[").append(one.text()).append("]");
    return text;
  };
  EXPECT_EQ(all(""), "");
  EXPECT_EQ(all("a=b&ids=3"), "");
  EXPECT_EQ(all("id=1"), "[1]");
  EXPECT_EQ(all("id=1&a=b&id=2%2C3&i%64=&id"), "[1][2,3][][]");
  EXPECT_EQ(all("id=1&id=%zz"), "(bad)");
}

}  // namespace
}  // namespace velum
