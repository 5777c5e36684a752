#pragma once
// Where a request has a user token: in the header VtexIdclientAutCookie or the cookie of that name.

#include <string_view>

#include "http/message.h"

namespace velum {

// The first cookie's of that name, in any case; empty if there is none, or as below.
std::string_view cookie_in(const HttpRequest& request, std::string_view name);

// The header's, or the first cookie's of that name in any case; empty if there is none. A cookie is
// sent by a browser, whoever's page makes it: one that does not say that it is this origin's has
// none.
std::string_view user_token_in(const HttpRequest& request);

}  // namespace velum
