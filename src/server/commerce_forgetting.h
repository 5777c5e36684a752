#pragma once
// CommerceForgetting: carts and orders forget who was erased. Their carts go; their orders stay,
// with a token that leads nowhere, and are found by nothing that they were.

#include <utility>

#include "rights/forgetting.h"
#include "storage/commerce_store.h"

namespace velum {

class CommerceForgetting final : public Forgetting {
 public:
  // `store` outlives it, and is of the loop that erases.
  explicit CommerceForgetting(CommerceStore& store) : store_(store) {}

  Task<Result<void>> forget(AccountId account, std::vector<Token> subjects) override {
    CommerceBatch batch;
    for (const Token& subject : subjects) batch.emplace_back(ForgetSubject{account, subject});
    CO_TRY(co_await store_.commit(std::move(batch)));
    co_return co_await store_.scrub();
  }

 private:
  CommerceStore& store_;
};

}  // namespace velum
