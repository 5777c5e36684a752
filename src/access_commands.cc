#include "access_commands.h"

#include <utility>

#include "cli/admin_client.h"
#include "io/system_world.h"
#include "json/json_text.h"
#include "json/value.h"
#include "node.h"
#include "server/user_command.h"

namespace velum {
namespace {

// In the outbox, from where the next start takes it to the account's log, which is new then.
InsertOutbox creation_entry(const AccountRow& account, const World& world) {
  AuditEntry entry = entry_by(by_itself("local_admin", "velum account add"), account.id,
                              "CreateAccount", world.clock.now(), world.random);
  entry.target = account.name;
  entry.request = RequestId::random(world.random);
  return InsertOutbox{{account.id, entry.id, pack(encode(entry, account.name, account.region))}};
}

std::string body_of(const AppKeyCommand& command) {
  const auto list = [](const std::vector<std::string>& texts) {
    std::vector<std::string> items;
    for (const std::string& text : texts) items.push_back(json_string(text));
    return json_array(items);
  };
  const auto text = [](const std::string& value) {
    return value.empty() ? std::string() : json_string(value);
  };
  if (command.verb == AppKeyCommand::Verb::rotate) {
    return json_object({{"overlapSeconds", std::to_string(command.overlap_s)}});
  }
  return json_object({{"label", json_string(command.label)},
                      {"roles", list(command.roles)},
                      {"allowedNetworks", list(command.networks)},
                      {"clientCertificates", list(command.certificates)},
                      {"expiresAt", text(command.expires_at)},
                      {"defaultReason", text(command.default_reason)}});
}

AppKeyVerb verb_of(AppKeyCommand::Verb verb) {
  switch (verb) {
    case AppKeyCommand::Verb::create: return AppKeyVerb::create;
    case AppKeyCommand::Verb::list: return AppKeyVerb::list;
    case AppKeyCommand::Verb::revoke: return AppKeyVerb::revoke;
    case AppKeyCommand::Verb::rotate: return AppKeyVerb::rotate;
  }
  VELUM_CHECK(false);
}

UserVerb verb_of(UserCommand::Verb verb) {
  switch (verb) {
    case UserCommand::Verb::create: return UserVerb::create;
    case UserCommand::Verb::list: return UserVerb::list;
    case UserCommand::Verb::token: return UserVerb::token;
    case UserCommand::Verb::remove: return UserVerb::remove;
  }
  VELUM_CHECK(false);
}

Task<Result<WipedText>> begin(AppKeyDesk desk, const Account& account, AppKeyWish wish) {
  return do_with_app_keys(desk, account, std::move(wish));
}
Task<Result<WipedText>> begin(AppKeyDesk desk, const Account& account, UserWish wish) {
  return do_with_users(desk, account, std::move(wish));
}

template <typename Wish>
Result<WipedText> do_here(Node& node, const std::string& account_name, Wish wish) {
  const Account* account = node.accounts.find(account_name);
  if (account == nullptr) {
    return Error(ErrorCode::not_found, "there is no such account here", account_name);
  }
  LicenseManager license(
      {node.access, *node.store, *node.audit, node.world.clock, node.world.random});
  const AppKeyDesk desk{license, node.access, node.world.clock, node.world.random};
  auto answer = node.loop.run_to_end(begin(desk, *account, std::move(wish)));
  // A token is shown whatever becomes of the log: the entry is in the outbox, and the next start
  // takes it on.
  const auto drained = node.loop.run_to_end(node.mover->drain());
  if (!answer) TRY(drained);
  return answer;
}

std::string_view text_in(const json::Value& object, std::string_view name) {
  const json::Value* value = object.is_object() ? object.find(name) : nullptr;
  return value != nullptr && value->is_string() ? value->text() : std::string_view("-");
}

void append_row(const json::Value& key, WipedText& out) {
  append(out, text_in(key, "appKey"));
  append(out, "  ");
  append(out, text_in(key, "state"));
  append(out, "  ");
  const json::Value* roles = key.is_object() ? key.find("roles") : nullptr;
  if (roles != nullptr && roles->is_array()) {
    for (const json::Value& role : roles->items()) {
      append(out, &role == roles->items().data() ? "" : ",");
      append(out, role.is_string() ? role.text() : "-");
    }
  }
  append(out, "  ");
  append(out, text_in(key, "label"));
  out.push_back('\n');
}

}  // namespace

Result<NewStore> add_account(const AccountAddCommand& command) {
  SystemWorld system;
  const World world = system.world();
  TRY_ASSIGN(const auto node,
             Node::open(world, {command.store.data, command.store.root_key, command.ledger_copy}));
  if (node->accounts.find(command.store.account) != nullptr) {
    return Error(ErrorCode::already_exists, "there is such an account here", command.store.account);
  }
  TRY_ASSIGN(NewAccount made, make_account(command.store, *node->roots, node->world));
  NewStore result{made.app_key.row.app_key, std::move(made.app_key.token)};
  WriteBatch batch;
  batch.emplace_back(creation_entry(made.row, node->world));
  batch.emplace_back(InsertAccount{std::move(made.row)});
  batch.emplace_back(InsertAppKey{std::move(made.app_key.row)});
  TRY(node->loop.run_to_end(node->store->commit(std::move(batch))));
  return result;
}

Result<WipedText> do_app_key(const AppKeyCommand& command) {
  SystemWorld system;
  const World world = system.world();
  AppKeyWish wish{verb_of(command.verb), command.key, body_of(command)};
  const auto node = Node::open(world, {command.data, command.root_key, command.ledger_copy});
  if (node) return do_here(**node, command.account, std::move(wish));
  if (node.error().code() != ErrorCode::locked) return node.error();
  // A server has it: nothing may be changed behind its back.
  TRY_ASSIGN(AdminClient server, AdminClient::connect(data_directory(command.data)));
  return server.app_keys(command.account, wish);
}

Result<WipedText> do_user(const UserCommand& command, Sensitive from) {
  SystemWorld system;
  const World world = system.world();
  UserWish wish{verb_of(command.verb), command.user, std::move(from)};
  const auto node = Node::open(world, {command.data, command.root_key, command.ledger_copy});
  if (node) return do_here(**node, command.account, std::move(wish));
  if (node.error().code() != ErrorCode::locked) return node.error();
  TRY_ASSIGN(AdminClient server, AdminClient::connect(data_directory(command.data)));
  return server.users(command.account, wish);
}

WipedText app_key_text(const AppKeyCommand& command, const WipedText& answer) {
  WipedText out;
  const auto parsed = json::Document::parse(view(answer));
  if (command.json || !parsed) {
    append(out, view(answer));
    out.push_back('\n');
  } else if (parsed->root().is_array()) {
    for (const json::Value& key : parsed->root().items()) append_row(key, out);
  } else if (command.verb == AppKeyCommand::Verb::revoke) {
    append(out, "revoked: nobody comes in with this key any more\n");
  } else {
    append(out, "The token is shown this once:\n  X-VTEX-API-AppKey: ");
    append(out, text_in(parsed->root(), "appKey"));
    append(out, "\n  X-VTEX-API-AppToken: ");
    append(out, text_in(parsed->root(), "appToken"));
    out.push_back('\n');
  }
  return out;
}

}  // namespace velum
