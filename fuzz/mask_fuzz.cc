// Promises: of a run of letters and digits nobody learns more than the first, whatever the bytes.
// So a mask stays the same when the others change, and when it is masked again, and it is as long
// as what it hides, in letters.

#include "fuzz/fuzz.h"
#include "json/value.h"
#include "schema/code_points.h"
#include "schema/mask.h"

namespace velum {
namespace {

std::string masked(MaskStyle style, std::string_view value) {
  WipedText out;
  append_mask(style, value, out);
  return std::string(view(out));
}

// The same text with other letters and digits, but for the first of each run.
std::string scrambled(std::string_view value) {
  std::string other(value);
  for (std::size_t at = 1; at < value.size(); ++at) {
    const bool is_inside = is_ascii_alphanumeric(value[at]) && is_ascii_alphanumeric(value[at - 1]);
    if (is_inside) other[at] = value[at] == 'q' ? '7' : 'q';
  }
  return other;
}

// A pile of marks on one letter is a place to hide text in.
void check_marks(std::string_view mask) {
  std::size_t marks = 0;
  while (!mask.empty()) {
    const CodePoint point = first_code_point(mask);
    marks = point.value >= 0x300 && point.value < 0x340 ? marks + 1 : 0;
    VELUM_CHECK(marks <= 8);
    mask.remove_prefix(point.size_bytes);
  }
}

void check_documented(std::string_view value, std::string_view mask) {
  VELUM_CHECK(mask.find('*') != std::string_view::npos);
  VELUM_CHECK(mask.size() <= value.size());
  VELUM_CHECK(count_code_points(mask) <= count_code_points(value));
  if (!is_ascii(value) || value.find('\r') != std::string_view::npos) return;
  VELUM_CHECK(mask.size() == value.size());
  for (std::size_t at = 0; at < value.size(); ++at) {
    const bool is_word = is_ascii_alphanumeric(value[at]);
    const bool is_inside = is_word && at > 0 && is_ascii_alphanumeric(value[at - 1]);
    VELUM_CHECK(mask[at] == '*' || (mask[at] == value[at] && !is_inside));
  }
}

void check_fixed(std::string_view value, std::string_view mask) {
  VELUM_CHECK(mask.ends_with("***") && count_code_points(mask) <= 3 + 8);
  const std::string_view shown = mask.substr(0, mask.size() - 3);
  VELUM_CHECK(value.find(shown) != std::string_view::npos);
  VELUM_CHECK(shown.size() < value.size());
}

}  // namespace
}  // namespace velum

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace velum;
  const std::string_view value = fuzz::text_of(data, size);
  const std::string other = scrambled(value);
  for (const MaskStyle style : {MaskStyle::documented, MaskStyle::fixed}) {
    const std::string mask = masked(style, value);
    VELUM_CHECK(mask.empty() == value.empty());
    VELUM_CHECK(masked(style, other) == mask);
    VELUM_CHECK(masked(style, mask) == mask);
    check_marks(mask);
    // What was text is text.
    WipedText quoted_value;
    WipedText quoted_mask;
    json::write_string(value, quoted_value);
    json::write_string(mask, quoted_mask);
    if (json::Document::parse(view(quoted_value))) {
      VELUM_CHECK(json::Document::parse(view(quoted_mask)));
    }
    if (value.empty()) continue;
    if (style == MaskStyle::documented) check_documented(value, mask);
    if (style == MaskStyle::fixed) check_fixed(value, mask);
  }
  return 0;
}
