#pragma once
// Short forms for tests of this folder.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "json/value.h"
#include "schema/schema.h"

namespace velum {

// How many random values a long test takes. A build for a debugger or a sanitizer is much slower.
#ifdef NDEBUG
inline constexpr int many_values = 1'000'000;
#else
inline constexpr int many_values = 50'000;
#endif

inline json::Document parsed(std::string_view text) {
  auto document = json::Document::parse(text);
  EXPECT_TRUE(document) << text;
  return document ? *std::move(document) : json::Document();
}

inline std::string written(const json::Value& value) {
  WipedText out;
  json::write(value, out);
  return std::string(view(out));
}

inline std::string masked(MaskStyle style, std::string_view value) {
  WipedText out;
  append_mask(style, value, out);
  return std::string(view(out));
}

inline std::shared_ptr<const Schema> compiled(std::string_view schema) {
  auto result = Schema::compile(EntityId::profile, 2, schema);
  EXPECT_TRUE(result) << (result ? "" : result.error().message());
  return result ? *result : nullptr;
}

// The whole text of a file. Empty if it is not there: see VELUM_NEEDS_SHARED.
inline std::string text_of_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace velum

#define VELUM_NEEDS_SHARED(text)                                                         \
  if ((text).empty()) {                                                                  \
    const char* const required = std::getenv("VELUM_REQUIRE_SHARED");                    \
    if (required != nullptr && std::string_view(required) == "1") FAIL() << "no shared"; \
    GTEST_SKIP() << "shared files are not there";                                        \
  }                                                                                      \
  static_assert(true)
