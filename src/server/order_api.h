#pragma once
// OrderApi: the handlers of orders. A read with a reason unmasks, where the requester may.

#include "modules/orders/orders.h"
#include "server/call.h"
#include "server/cart_api.h"

namespace velum {

class OrderApi {
 public:
  // `desk` outlives it.
  OrderApi(const CommerceParts& parts, RevealDesk& desk) : parts_(parts), desk_(desk) {}

  Task<Result<HttpResponse>> answer(const ApiCall& call);

 private:
  Task<Result<HttpResponse>> read(const ApiCall& call, Orders& orders, std::string_view id);
  Task<Result<HttpResponse>> feed(const ApiCall& call);
  Task<Result<HttpResponse>> cancel(const ApiCall& call, Orders& orders, std::string_view id);
  Task<Result<HttpResponse>> invoice(const ApiCall& call, Orders& orders, std::string_view id);

  const CommerceParts parts_;
  RevealDesk& desk_;
};

}  // namespace velum
