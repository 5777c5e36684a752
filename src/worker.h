#pragma once
// Worker: one event loop with what answers on it. Part of the composition root.

#include <memory>
#include <optional>
#include <thread>

#include "http/server.h"
#include "server/api.h"
#include "storage/sqlite/commerce_database.h"
#include "storage/sqlite/database.h"

namespace velum {

struct Worker {
  // Both outlive the worker.
  Worker(const ApiShared& api_shared, EventLoop& its_loop, std::size_t cache_size_max_bytes)
      : shared(api_shared), loop(its_loop), cache(cache_size_max_bytes) {}

  Result<void> open(SqliteDatabase& database, CommerceDatabase& shop, const HttpLimits& limits) {
    TRY_ASSIGN(store, database.make_store(loop));
    TRY_ASSIGN(commerce, shop.make_store());
    api.emplace(shared, ApiStores{*store, *commerce, cache});
    server.emplace(loop, *api, limits, shared.log);
    return {};
  }

  const ApiShared& shared;
  EventLoop& loop;
  MaskedCache cache;
  std::unique_ptr<Store> store;
  std::unique_ptr<CommerceStore> commerce;
  std::optional<Api> api;
  std::optional<HttpServer> server;
  std::thread thread;
};

}  // namespace velum
