#include "access/allowed_reasons.h"

#include <algorithm>

namespace velum {
namespace {

bool is_reason(std::string_view text) {
  const auto is_control = [](char letter) {
    return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F;
  };
  // At its ends a blank would make two that look alike. In the audit log an asterisk is any reason.
  return !text.empty() && text != "*" && text.size() <= AllowedReasons::size_max_bytes &&
         text.front() != ' ' && text.back() != ' ' && std::ranges::none_of(text, is_control);
}

}  // namespace

Result<AllowedReasons> AllowedReasons::of(const json::Value& value) {
  AllowedReasons reasons;
  if (value.is_null()) return reasons;
  const Error misunderstood(ErrorCode::invalid_argument,
                            "allowedReasons is null for any, or a list of 1 to 50 texts of 1 to "
                            "100 bytes, each once, with no blank at either end");
  if (!value.is_array() || value.items().empty() || value.items().size() > count_max) {
    return misunderstood;
  }
  reasons.is_any_ = false;
  for (const json::Value& item : value.items()) {
    const bool is_new = item.is_string() && is_reason(item.text()) && !reasons.allow(item.text());
    if (!is_new) return misunderstood;
    reasons.texts_.emplace_back(item.text());
  }
  return reasons;
}

AllowedReasons AllowedReasons::stored(std::string_view text) {
  AllowedReasons none;
  if (text.empty()) return none;
  none.is_any_ = false;
  const auto list = json::Document::parse(text);
  if (!list || !list->root().is_array()) return none;
  const auto reasons = of(list->root());
  return reasons ? *reasons : none;
}

bool AllowedReasons::allow(std::string_view reason) const {
  return is_any_ || std::ranges::find(texts_, reason) != texts_.end();
}

std::string AllowedReasons::stored_text() const {
  if (is_any_) return {};
  WipedText out;
  for (const std::string& text : texts_) {
    out.push_back(&text == texts_.data() ? '[' : ',');
    json::write_string(text, out);
  }
  out.push_back(']');
  return std::string(view(out));
}

}  // namespace velum
