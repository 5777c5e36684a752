#pragma once
// BreachReport: whom a breach has affected, from the audit log alone. It is given the entries one
// by one, and keeps about 100 bytes for each person.
//
// Counts what was disclosed, and beside it what was only tried: who was refused has seen nothing,
// and is not left out.

#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "audit/filter.h"
#include "base/ids.h"
#include "base/result.h"

namespace velum {

class BreachReport {
 public:
  // `filter` says whose acts, when, about whom; its kind does not matter.
  explicit BreachReport(std::string account, AuditFilter filter);

  // Fails with corrupt for what is no entry.
  Result<void> take(std::string_view entry);

  // Those who are affected most first.
  void write_json(std::ostream& out) const;
  void write_text(std::ostream& out) const;

 private:
  using FieldSet = std::set<std::string, std::less<>>;
  struct Person {
    std::uint32_t disclosures = 0;
    std::uint32_t fields = 0;  // Which of field_sets_.
    std::int64_t first = INT64_MAX, last = INT64_MIN;
  };
  using People = std::unordered_map<Token, Person>;

  Result<void> take_disclosure(std::string_view entry);
  Result<std::uint32_t> fields_of(std::string_view entry);
  std::uint32_t number_of(const FieldSet& fields);
  std::uint32_t joined(std::uint32_t one, std::uint32_t other);
  std::vector<const People::value_type*> sorted() const;

  std::string account_;
  AuditFilter filter_;
  AuditMatcher matcher_;
  People people_;
  std::vector<FieldSet> field_sets_;  // Each that was met; the first is empty.
  std::map<FieldSet, std::uint32_t> field_numbers_;
  std::map<std::string, std::uint64_t, std::less<>> by_field_, by_actor_;
  std::uint64_t disclosures_ = 0, about_nobody_ = 0, conditions_ = 0, refused_ = 0, failed_ = 0;
  std::int64_t first_ = INT64_MAX, last_ = INT64_MIN;
};

}  // namespace velum
