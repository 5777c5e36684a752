#include "schema/pii_finder.h"

#include <utility>

#include "schema/pii_emails.h"
#include "schema/pii_ids.h"
#include "schema/pii_phones.h"
#include "schema/pii_words.h"

namespace velum {
namespace {

constexpr std::size_t phone_words_max = 15;  // As many as its digits.

class PiiScan {
 public:
  explicit PiiScan(std::string_view text) : words_(text), emails_(text) {}

  std::vector<PiiFinding> findings() {
    while (words_.at(0).size > 0) {
      const PiiFinding finding = next();
      if (finding.end == 0) {
        words_.skip(1);
        continue;
      }
      found_.push_back(finding);
      while (words_.at(0).size > 0 && words_.at(0).begin < finding.end) words_.skip(1);
    }
    return std::move(found_);
  }

 private:
  // What begins with the next word; its end is 0 if nothing does.
  PiiFinding next() {
    const std::size_t begin = words_.at(0).begin;
    const std::size_t email_end = emails_.end_of_address(begin);
    const PiiMatch id = id_at(words_, 0);
    const std::size_t id_end = id.words > 0 ? words_.at(id.words - 1).end : 0;
    if (email_end > id_end) return {PiiKind::email, begin, email_end};
    if (id_end > 0) return {id.kind, begin, id_end};
    const PiiPhone phone = phone_before_ids();
    if (phone.words == 0) return {};
    return {PiiKind::phone, phone.begin, words_.at(phone.words - 1).end};
  }

  PiiPhone phone_before_ids() {
    const PiiPhone phone = next_phone(words_, phone_words_max);
    for (std::size_t at = 1; at < phone.words; ++at) {
      if (id_at(words_, at).words > 0) return next_phone(words_, at);
    }
    return phone;
  }

  PiiWords words_;
  PiiEmails emails_;
  std::vector<PiiFinding> found_;
};

void append_pii_stars(std::string_view text, WipedText& out) {
  for (std::size_t at = 0; at < text.size();) {
    const PiiSymbol symbol = pii_symbol_at(text, at);
    if (symbol.sign == PiiSign::word || symbol.sign == PiiSign::caseless) {
      out.push_back('*');
    } else {
      append(out, text.substr(at, symbol.size_bytes));
    }
    at += symbol.size_bytes;
  }
}

}  // namespace

std::vector<PiiFinding> find_pii(std::string_view text) {
  return PiiScan(text).findings();
}

void append_pii_masked(std::string_view text, WipedText& out) {
  std::size_t at = 0;
  for (const PiiFinding& finding : find_pii(text)) {
    append(out, text.substr(at, finding.begin - at));
    append_pii_stars(text.substr(finding.begin, finding.end - finding.begin), out);
    at = finding.end;
  }
  append(out, text.substr(at));
}

}  // namespace velum
