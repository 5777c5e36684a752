#pragma once
// AdminClient: how a command asks a running server, over the admin socket in its data directory.
// What the server does is described in server/admin_api.h. One connection; one thread.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/sensitive.h"
#include "cli/data_directory.h"
#include "http/client.h"

namespace velum {

class AdminClient {
 public:
  // Fails with not_found when no server answers there.
  static Result<AdminClient> connect(const DataDirectory& data);

  // How many subjects were erased: none, or one.
  Result<std::uint32_t> erase(std::string_view account, const Sensitive& email);
  // Fails as DocumentEngine::create does; the error's subject is what the server said.
  // What create() would refuse whatever the store holds.
  Result<void> check(std::string_view account, std::string_view document);
  Result<void> create(std::string_view account, std::string_view document);

 private:
  explicit AdminClient(UnixHttpClient client) : client_(std::move(client)) {}
  Result<WipedText> post(std::string_view account, std::string_view what, std::string_view body);

  UnixHttpClient client_;
};

}  // namespace velum
