#pragma once
// Velum's own OpenAPI 3.1 document: made from the route table, so that every route is in it, with
// the resource that it takes. What is said of a route is in openapi_operation.h; what does not
// depend on the routes is in openapi/frame.json.

#include <string_view>

namespace velum {

std::string_view openapi_document();  // JSON. Lives as long as the process; any thread.
std::string_view openapi_frame();     // openapi/frame.json

}  // namespace velum
