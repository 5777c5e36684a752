#pragma once
// The OpenAPI document over HTTP, and the page that shows it: swagger-ui, built into the binary. It
// asks nobody but this server for anything, and runs under a policy that would not let it.

#include <span>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace velum {

struct DocsFile {
  std::string_view name;  // As in the path, below /docs.
  std::string_view content_type;
  std::string_view text;
};
// None if swagger-ui-dist was not there at build time: see CMakeLists.txt.
std::span<const DocsFile> docs_files();

HttpResponse openapi_answer();
// Fails with not_found.
Result<HttpResponse> docs_answer(std::string_view file);

}  // namespace velum
