#pragma once
// SqliteTables: what one kind of database has in it, and every statement that is run on it.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace velum {

struct SqliteTables {
  // Changes with every schema that an older program could not read, or a newer one.
  std::int64_t format = 0;
  // One idempotent statement a step, in order. Every start takes all of them.
  std::span<const std::string_view> steps;
  std::size_t statements_count = 0;
  std::string_view (*statement)(std::size_t number) = nullptr;
};

}  // namespace velum
