// Promises: a path is routed where its template says and to nowhere else, what stands for a
// parameter is never empty, and an escape has one meaning: that of the plain decoder below, in
// paths and queries. What it says is UTF-8, or nothing.

#include <bit>
#include <optional>
#include <vector>

#include "fuzz/fuzz.h"
#include "http/query.h"
#include "http/request_target.h"
#include "server/routes.h"

namespace velum {
namespace {

enum class Plus : std::uint8_t { plain, space };

// By the value of each code point, where http/utf8.h goes by ranges of bytes.
bool is_text(std::string_view text) {
  static constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  for (std::size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at]);
    const std::size_t size = first < 0x80 ? 1 : static_cast<std::size_t>(std::countl_one(first));
    if (size > 4 || (first >= 0x80 && size == 1) || at + size > text.size()) return false;
    std::uint32_t code_point = first & (0xFFU >> size);
    if (size == 1) code_point = first;
    for (std::size_t next = 1; next < size; ++next) {
      const auto byte = static_cast<unsigned char>(text[at + next]);
      if ((byte & 0xC0U) != 0x80) return false;
      code_point = code_point << 6U | (byte & 0x3FU);
    }
    if (code_point < smallest[size] || code_point > 0x10FFFF) return false;
    if (code_point >= 0xD800 && code_point <= 0xDFFF) return false;
    at += size;
  }
  return true;
}

std::optional<std::string> decoded(std::string_view text, Plus plus) {
  static constexpr std::string_view digits = "0123456789abcdef0123456789ABCDEF";
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    char letter = text[at] == '+' && plus == Plus::space ? ' ' : text[at];
    if (letter == '%') {
      const std::size_t high = at + 2 < text.size() ? digits.find(text[at + 1]) : digits.npos;
      const std::size_t low = at + 2 < text.size() ? digits.find(text[at + 2]) : digits.npos;
      if (high == digits.npos || low == digits.npos) return std::nullopt;
      letter = static_cast<char>(high % 16 * 16 + low % 16);
      at += 2;
    }
    if (letter == '\0') return std::nullopt;
    out.push_back(letter);
  }
  if (!is_text(out)) return std::nullopt;
  return out;
}

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    segments.push_back(path.substr(0, path.find('/')));
    path.remove_prefix(segments.back().size());
  }
  return segments;
}

// "{index...}", the last of a template: all that follows, of which the first segment is not empty.
bool takes_rest(std::string_view want) {
  return want.ends_with("...}");
}

bool fits(std::string_view path_template, const std::vector<std::string_view>& path) {
  const auto wanted = segments_of(path_template);
  const bool has_rest = !wanted.empty() && takes_rest(wanted.back());
  if (has_rest ? path.size() < wanted.size() : path.size() != wanted.size()) return false;
  return std::equal(wanted.begin(), wanted.end(), path.begin(),
                    [](std::string_view want, std::string_view segment) {
                      return want.starts_with('{') ? !segment.empty() : want == segment;
                    });
}

void check_route(const Router& router, HttpMethod method, std::string_view path) {
  const auto segments = segments_of(path);
  const RouteMatch match = router.find(method, path);
  if (match.outcome == RouteMatch::Outcome::found) {
    const Route& route = routes()[match.route];
    VELUM_CHECK(fits(route.path, segments) && match.methods.contains(method));
    VELUM_CHECK(route.method == method ||
                (method == HttpMethod::head && route.method == HttpMethod::get));
    std::size_t parameter = 0;
    const auto wanted = segments_of(route.path);
    for (std::size_t at = 0; at < wanted.size(); ++at) {
      if (!wanted[at].starts_with('{')) continue;
      const std::string_view value = match.parameters()[parameter++];
      const auto first = static_cast<std::size_t>(segments[at].data() - path.data());
      VELUM_CHECK(value == (takes_rest(wanted[at]) ? path.substr(first) : segments[at]));
    }
    VELUM_CHECK(parameter == match.parameters().size());
  } else if (match.outcome == RouteMatch::Outcome::no_method) {
    VELUM_CHECK(!match.methods.contains(method));
  }
  for (const Route& route : routes()) {
    // "lookup" is a word of its own where a profile's id could stand.
    if (route.path != path && route.path.find('{') != std::string_view::npos) continue;
    if (route.method == method && fits(route.path, segments)) {
      VELUM_CHECK(match.outcome == RouteMatch::Outcome::found);
    }
  }
  for (const std::string_view segment : segments) {
    const auto ours = decode_path_segment(segment);
    const auto plain = decoded(segment, Plus::plain);
    VELUM_CHECK(ours.has_value() == plain.has_value());
    if (plain) VELUM_CHECK(ours->text() == *plain);
  }
}

void check_query(std::string_view query, std::string_view name) {
  if (name.find_first_of(std::string_view("%+\0&=", 5)) != std::string_view::npos) return;
  const auto found = QueryView(query).find(name);
  while (!query.empty()) {
    std::string_view value = fuzz::take_part(query, "&");
    if (decoded(fuzz::take_part(value, "="), Plus::space) != name) continue;
    const auto plain = decoded(value, Plus::space);
    VELUM_CHECK(found.has_value() == plain.has_value());
    if (plain) VELUM_CHECK(found->has_value() && (*found)->text() == *plain);
    return;
  }
  VELUM_CHECK(found.has_value() && !found->has_value());
}

}  // namespace
}  // namespace velum

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace velum;
  static const Router router = make_router();
  std::string_view input = fuzz::text_of(data, size);
  const std::string_view name = fuzz::take_part(input, " ");  // What is looked for in the query.
  HttpRequest request;
  request.method = static_cast<HttpMethod>(name.size() % 8);
  if (read_request_target(input, request)) return 0;
  VELUM_CHECK(request.path.starts_with('/'));
  if (input.starts_with('/')) {
    const std::string mark = input.find('?') == std::string_view::npos ? "" : "?";
    VELUM_CHECK(input == std::string(request.path) + mark + std::string(request.query));
  }
  check_route(router, request.method, request.path);
  check_query(request.query, name);
  return 0;
}
