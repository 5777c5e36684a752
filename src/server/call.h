#pragma once
// ApiCall: one request on its way, from who asks to what is answered.

#include <optional>
#include <string_view>

#include "base/sensitive.h"
#include "http/message.h"
#include "http/router.h"
#include "profile/document_engine.h"
#include "server/routes.h"

namespace velum {

// Lives in the frame of Api::handle().
struct ApiCall {
  const HttpRequest& request;
  const RouteMatch& match;
  const Route& route;
  HttpExchange* exchange;  // Where the body is streamed.
  Caller caller;

  // The n-th parameter of the path, and a parameter of the query; decoded.
  Result<Sensitive> in_path(std::size_t index) const;
  Result<std::optional<Sensitive>> in_query(std::string_view name) const;
};

// What somebody unmasks, and why.
struct Reveal {
  Caller caller;
  Reason reason;
};

// Where handlers ask whether a request's maker may see documents of an entity unmasked, and why
// they want to. A refusal is on record.
class RevealDesk {
 public:
  virtual Task<Result<Reveal>> reveal_of(const ApiCall& call, EntityId entity) = 0;

 protected:
  ~RevealDesk() = default;
};

}  // namespace velum
