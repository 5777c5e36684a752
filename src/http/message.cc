#include "http/message.h"

#include "http/ascii.h"

namespace velum {

std::string_view HttpRequest::header(std::string_view name) const {
  for (const HttpHeader& header : headers) {
    if (header.name.size() == name.size() && equal_ignoring_case(header.name, name)) {
      return header.value;
    }
  }
  return {};
}

}  // namespace velum
