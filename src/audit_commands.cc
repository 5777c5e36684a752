#include "audit_commands.h"

#include <algorithm>
#include <functional>
#include <iostream>

#include "cli/admin_client.h"
#include "io/system_world.h"
#include "json/json_text.h"
#include "node.h"
#include "server/record_hashes.h"

namespace velum {
namespace {

using PageOf = std::function<Result<RecordHashPage>(const std::string& place)>;

// The time first: what is written while it is listed must not look as if it were missing.
Result<std::uint64_t> write_all(const AuditRecordsCommand& command, const Clock& clock,
                                const PageOf& page_of) {
  std::cout << json_object({{"account", json_string(command.account)},
                            {"listedAt", json_string(to_text(clock.now()))}})
            << "\n";
  std::uint64_t count = 0;
  std::string place;
  do {
    TRY_ASSIGN(const RecordHashPage page, page_of(place));
    std::cout << page.lines;
    count += static_cast<std::uint64_t>(std::ranges::count(page.lines, '\n'));
    place = page.next;
  } while (!place.empty());
  std::cout << json_object({{"count", std::to_string(count)}}) << "\n" << std::flush;
  if (!std::cout) return Error(ErrorCode::io, "standard output cannot be written to");
  return count;
}

Result<std::uint64_t> list_here(Node& node, const AuditRecordsCommand& command) {
  const Account* account = node.accounts.find(command.account);
  if (account == nullptr) {
    return Error(ErrorCode::not_found, "there is no such account here", command.account);
  }
  return write_all(command, node.world.clock, [&](const std::string& place) {
    return node.loop.run_to_end(record_hash_page(*node.store, *account, node.world.clock, place));
  });
}

}  // namespace

Result<std::uint64_t> list_records(const AuditRecordsCommand& command) {
  SystemWorld system;
  const World world = system.world();
  const auto node = Node::open(world, {command.data, command.root_key, command.ledger_copy});
  if (node) return list_here(**node, command);
  if (node.error().code() != ErrorCode::locked) return node.error();
  TRY_ASSIGN(AdminClient server, AdminClient::connect(data_directory(command.data)));
  return write_all(command, world.clock, [&](const std::string& place) {
    return server.record_hashes(command.account, place);
  });
}

}  // namespace velum
