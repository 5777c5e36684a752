#include "http/https_url.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "http/ascii.h"
#include "io/ip_address.h"

namespace velum {
namespace {

constexpr std::string_view https_scheme = "https://";
constexpr std::size_t text_max_bytes = 2048;
constexpr std::size_t host_max_bytes = 253;
constexpr std::uint16_t default_port = 443;

Error refused() {
  return {ErrorCode::invalid_argument,
          "a webhook's URL is https://host[:port][/path][?query], of at most 2048 ASCII letters "
          "without user, fragment or backslash",
          "url"};
}

bool is_name(std::string_view host) {
  const auto fits = [](char letter) {
    return is_alphanumeric(letter) || letter == '-' || letter == '.';
  };
  return !host.empty() && host.size() <= host_max_bytes && is_alphanumeric(host.front()) &&
         std::all_of(host.begin(), host.end(), fits);
}

bool is_v6(std::string_view host) {
  return host.find(':') != std::string_view::npos && IpAddress::parse(host);
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, port);
  if (failure != std::errc() || rest != end || port == 0) return std::nullopt;
  return port;
}

bool may_be_in_target(char letter) {
  return letter > ' ' && letter <= '~' && letter != '#' && letter != '\\';
}

}  // namespace

Result<HttpsUrl> HttpsUrl::parse(std::string_view text) {
  if (text.size() > text_max_bytes || !text.starts_with(https_scheme)) return refused();
  text.remove_prefix(https_scheme.size());
  const std::string_view authority = text.substr(0, text.find_first_of("/?"));
  const std::string_view target = text.substr(authority.size());
  if (!std::all_of(target.begin(), target.end(), may_be_in_target)) return refused();
  HttpsUrl url;
  url.target = target.starts_with('/') ? target : "/" + std::string(target);
  std::string_view rest;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return refused();
    url.host = authority.substr(1, end - 1);
    rest = authority.substr(end + 1);
    if (!is_v6(url.host)) return refused();
  } else {
    url.host = authority.substr(0, authority.find(':'));
    rest = authority.substr(url.host.size());
    if (!is_name(url.host)) return refused();
  }
  if (rest.empty()) return url;
  const auto port = port_of(rest.substr(1));
  if (rest.front() != ':' || !port) return refused();
  url.port = *port;
  return url;
}

std::string HttpsUrl::authority() const {
  std::string text = is_v6(host) ? "[" + host + "]" : host;
  if (port != default_port) text += ":" + std::to_string(port);
  return text;
}

}  // namespace velum
