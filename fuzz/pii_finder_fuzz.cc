// Promises: what is found is in order, disjoint, inside the text and between code points; once it
// is masked nothing is found any more, and all but its letters and digits is as it was; a number
// with check digits and an address are found whatever stands around them. In JSON it is the same.

#include <vector>

#include "fuzz/fuzz.h"
#include "json/value.h"
#include "schema/card_data.h"
#include "schema/code_points.h"
#include "schema/pii_finder.h"
#include "schema/pii_values.h"

namespace velum {
namespace {

std::string masked_text(std::string_view text) {
  WipedText out;
  append_pii_masked(text, out);
  return std::string(view(out));
}

void check_places(std::string_view text, const std::vector<PiiFinding>& found) {
  std::vector<bool> is_border(text.size() + 1, false);
  for (std::size_t at = 0; at < text.size(); at += first_code_point(text.substr(at)).size_bytes) {
    is_border[at] = true;
  }
  is_border[text.size()] = true;
  std::size_t end = 0;
  for (const PiiFinding& finding : found) {
    VELUM_CHECK(finding.begin >= end && finding.begin < finding.end && finding.end <= text.size());
    VELUM_CHECK(is_border[finding.begin] && is_border[finding.end]);
    end = finding.end;
    const std::string_view part = text.substr(finding.begin, finding.end - finding.begin);
    if (finding.kind == PiiKind::card_number && is_ascii(part)) {
      VELUM_CHECK(holds_card_number(part));
    }
  }
}

void check_mask(std::string_view text, const std::vector<PiiFinding>& found) {
  const std::string mask = masked_text(text);
  VELUM_CHECK(find_pii(mask).empty());
  VELUM_CHECK(count_code_points(mask) == count_code_points(text));
  if (found.empty()) VELUM_CHECK(mask == text);
  if (!is_ascii(text)) return;
  std::size_t next = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    while (next < found.size() && found[next].end <= at) ++next;
    const bool is_inside = next < found.size() && at >= found[next].begin;
    const bool is_hidden = is_inside && is_ascii_alphanumeric(text[at]);
    VELUM_CHECK(mask[at] == (is_hidden ? '*' : text[at]));
  }
}

// Nine digits of the input and the two that belong behind them.
std::string cpf_of(std::string_view input) {
  std::string cpf;
  std::copy_if(input.begin(), input.end(), std::back_inserter(cpf), is_ascii_digit);
  cpf.resize(9, '3');
  for (const std::size_t size : {9U, 10U}) {
    std::size_t sum = 0;
    for (std::size_t at = 0; at < size; ++at) {
      sum += static_cast<std::size_t>(cpf[at] - '0') * (size + 1 - at);
    }
    const std::size_t rest = sum % 11;
    cpf.push_back(static_cast<char>('0' + (rest < 2 ? 0 : 11 - rest)));
  }
  return cpf;
}

void check_planted(std::string_view before, std::string_view after, const std::string& planted,
                   PiiKind kind) {
  const std::string front = std::string(before) + " ; ";
  const std::string text = front + planted + " ; " + std::string(after);
  const PiiFinding want{kind, front.size(), front.size() + planted.size()};
  const auto found = find_pii(text);
  VELUM_CHECK(std::find(found.begin(), found.end(), want) != found.end());
}

void check_json(std::string_view text) {
  const auto document = json::Document::parse(text);
  if (!document) return;
  json::Arena arena;
  const PiiMasked copy = mask_pii(document->root(), arena);
  VELUM_CHECK(copy.kinds == pii_kinds_in(document->root()));
  // What is left is in the names of members.
  json::Arena again;
  const PiiMasked twice = mask_pii(copy.value, again);
  VELUM_CHECK(json::equal(twice.value, copy.value));
  WipedText written;
  json::write(copy.value, written);
  VELUM_CHECK(json::Document::parse(view(written)));
}

}  // namespace
}  // namespace velum

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace velum;
  const std::string_view text = fuzz::text_of(data, size);
  const auto found = find_pii(text);
  check_places(text, found);
  check_mask(text, found);
  const std::string_view before = text.substr(0, size / 2);
  const std::string_view after = text.substr(size / 2);
  const std::string cpf = cpf_of(text);
  if (cpf.find_first_not_of(cpf.front()) != std::string::npos) {
    check_planted(before, after, cpf, PiiKind::cpf);
    std::string written = cpf;
    written.insert(9, "-").insert(6, ".").insert(3, ".");
    check_planted(before, after, written, PiiKind::cpf);
    check_planted(before, after, "ana." + cpf + "@example.com", PiiKind::email);
  }
  check_json(text);
  return 0;
}
