#pragma once
// CartApi: the handlers of carts, of the price list and of the checkout's settings.
//
// A cart is its owner's: whoever has the token that was given out with it, 43 characters of a fixed
// size. Nobody else sees a person in it, or changes it. The store keeps the token's SHA-256.

#include "modules/checkout/checkout.h"
#include "server/call.h"

namespace velum {

// References outlive what is made of them.
struct CommerceParts {
  CommerceStore& store;
  DocumentEngine& engine;
  const Clock& clock;
  Random& random;
};

class CartApi {
 public:
  explicit CartApi(const CommerceParts& parts) : parts_(parts) {}

  Task<Result<HttpResponse>> answer(const ApiCall& call);

 private:
  // With a way in to the Profile System that lives as long as the request.
  class Desk;

  Task<Result<HttpResponse>> begin(const ApiCall& call);
  Task<Result<HttpResponse>> read(const ApiCall& call);
  Task<Result<HttpResponse>> change(const ApiCall& call);
  Task<Result<HttpResponse>> forget(const ApiCall& call);
  Task<Result<HttpResponse>> place(const ApiCall& call);
  Task<Result<HttpResponse>> read_sku_of(const ApiCall& call);
  Task<Result<HttpResponse>> put_sku_of(const ApiCall& call);
  Task<Result<HttpResponse>> delete_sku_of(const ApiCall& call);
  Task<Result<HttpResponse>> settings(const ApiCall& call);

  const CommerceParts parts_;
};

}  // namespace velum
