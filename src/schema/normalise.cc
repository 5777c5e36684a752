#include "schema/normalise.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "schema/code_points.h"

namespace velum {
namespace {

using CodePoints = std::vector<std::int32_t, WipingAllocator<std::int32_t>>;

constexpr std::size_t email_size_max = 254;
// Marks are put into their order by a method whose time grows with the square of their number: a
// megabyte of them would stop a thread for hours. A reason has at most 512 code points of 4 bytes.
constexpr std::size_t composed_size_max_bytes = 2048;

Error not_text(Literal message) {
  return Error(ErrorCode::invalid_field, message);
}

// NFC with more or less of it, as `extra` says.
Result<CodePoints> compose(std::string_view text, unsigned extra) {
  if (text.size() > composed_size_max_bytes && !is_ascii(text)) {
    return not_text("the value is too long");
  }
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | extra);
  const auto* const bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto size = static_cast<utf8proc_ssize_t>(text.size());
  CodePoints points(text.size() + 16);
  auto needed = utf8proc_decompose(bytes, size, points.data(),
                                   static_cast<utf8proc_ssize_t>(points.size()), options);
  if (needed > static_cast<utf8proc_ssize_t>(points.size())) {
    points.resize(static_cast<std::size_t>(needed));
    needed = utf8proc_decompose(bytes, size, points.data(), needed, options);
  }
  if (needed >= 0) needed = utf8proc_normalize_utf32(points.data(), needed, options);
  if (needed < 0) return not_text("the value is not UTF-8");
  points.resize(static_cast<std::size_t>(needed));
  return points;
}

WipedText encode(const CodePoints& points) {
  WipedText out;
  out.reserve(points.size() * 2);
  for (const std::int32_t point : points) {
    std::array<utf8proc_uint8_t, 4> bytes{};
    const auto size = utf8proc_encode_char(point, bytes.data());
    append(out, {reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size)});
  }
  return out;
}

bool is_space(std::int32_t point) {
  if (point == ' ' || (point >= '\t' && point <= '\r')) return true;
  const auto category = utf8proc_category(point);
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
         category == UTF8PROC_CATEGORY_ZP;
}

bool is_letter_or_digit(std::int32_t point) {
  const auto category = utf8proc_category(point);
  return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
         (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

void trim(CodePoints& points) {
  const auto last = std::find_if_not(points.rbegin(), points.rend(), is_space).base();
  points.erase(last, points.end());
  points.erase(points.begin(), std::find_if_not(points.begin(), points.end(), is_space));
}

bool is_plain_email(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char letter) {
    return letter > ' ' && letter < '\x7f' && ascii_lower(letter) == letter;
  });
}

Result<Sensitive> normalise_email(std::string_view value) {
  WipedText text;
  if (is_plain_email(value)) {
    append(text, value);
  } else {
    TRY_ASSIGN(CodePoints points, compose(value, 0));
    trim(points);
    for (std::int32_t& point : points) point = utf8proc_tolower(point);
    // Lower case may compose where upper case could not.
    const WipedText lower = encode(points);
    TRY_ASSIGN(const CodePoints composed, compose(view(lower), 0));
    text = encode(composed);
  }
  if (!is_email(view(text))) return not_text("the value is not an e-mail address");
  return Sensitive(std::move(text));
}

Result<Sensitive> normalise_tax_id(std::string_view value) {
  WipedText text;
  if (is_ascii(value)) {
    for (const char letter : value) {
      if (is_ascii_alphanumeric(letter)) text.push_back(ascii_upper(letter));
    }
    return Sensitive(std::move(text));
  }
  TRY_ASSIGN(CodePoints points, compose(value, UTF8PROC_COMPAT));
  std::erase_if(points, [](std::int32_t point) { return !is_letter_or_digit(point); });
  for (std::int32_t& point : points) point = utf8proc_toupper(point);
  const WipedText upper = encode(points);
  TRY_ASSIGN(const CodePoints composed, compose(view(upper), UTF8PROC_COMPAT));
  return Sensitive(encode(composed));
}

Result<Sensitive> normalise_phone(std::string_view value) {
  TRY_ASSIGN(const CodePoints points, compose(value, UTF8PROC_COMPAT));
  WipedText text;
  for (const std::int32_t point : points) {
    const bool leads = point == '+' && text.empty();
    if (leads || (point >= '0' && point <= '9')) text.push_back(static_cast<char>(point));
  }
  if (view(text) == "+") text.clear();
  return Sensitive(std::move(text));
}

Result<Sensitive> normalise_text(std::string_view value) {
  TRY_ASSIGN(CodePoints points, compose(value, UTF8PROC_CASEFOLD));
  trim(points);
  const auto both_spaces = [](std::int32_t left, std::int32_t right) {
    return is_space(left) && is_space(right);
  };
  points.erase(std::unique(points.begin(), points.end(), both_spaces), points.end());
  std::replace_if(points.begin(), points.end(), is_space, ' ');
  return Sensitive(encode(points));
}

bool is_address_part(std::int32_t point) {
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CN: return false;
    default: return !is_space(point);
  }
}

}  // namespace

bool is_email(std::string_view value) {
  const std::size_t at = value.find('@');
  const bool has_shape = at != std::string_view::npos && at > 0 && at + 1 < value.size() &&
                         value.find('@', at + 1) == std::string_view::npos;
  if (!has_shape || value.size() > email_size_max) return false;
  while (!value.empty()) {
    const CodePoint point = first_code_point(value);
    if (point.value == CodePoint::bad_byte || !is_address_part(point.value)) return false;
    value.remove_prefix(point.size_bytes);
  }
  return true;
}

Result<Sensitive> normalise_value(FieldMeaning meaning, std::string_view value) {
  switch (meaning) {
    case FieldMeaning::email: return normalise_email(value);
    case FieldMeaning::tax_id: return normalise_tax_id(value);
    case FieldMeaning::phone: return normalise_phone(value);
    case FieldMeaning::text: return normalise_text(value);
  }
  VELUM_CHECK(false);
}

}  // namespace velum
