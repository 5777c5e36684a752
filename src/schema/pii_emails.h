#pragma once
// PiiEmails: e-mail addresses by their shape: letters, digits and ._%+-' before an '@', and behind
// it a name with a dot, which ends with a word of at least two letters. The letters of any script.

#include <cstddef>
#include <string_view>

namespace velum {

class PiiEmails {
 public:
  // `text` outlives it.
  explicit PiiEmails(std::string_view text)
      : text_(text), at_sign_(text.find("@")), wide_at_sign_(text.find("\uFF20")) {}

  // The end of the address that begins at `at`, where a word does; 0: none does. What was asked
  // before was about a place in front of this one, so that the text is read once.
  std::size_t end_of_address(std::size_t at);

 private:
  bool has_at_sign_behind(std::size_t at);
  std::size_t end_of_domain(std::size_t at) const;

  std::string_view text_;
  std::size_t run_end_ = 0;  // Of what may stand before an '@'.
  std::size_t address_end_ = 0;
  std::size_t at_sign_;  // The next of each form; npos: there are no more.
  std::size_t wide_at_sign_;
};

}  // namespace velum
