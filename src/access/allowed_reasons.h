#pragma once
// AllowedReasons: for what an account lets its documents be unmasked. Texts that say what the work
// is and are about nobody: they are kept in clear, and told to whoever gives another one.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace velum {

class AllowedReasons {
 public:
  static constexpr std::size_t count_max = 50;
  static constexpr std::size_t size_max_bytes = 100;

  AllowedReasons() = default;  // Any reason.
  // A list of 1 to 50 texts, or null for any reason. Fails with invalid_argument.
  static Result<AllowedReasons> of(const json::Value& value);
  // As they are stored. What is not understood allows none.
  static AllowedReasons stored(std::string_view text);

  bool allow_any() const { return is_any_; }
  // By the letter.
  bool allow(std::string_view reason) const;
  const std::vector<std::string>& texts() const { return texts_; }
  std::string stored_text() const;  // Empty for any.

 private:
  bool is_any_ = true;
  std::vector<std::string> texts_;
};

}  // namespace velum
