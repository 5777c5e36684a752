#pragma once
// JSON put together from parts that are JSON already. For text of ours: nothing here is wiped.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace velum {

using JsonMember = std::pair<std::string, std::string>;  // A name, and JSON.

std::string json_string(std::string_view text);
std::string json_array(const std::vector<std::string>& items);
std::string json_object(const std::vector<JsonMember>& members);  // Without those of no text.

}  // namespace velum
