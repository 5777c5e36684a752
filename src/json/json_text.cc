#include "json/json_text.h"

#include <algorithm>

#include "json/value.h"

namespace velum {

std::string json_string(std::string_view text) {
  const auto is_plain = [](char letter) {
    return letter >= ' ' && letter != '"' && letter != '\\' && letter != 0x7F;
  };
  if (std::all_of(text.begin(), text.end(), is_plain)) {
    std::string quoted;
    quoted.reserve(text.size() + 2);
    return quoted.append("\"").append(text).append("\"");
  }
  WipedText out;
  json::write_string(text, out);
  return std::string(view(out));
}

std::string json_array(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out.append(out.empty() ? "[" : ",").append(item);
  return out.empty() ? "[]" : out + "]";
}

std::string json_object(const std::vector<JsonMember>& members) {
  std::string out;
  for (const auto& [name, value] : members) {
    if (value.empty()) continue;
    out.append(out.empty() ? "{" : ",").append(json_string(name)).append(":").append(value);
  }
  return out.empty() ? "{}" : out + "}";
}

}  // namespace velum
