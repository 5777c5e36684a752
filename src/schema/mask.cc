#include "schema/mask.h"

#include <utf8proc.h>

#include <algorithm>

#include "schema/code_points.h"

namespace velum {
namespace {

// A longer cluster is no letter that anyone writes, but a place to hide text in.
constexpr std::size_t cluster_size_max = 8;

// In a mask it stands for what is hidden. So a value's own counts as a letter: a mask that is
// masked again stays as it is.
constexpr char star = '*';

struct Cluster {
  std::string_view text;
  bool is_word = false;  // Part of a run of letters and digits.
  bool may_show = false;
};

// Letters, digits, and what may be either: marks on their own, code points that this Unicode
// version does not know, and symbols that are letters in a circle or a box.
bool is_word_part(std::int32_t code_point) {
  const bool enclosed = (code_point >= 0x249C && code_point <= 0x24E9) ||
                        (code_point >= 0x1F110 && code_point <= 0x1F189);
  if (enclosed || code_point == star) return true;
  switch (utf8proc_category(code_point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CO: return true;
    default: return false;
  }
}

bool is_mark(std::int32_t code_point) {
  const auto category = utf8proc_category(code_point);
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
         category == UTF8PROC_CATEGORY_ME;
}

// Would a star beside it become a part of it?
bool joins_star(std::int32_t first, std::int32_t last) {
  return !utf8proc_grapheme_break(star, first) || !utf8proc_grapheme_break(last, star);
}

// Takes the first extended grapheme cluster off `text`, which is not empty.
Cluster take_cluster(std::string_view& text) {
  const CodePoint first = first_code_point(text);
  Cluster cluster;
  std::size_t size_bytes = first.size_bytes;
  if (first.value != CodePoint::bad_byte) {
    cluster.is_word = is_word_part(first.value) || is_mark(first.value);
    std::size_t size = 1;
    std::int32_t state = 0;
    std::int32_t last = first.value;
    while (size_bytes < text.size()) {
      const CodePoint next = first_code_point(text.substr(size_bytes));
      if (next.value == CodePoint::bad_byte) break;
      if (utf8proc_grapheme_break_stateful(last, next.value, &state)) break;
      cluster.is_word = cluster.is_word || is_word_part(next.value);
      size_bytes += next.size_bytes;
      last = next.value;
      ++size;
    }
    cluster.may_show = size <= cluster_size_max && !joins_star(first.value, last);
  }
  cluster.is_word = cluster.is_word || !cluster.may_show;
  cluster.text = text.substr(0, size_bytes);
  text.remove_prefix(size_bytes);
  return cluster;
}

// Each byte is a cluster. Not so with a carriage return, which may be half of one.
bool is_simple(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char letter) {
    return static_cast<unsigned char>(letter) >= 0x80 || letter == '\r';
  });
}

// These say whether they hid more than single clusters that are never shown.
bool append_documented_simple(std::string_view text, WipedText& out) {
  const std::size_t start = out.size();
  out.insert(out.end(), text.begin(), text.end());
  bool in_run = false;
  bool hid = false;
  for (std::size_t i = start; i < out.size(); ++i) {
    const bool is_word = is_ascii_alphanumeric(out[i]) || out[i] == star;
    if (is_word && in_run) {
      out[i] = star;
      hid = true;
    }
    in_run = is_word;
  }
  return hid;
}

bool append_documented(std::string_view text, WipedText& out) {
  bool in_run = false;
  bool hid = false;
  while (!text.empty()) {
    const Cluster cluster = take_cluster(text);
    const bool hides = cluster.is_word && in_run;
    if (cluster.may_show && !hides) {
      append(out, cluster.text);
    } else {
      out.push_back(star);
    }
    hid = hid || hides;
    in_run = cluster.is_word;
  }
  return hid;
}

void append_stars(std::string_view text, WipedText& out) {
  while (!text.empty()) {
    take_cluster(text);
    out.push_back(star);
  }
}

void append_fixed(std::string_view text, WipedText& out) {
  Cluster first;
  std::size_t words = 0;
  while (!text.empty() && words < 2) {
    const Cluster cluster = take_cluster(text);
    if (cluster.is_word && ++words == 1) first = cluster;
  }
  const bool is_hidden = first.text.starts_with(star);
  if (words == 2 && first.may_show && !is_hidden) append(out, first.text);
  append(out, "***");
}

}  // namespace

void append_mask(MaskStyle style, std::string_view value, WipedText& out) {
  if (value.empty()) return;
  if (style == MaskStyle::fixed) return append_fixed(value, out);

  const std::size_t start = out.size();
  const bool hid =
      is_simple(value) ? append_documented_simple(value, out) : append_documented(value, out);
  if (hid) return;
  wipe(out.data() + start, out.size() - start);
  out.resize(start);
  append_stars(value, out);
}

bool looks_masked(std::string_view value) {
  return value == "*" || value.find("**") != std::string_view::npos;
}

}  // namespace velum
