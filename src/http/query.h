#pragma once
// QueryView: the parameters of a query string. Nothing is decoded before it is asked for.

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sensitive.h"

namespace velum {

class QueryView {
 public:
  // Without '?'. The text outlives the view.
  explicit QueryView(std::string_view query) : query_(query) {}

  // The first parameter of that name, decoded: '+' is a space. nullopt when there is none, "" when
  // it has no value. Fails with invalid_argument when its value has a bad escape or NUL; others' do
  // not matter.
  Result<std::optional<Sensitive>> find(std::string_view name) const;
  // All of that name, in their order. Fails as find() does, for any of them.
  Result<std::vector<Sensitive>> find_all(std::string_view name) const;

 private:
  std::string_view query_;
};

}  // namespace velum
