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
#include "server/app_key_command.h"
#include "server/export_page.h"
#include "server/import_row.h"
#include "server/record_hashes.h"
#include "server/user_command.h"

namespace velum {

class AdminClient {
 public:
  // Fails with not_found when no server answers there.
  static Result<AdminClient> connect(const DataDirectory& data);

  // As do_with_app_keys().
  Result<WipedText> app_keys(std::string_view account, const AppKeyWish& wish);
  // As do_with_users().
  Result<WipedText> users(std::string_view account, const UserWish& wish);
  // How many subjects were erased: none, or one.
  Result<std::uint32_t> erase(std::string_view account, const Sensitive& email);
  // As the functions of server/import_row.h; an error's subject is what the server said.
  Result<RowOutcome> import_row(std::string_view account, std::string_view row);
  Result<RowOutcome> check_row(std::string_view account, std::string_view row);
  // As export_page().
  Result<ExportedPage> export_page(std::string_view account, const ExportRequest& request);
  // As record_hash_page().
  Result<RecordHashPage> record_hashes(std::string_view account, std::string_view place);

 private:
  explicit AdminClient(UnixHttpClient client) : client_(std::move(client)) {}
  Result<WipedText> post(std::string_view account, std::string_view what, std::string_view body);

  UnixHttpClient client_;
};

}  // namespace velum
