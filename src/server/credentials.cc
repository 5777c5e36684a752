#include "server/credentials.h"

#include "http/ascii.h"

namespace velum {
namespace {

constexpr std::string_view user_token_name = "VtexIdclientAutCookie";

std::string_view cookie(std::string_view cookies, std::string_view name) {
  while (!cookies.empty()) {
    const std::size_t end = std::min(cookies.find(';'), cookies.size());
    const std::string_view one = trim_blanks(cookies.substr(0, end));
    const std::size_t is = one.find('=');
    if (is != std::string_view::npos && equal_ignoring_case(one.substr(0, is), name)) {
      return one.substr(is + 1);
    }
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
  }
  return {};
}

// Browsers say it, but over plain HTTP: there, `Origin`. Another store's name beside this one's is
// the same site, and not the same origin. Programs say neither.
bool is_own_page(const HttpRequest& request) {
  const std::string_view site = request.header("Sec-Fetch-Site");
  if (!site.empty()) {
    return equal_ignoring_case(site, "same-origin") || equal_ignoring_case(site, "none");
  }
  const std::string_view origin = request.header("Origin");
  const std::size_t host_at = origin.find("://");
  return origin.empty() ||
         (host_at != std::string_view::npos &&
          equal_ignoring_case(origin.substr(host_at + 3), request.header("Host")));
}

}  // namespace

std::string_view cookie_in(const HttpRequest& request, std::string_view name) {
  return is_own_page(request) ? cookie(request.header("Cookie"), name) : std::string_view();
}

std::string_view user_token_in(const HttpRequest& request) {
  const std::string_view header = request.header(user_token_name);
  return header.empty() ? cookie_in(request, user_token_name) : header;
}

}  // namespace velum
