#include "server/credentials.h"

#include "http/ascii.h"

namespace velum {
namespace {

constexpr std::string_view cookie_name = "VtexIdclientAutCookie";

std::string_view cookie(std::string_view cookies) {
  while (!cookies.empty()) {
    const std::size_t end = std::min(cookies.find(';'), cookies.size());
    const std::string_view one = trim_blanks(cookies.substr(0, end));
    const std::size_t is = one.find('=');
    if (is != std::string_view::npos && equal_ignoring_case(one.substr(0, is), cookie_name)) {
      return one.substr(is + 1);
    }
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
  }
  return {};
}

}  // namespace

std::string_view user_token_in(const HttpRequest& request) {
  const std::string_view header = request.header(cookie_name);
  if (!header.empty()) return header;
  if (equal_ignoring_case(request.header("Sec-Fetch-Site"), "cross-site")) return {};
  return cookie(request.header("Cookie"));
}

}  // namespace velum
