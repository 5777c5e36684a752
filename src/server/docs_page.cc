#include "server/docs_page.h"

#include "server/openapi.h"

namespace velum {
namespace {

// Pictures are in the style sheet, as data:. swagger-ui sets no style but by script, so none has to
// be allowed beside that sheet's.
constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

}  // namespace

HttpResponse openapi_answer() {
  HttpResponse response;
  response.status = 200;
  response.fixed_body = openapi_document();
  return response;
}

Result<HttpResponse> docs_answer(std::string_view file) {
  if (docs_files().empty()) {
    return Error(ErrorCode::not_found,
                 "this build has no API page: run tools/install_packages.sh and build again");
  }
  for (const DocsFile& known : docs_files()) {
    if (known.name != file) continue;
    HttpResponse response;
    response.status = 200;
    response.content_type = known.content_type;
    response.fixed_body = known.text;
    response.headers.emplace_back("Content-Security-Policy", policy);
    response.headers.emplace_back("Referrer-Policy", "no-referrer");
    return response;
  }
  return Error(ErrorCode::not_found, "the API page has no such file");
}

}  // namespace velum
