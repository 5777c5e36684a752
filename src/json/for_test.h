#pragma once
// Short forms for tests of this folder: a tree from a text, a text from a tree.

#include <gtest/gtest.h>

#include <string>

#include "json/value.h"

namespace velum::json {

inline Document parsed(std::string_view text) {
  auto document = Document::parse(text);
  EXPECT_TRUE(document) << text;
  return document ? *std::move(document) : Document();
}

inline std::string written(const Value& value) {
  WipedText out;
  write(value, out);
  return std::string(view(out));
}

}  // namespace velum::json
