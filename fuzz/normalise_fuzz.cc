// Promises: a normalised value stays as it is when it is normalised again, and the ways that people
// write one value (case, blanks around it, dots and dashes in a number) come out as one.

#include <optional>

#include "fuzz/fuzz.h"
#include "schema/code_points.h"
#include "schema/normalise.h"

namespace velum {
namespace {

std::optional<std::string> normalised(FieldMeaning meaning, std::string_view value) {
  const auto result = normalise_value(meaning, value);
  if (!result) return std::nullopt;
  return std::string(result->text());
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.value == CodePoint::bad_byte) return false;
    text.remove_prefix(point.size_bytes);
  }
  return true;
}

std::string other_case(std::string_view value) {
  std::string other(value);
  for (char& letter : other) {
    letter = ascii_lower(letter) == letter ? ascii_upper(letter) : ascii_lower(letter);
  }
  return other;
}

// "123.456.789-09" as "12345678909".
std::string without_signs(std::string_view value) {
  std::string plain(value);
  std::erase_if(plain, [](char letter) {
    return std::string_view(" .-/()").find(letter) != std::string_view::npos;
  });
  return plain;
}

void check_form(FieldMeaning meaning, std::string_view text) {
  switch (meaning) {
    case FieldMeaning::email: VELUM_CHECK(is_email(text)); break;
    case FieldMeaning::phone:
      VELUM_CHECK(text.find_first_not_of("0123456789", text.starts_with('+') ? 1 : 0) ==
                  std::string_view::npos);
      VELUM_CHECK(text != "+");
      break;
    case FieldMeaning::tax_id:
      VELUM_CHECK(text.find_first_of(" .-/\t\n") == std::string_view::npos);
      VELUM_CHECK(text.find_first_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos);
      break;
    case FieldMeaning::text:
      VELUM_CHECK(!text.starts_with(' ') && !text.ends_with(' '));
      VELUM_CHECK(text.find("  ") == std::string_view::npos);
      break;
  }
}

}  // namespace
}  // namespace velum

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace velum;
  const std::string_view value = fuzz::text_of(data, size);
  for (const FieldMeaning meaning :
       {FieldMeaning::text, FieldMeaning::email, FieldMeaning::phone, FieldMeaning::tax_id}) {
    const auto once = normalised(meaning, value);
    if (!is_utf8(value)) VELUM_CHECK(!once);
    if (meaning != FieldMeaning::email && is_utf8(value)) VELUM_CHECK(once);
    if (once) {
      VELUM_CHECK(normalised(meaning, *once) == once);
      VELUM_CHECK(is_utf8(*once));
      check_form(meaning, *once);
    }
    if (!is_ascii(value)) continue;
    VELUM_CHECK(normalised(meaning, other_case(value)) == once);
    VELUM_CHECK(normalised(meaning, " " + std::string(value) + "\t\n") == once);
    const bool is_number = meaning == FieldMeaning::phone || meaning == FieldMeaning::tax_id;
    if (is_number) VELUM_CHECK(normalised(meaning, without_signs(value)) == once);
  }
  return 0;
}
