#pragma once
// Router: from a method and a path to the number of a route.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/sensitive.h"
#include "http/message.h"

namespace velum {

// A set of methods, for 405 and OPTIONS.
class HttpMethods {
 public:
  void add(HttpMethod method) { bits_ |= bit(method); }
  bool contains(HttpMethod method) const { return (bits_ & bit(method)) != 0; }
  bool empty() const { return bits_ == 0; }
  std::string allow_header() const;  // "GET, HEAD, PATCH".

 private:
  static unsigned bit(HttpMethod method) { return 1U << static_cast<unsigned>(method); }
  unsigned bits_ = 0;
};

struct RouteMatch {
  enum class Outcome : std::uint8_t { found, no_path, no_method };
  static constexpr std::size_t parameters_count_max = 8;

  Outcome outcome = Outcome::no_path;
  std::size_t route = 0;                                        // When found.
  HttpMethods methods;                                          // Unless no_path.
  std::array<std::string_view, parameters_count_max> values{};  // As in the path, still encoded.
  std::size_t values_count = 0;

  // In the order of the template.
  std::span<const std::string_view> parameters() const { return {values.data(), values_count}; }
};

// Filled once, then read by every loop. A literal segment beats a parameter in its place, and is
// not reconsidered: "/profiles/lookup/x" is not "/profiles/{profileId}/x".
class Router {
 public:
  Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;
  ~Router();

  // "/api/profiles/{profileId}/unmask". The same method and path twice is a bug. GET answers HEAD
  // too, where there is no route for that. "{name...}" at the end stands for all that follows, one
  // segment at least, slashes and all.
  void add(HttpMethod method, std::string_view path_template, std::size_t route);

  // In time linear in the path. Segments are compared as sent; an empty one matches nothing, but in
  // what "{name...}" stands for.
  RouteMatch find(HttpMethod method, std::string_view path) const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
};

// What a path segment says: escapes are resolved, and '+' stays '+'. Fails with invalid_argument on
// a bad escape and on NUL.
Result<Sensitive> decode_path_segment(std::string_view segment);

}  // namespace velum
