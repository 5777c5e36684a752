#include "audit/filter_text.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace velum::filter_text_test {
namespace {

using Written = std::vector<std::pair<std::string_view, std::string_view>>;

AuditFilter filter_of(const Written& written) {
  AuditFilter filter;
  for (const auto& [name, value] : written) EXPECT_TRUE(add_to_filter(filter, name, value));
  return filter;
}

// What one says and what another does are one filter, or are said to be in each other's way.
TEST(FilterText, TwoFiltersAreOneUnlessBothHaveTheSame) {
  struct Case {
    Written one, other;
    std::vector<std::string> names;  // Of both.
    std::string refused = {};        // The name that is told.
  };
  const Case cases[] = {
      {{}, {}, {}},
      {{{"action", "Get"}}, {}, {"action"}},
      {{}, {{"action", "Get"}}, {"action"}},
      {{{"action", "Get"}}, {{"actor", "a"}}, {"action", "actor"}},
      {{{"actor", "a"}}, {{"action", ","}}, {"actor"}},
      {{{"outcome", "done"}, {"id", "A"}, {"grant", "B"}},
       {{"application", "audit"}, {"entity", "profile"}},
       {"application", "entity", "id", "grant", "outcome"}},
      {{{"from", "2026-01-01"}}, {{"to", "2026-01-02"}}, {"from", "to"}},
      {{{"to", "2026-01-02"}}, {{"from", "2026-01-01"}}, {"from", "to"}},
      {{{"action", "Get"}}, {{"action", "Get"}}, {}, "action"},
      {{{"action", "Get"}, {"actor", "a"}}, {{"actor", "b"}}, {}, "actor"},
      {{{"from", "2026-01-01"}}, {{"from", "2026-01-01"}}, {}, "from"},
      {{{"to", "2026-01-01"}}, {{"to", "2027-01-01"}}, {}, "to"},
      {{{"from", "2026-01-02"}}, {{"to", "2026-01-02"}}, {}, "to"},
      {{{"to", "2026-01-01"}}, {{"from", "2026-01-02"}}, {}, "to"},
  };
  for (const Case& c : cases) {
    const auto both = both_of(filter_of(c.one), filter_of(c.other));
    ASSERT_EQ(both.has_value(), c.refused.empty());
    if (both) {
      EXPECT_EQ(filters_in(*both), c.names);
    } else {
      EXPECT_EQ(both.error().code(), ErrorCode::invalid_argument);
      EXPECT_EQ(both.error().subject(), c.refused);
    }
  }
}

TEST(FilterText, EachFilterKeepsItsValuesBesideAnothers) {
  for (const std::string_view name : audit_filter_names) {
    const bool is_time = name == "from" || name == "to";
    const std::string_view value = is_time ? "2026-01-05T10:00-03:00" : "";
    const std::string_view known = name == "application" ? "audit"
                                   : name == "entity"    ? "profile,address"
                                   : name == "outcome"   ? "done,failed"
                                                         : "Ab,cd";
    const AuditFilter filter = filter_of({{name, is_time ? value : known}});
    const std::string_view beside = name == "actor" ? "action" : "actor";
    for (const auto& both : {both_of(filter, filter_of({{beside, "x,y"}})),
                             both_of(filter_of({{beside, "x,y"}}), filter)}) {
      ASSERT_TRUE(both) << name;
      EXPECT_EQ(values_of(*both, beside), (AuditFilter::AnyOf{"x", "y"}));
      EXPECT_TRUE(has_filter(*both, name));
      EXPECT_EQ(both->from, filter.from);
      EXPECT_EQ(both->to, filter.to);
      if (!is_time) EXPECT_EQ(values_of(*both, name), values_of(filter, name));
    }
  }
}

}  // namespace
}  // namespace velum::filter_text_test
