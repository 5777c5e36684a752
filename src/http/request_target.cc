#include "http/request_target.h"

#include <algorithm>

#include "http/ascii.h"

namespace velum {
namespace {

constexpr std::size_t port_digits_max = 5;

bool is_target_character(char letter) {
  return letter > 0x20 && letter < 0x7f && letter != '#';
}

bool is_name_character(char letter) {
  return is_alphanumeric(letter) || letter == '-' || letter == '.' || letter == '_' ||
         letter == '~';
}

bool is_address_character(char letter) {
  const char lower = to_lower(letter);
  return is_digit(letter) || (lower >= 'a' && lower <= 'f') || letter == ':' || letter == '.';
}

bool is_port_or_nothing(std::string_view text) {
  if (text.empty()) return true;
  if (text.front() != ':') return false;
  text.remove_prefix(1);
  return text.size() <= port_digits_max && std::all_of(text.begin(), text.end(), is_digit);
}

void set_path_and_query(std::string_view target, HttpRequest& request) {
  const std::size_t mark = target.find('?');
  request.path = target.substr(0, mark);
  request.query = mark == std::string_view::npos ? "" : target.substr(mark + 1);
  if (request.path.empty()) request.path = "/";
}

}  // namespace

bool is_authority(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    const std::string_view address = text.substr(1, end - 1);
    return std::all_of(address.begin(), address.end(), is_address_character) &&
           is_port_or_nothing(text.substr(end + 1));
  }
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view name = text.substr(0, colon);
  return !name.empty() && std::all_of(name.begin(), name.end(), is_name_character) &&
         is_port_or_nothing(text.substr(colon));
}

std::optional<Refusal> read_request_target(std::string_view target, HttpRequest& request) {
  if (!std::all_of(target.begin(), target.end(), is_target_character)) {
    return bad_request("the request target has a character that must be percent-encoded");
  }
  if (target.starts_with('/')) {
    set_path_and_query(target, request);
    return std::nullopt;
  }
  if (target == "*" && request.method == HttpMethod::options) {
    set_path_and_query("/", request);
    return std::nullopt;
  }

  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const std::size_t end = std::min(target.find_first_of("/?"), target.size());
    if (!is_authority(target.substr(0, end))) {
      return bad_request("the request target names no valid host");
    }
    request.host = target.substr(0, end);
    set_path_and_query(target.substr(end), request);
    return std::nullopt;
  }
  return bad_request("the request target is neither a path nor an http address");
}

}  // namespace velum
