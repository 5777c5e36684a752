#include "http/router.h"

#include <map>
#include <optional>

#include "http/percent.h"

namespace velum {
namespace {

struct MethodName {
  HttpMethod method;
  std::string_view name;
};
constexpr MethodName method_names[] = {{HttpMethod::get, "GET"},        {HttpMethod::head, "HEAD"},
                                       {HttpMethod::post, "POST"},      {HttpMethod::put, "PUT"},
                                       {HttpMethod::patch, "PATCH"},    {HttpMethod::del, "DELETE"},
                                       {HttpMethod::options, "OPTIONS"}};

// The segment after the slash that `rest` starts with; both are removed from it.
std::string_view take_segment(std::string_view& rest) {
  rest.remove_prefix(1);
  const std::string_view segment = rest.substr(0, rest.find('/'));
  rest.remove_prefix(segment.size());
  return segment;
}

}  // namespace

std::string HttpMethods::allow_header() const {
  std::string text;
  for (const auto& [method, name] : method_names) {
    if (!contains(method)) continue;
    if (!text.empty()) text.append(", ");
    text.append(name);
  }
  return text;
}

struct Router::Node {
  std::map<std::string, Node, std::less<>> literals;
  std::unique_ptr<Node> parameter;
  bool takes_rest = false;  // The parameter that leads here stands for all that follows.
  std::map<HttpMethod, std::size_t> routes;
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;
Router::~Router() = default;

void Router::add(HttpMethod method, std::string_view path_template, std::size_t route) {
  VELUM_CHECK(path_template.starts_with('/') && method != HttpMethod::other);
  Node* node = root_.get();
  std::size_t parameters_count = 0;
  while (!path_template.empty()) {
    const std::string_view segment = take_segment(path_template);
    if (segment.starts_with('{')) {
      VELUM_CHECK(segment.ends_with('}') && segment.size() > 2);
      VELUM_CHECK(++parameters_count <= RouteMatch::parameters_count_max);
      const bool takes_rest = segment.ends_with("...}");
      VELUM_CHECK(!takes_rest || path_template.empty());
      if (!node->parameter) node->parameter = std::make_unique<Node>();
      node = node->parameter.get();
      VELUM_CHECK(node->routes.empty() || node->takes_rest == takes_rest);
      node->takes_rest = takes_rest;
    } else {
      VELUM_CHECK(!segment.empty() || node == root_.get());
      node = &node->literals[std::string(segment)];
    }
  }
  VELUM_CHECK(node->routes.emplace(method, route).second);
}

RouteMatch Router::find(HttpMethod method, std::string_view path) const {
  RouteMatch match;
  const Node* node = root_.get();
  while (path.starts_with('/')) {
    const std::string_view segment = take_segment(path);
    const auto literal = node->literals.find(segment);
    if (literal != node->literals.end()) {
      node = &literal->second;
    } else if (node->parameter && !segment.empty()) {
      node = node->parameter.get();
      match.values[match.values_count++] =
          node->takes_rest ? std::string_view(segment.data(), segment.size() + path.size())
                           : segment;
      if (node->takes_rest) path = {};
    } else {
      return {};
    }
  }
  if (node->routes.empty()) return {};

  auto route = node->routes.find(method);
  if (route == node->routes.end() && method == HttpMethod::head) {
    route = node->routes.find(HttpMethod::get);
  }
  for (const auto& [known, ignored] : node->routes) match.methods.add(known);
  if (match.methods.contains(HttpMethod::get)) match.methods.add(HttpMethod::head);
  match.outcome = RouteMatch::Outcome::no_method;
  if (route != node->routes.end()) {
    match.outcome = RouteMatch::Outcome::found;
    match.route = route->second;
  }
  return match;
}

Result<Sensitive> decode_path_segment(std::string_view segment) {
  if (auto decoded = decode_percent(segment, PlusSign::is_plus)) return *std::move(decoded);
  return Error(ErrorCode::invalid_argument, "the path has a bad escape");
}

}  // namespace velum
