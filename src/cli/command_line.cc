#include "cli/command_line.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <utility>

#include "base/ids.h"
#include "cli/common_options.h"
#include "cli/data_directory.h"
#include "cli/flat_toml.h"
#include "cli/serve_options.h"

namespace velum {
namespace {

constexpr std::size_t configuration_max_bytes = 64 << 10;

bool is_known(const CLI::App& app, const std::string& option) {
  const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
  return std::any_of(commands.begin(), commands.end(), [&option](const CLI::App* command) {
    return command->get_option_no_throw(option) != nullptr;
  });
}

const CLI::App& whole(const CLI::App& command) {
  return command.get_parent() == nullptr ? command : whole(*command.get_parent());
}

// What velum.toml may set, for options that neither the command line nor the environment gave.
Result<void> take_from_file(CLI::App& command, FileSystem& files, const std::string& data) {
  const std::string path = data_directory(data).configuration();
  TRY_ASSIGN(const bool exists, files.exists(path));
  if (!exists) return {};
  TRY_ASSIGN(const Bytes text, read_file(files, path, configuration_max_bytes));
  const auto values = parse_flat_toml(as_text(text));
  if (!values) return Error(values.error().code(), "velum.toml is not understood", path);
  for (const auto& [name, value] : *values) {
    CLI::Option* option = command.get_option_no_throw("--" + name);
    if (option == nullptr && !is_known(whole(command), "--" + name)) {
      return Error(ErrorCode::invalid_argument, "no command has this option of velum.toml", name);
    }
    if (option == nullptr || option->count() > 0) continue;
    option->add_result(value);
    option->run_callback();
  }
  return {};
}

void add_init_options(CLI::App& app, InitCommand& init) {
  add_data(app, init.data);
  app.add_option("--account", init.account, "the store's name: a-z, 0-9 and -")
      ->envname("VELUM_ACCOUNT")
      ->required();
  app.add_option("--region", init.region, "where this store's data stays")
      ->envname("VELUM_REGION")
      ->capture_default_str();
  add_root_key(app, init.root_key);
  app.add_option("--mask", init.mask, "how masked fields look")
      ->check(CLI::IsMember({"documented", "fixed"}))
      ->capture_default_str();
  app.add_flag("--json", init.json, "print the first app key as JSON");
}

void add_import_options(CLI::App& app, ImportCommand& import) {
  app.footer(
      "What is there already is left as it is, so a run that was cut short is simply run again.\n"
      "What is rejected is kept in a file to be mended and imported. Works beside a running "
      "server.\n\n"
      "  velum import --data DIR --account shop export.csv\n"
      "  velum import --data DIR --account shop --entity address --clients CL.csv AD.csv\n"
      "  zcat export.csv.gz | velum import --data DIR --account shop --layout shopify -");
  add_data(app, import.data);
  app.add_option("--account", import.account, "the store's name")
      ->envname("VELUM_ACCOUNT")
      ->required();
  app.add_option("--entity", import.entity, "profile or address (default: as the layout has it)")
      ->check(CLI::IsMember({"profile", "address"}));
  app.add_option("--layout", import.layout,
                 "the system that the file is from (default: by its header)")
      ->check(CLI::IsMember(
          {"master-data", "shopify", "magento", "magento-addresses", "magento-composite"}));
  app.add_option("--clients", import.clients_file,
                 "a CL file, for addresses that name their client by userId");
  app.add_option("FILE", import.file, "CSV with a header, or JSON Lines; - is standard input")
      ->required();
  app.add_option("--format", import.format, "csv or jsonl (default: by the first character)")
      ->check(CLI::IsMember({"csv", "jsonl"}));
  app.add_option("--map", import.map_file,
                 "a file of lines \"column\" = \"field\"; an empty field leaves a column out");
  app.add_option("--rejects", import.rejects, "where rejected records go (default: FILE.rejected)");
  app.add_flag("--dry-run", import.dry_run, "check every record and write nothing");
  add_root_key(app, import.root_key);
  add_ledger_copy(app, import.ledger_copy);
}

void add_export_options(CLI::App& app, ExportCommand& command) {
  app.footer(
      "JSON Lines on standard output, as the API shows documents: masked, unless you say why not.\n"
      "Then the audit log gets an entry for each record. Works beside a running server.\n\n"
      "  velum export --data DIR --account shop --entity address > addresses.jsonl");
  add_data(app, command.data);
  app.add_option("--account", command.account, "the store's name")
      ->envname("VELUM_ACCOUNT")
      ->required();
  std::vector<std::string> names;
  for (const EntityId entity : all_entities) names.emplace_back(entity_name(entity));
  app.add_option("--entity", command.entity, "of which records")
      ->check(CLI::IsMember(names))
      ->required();
  CLI::Option* unmask = app.add_flag("--unmask", command.unmask, "show what is masked");
  CLI::Option* reason = app.add_option("--reason", command.reason, "why: kept in the audit log");
  unmask->needs(reason);
  reason->needs(unmask);
  add_root_key(app, command.root_key);
  add_ledger_copy(app, command.ledger_copy);
}

void add_erase_options(CLI::App& app, EraseCommand& erase) {
  app.footer(
      "Destroys the shopper's keys in every version, and remembers the erasure outside the data\n"
      "directory, so that no backup brings them back. Works beside a running server.");
  add_data(app, erase.data);
  app.add_option("--account", erase.account, "the store's name")
      ->envname("VELUM_ACCOUNT")
      ->required();
  app.add_option("--email-file", erase.email_file, "a file that holds the shopper's e-mail")
      ->required();
  add_root_key(app, erase.root_key);
  add_ledger_copy(app, erase.ledger_copy);
}

void add_verify_options(CLI::App& app, AuditVerifyCommand& verify) {
  add_data(app, verify.data);
  app.add_option("--key", verify.key_file, "a file with the verifier keys you trust, one a line");
  app.add_option("--checkpoint", verify.checkpoint_files,
                 "a file with checkpoints that were kept elsewhere; may come several times");
}

void add_filter(CLI::App& app, AuditFilterOptions& filters, const std::string& name,
                const std::string& meaning) {
  app.add_option("--" + name, filters[name], meaning)->type_size(1)->allow_extra_args(false);
}

void add_times(CLI::App& app, AuditFilterOptions& filters) {
  add_filter(app, filters, "from", "the first moment that counts: 2026-01-05, 2026-01-05T15:41Z");
  add_filter(app, filters, "to", "the first that does not count any more");
}

void add_show_options(CLI::App& app, AuditShowCommand& show) {
  app.footer(
      "Values are prefixes; several of one filter, with commas or the option again, mean any of\n"
      "them, and different filters must all fit.");
  add_data(app, show.data);
  add_filter(app, show.filters, "application",
             "profile-system, user-rights, license-manager or audit");
  add_filter(app, show.filters, "action", "what was done");
  add_filter(app, show.filters, "actor", "the id or the name of who did it");
  add_filter(app, show.filters, "entity", "the kind of document");
  add_filter(app, show.filters, "id", "of the record, or of the shopper on whom it hangs");
  add_filter(app, show.filters, "grant", "the grant that allowed it, or that it is about");
  add_filter(app, show.filters, "outcome", "done, refused, failed or begun");
  add_times(app, show.filters);
  app.add_option("--account", show.account, "only this store's")->envname("VELUM_ACCOUNT");
  app.add_flag("--json", show.json, "the entries as they are: one JSON object a line");
}

void add_account_add_options(CLI::App& app, AccountAddCommand& command) {
  app.footer(
      "Needs the directory for itself: stop the server first. A server with several accounts\n"
      "has no default one: a client then says which, by the host, an= or X-Velum-Account.");
  add_init_options(app, command.store);
  add_ledger_copy(app, command.ledger_copy);
}

// What every command of app keys, and of users, takes.
template <typename Command>
void add_verb_options(CLI::App& app, Command& command, typename Command::Verb verb) {
  app.callback([&command, verb] { command.verb = verb; });
  add_data(app, command.data);
  app.add_option("--account", command.account, "the store's name")
      ->envname("VELUM_ACCOUNT")
      ->required();
  add_root_key(app, command.root_key);
  add_ledger_copy(app, command.ledger_copy);
}

// What every command of app keys takes.
void add_app_key_options(CLI::App& app, AppKeyCommand& command, AppKeyCommand::Verb verb) {
  add_verb_options(app, command, verb);
  app.add_flag("--json", command.json, "print what the API would answer");
}

void add_app_key_create_options(CLI::App& app, AppKeyCommand& command) {
  app.footer("  velum appkey create --data DIR --account shop --label erp --role integration");
  add_app_key_options(app, command, AppKeyCommand::Verb::create);
  app.add_option("--label", command.label, "for people; nobody's name")->required();
  app.add_option("--role", command.roles, "a role's key; may be given several times");
  app.add_option("--network", command.networks,
                 "where it may come from, as 10.0.0.0/8; may be given several times");
  app.add_option("--client-certificate", command.certificates,
                 "the SHA-256 fingerprint of one it comes with; may be given several times");
  app.add_option("--expires-at", command.expires_at, "a time in UTC, as 2027-01-31T00:00:00Z");
  app.add_option("--default-reason", command.default_reason, "kept with the key");
}

void add_app_key_named_options(CLI::App& app, AppKeyCommand& command, AppKeyCommand::Verb verb) {
  add_app_key_options(app, command, verb);
  app.add_option("--key", command.key, "the app key, or its id")->required();
  if (verb != AppKeyCommand::Verb::rotate) return;
  app.add_option("--overlap-seconds", command.overlap_s,
                 "how long the token that it had stays right")
      ->capture_default_str();
}

void add_user_options(CLI::App& app, UserCommand& command, UserCommand::Verb verb) {
  add_verb_options(app, command, verb);
  if (verb == UserCommand::Verb::create) {
    app.add_option("--from", command.from,
                   "a file that holds {\"email\": ..., \"name\": ..., \"roles\": [...]}")
        ->required();
  } else if (verb != UserCommand::Verb::list) {
    app.add_option("--user", command.user, "the user's id")->required();
  }
}

void add_report_options(CLI::App& app, AuditReportCommand& report) {
  app.footer(
      "Reads the log's files alone, and beside a running server. It does not verify them: run\n"
      "velum audit verify first.\n\n"
      "  velum audit report --data DIR --account shop --from 2026-01-05 --actor "
      "velumappkey-shop-1f");
  add_data(app, report.data);
  app.add_option("--account", report.account, "the store's name")
      ->envname("VELUM_ACCOUNT")
      ->required();
  add_filter(app, report.filters, "actor", "the id or the name of whom it is about (default: all)");
  add_filter(app, report.filters, "id", "of shoppers or records (default: all)");
  add_times(app, report.filters);
  app.add_flag("--json", report.json, "one JSON object");
}

void add_records_options(CLI::App& app, AuditRecordsCommand& records) {
  app.footer(
      "Which versions the store has, and the hashes of their envelopes: nothing personal.\n"
      "tools/verify holds them against the log:\n\n"
      "  velum audit records --data DIR --account shop > records\n"
      "  node tools/verify/velum-verify.mjs check DIR/audit --key velum.key --deep records");
  add_data(app, records.data);
  app.add_option("--account", records.account, "the store's name")
      ->envname("VELUM_ACCOUNT")
      ->required();
  add_root_key(app, records.root_key);
  add_ledger_copy(app, records.ledger_copy);
}

// Every command with its options, and what they were given.
struct Commands {
  Commands() {
    add_init_options(init_app, init);
    add_serve_options(serve_app, serve);
    add_import_options(import_app, import);
    add_export_options(export_app, export_command);
    add_erase_options(erase_app, erase);
    account_app.require_subcommand(1);
    add_account_add_options(account_add_app, account_add);
    app_key_app.require_subcommand(1);
    add_app_key_create_options(key_create_app, app_key);
    add_app_key_options(key_list_app, app_key, AppKeyCommand::Verb::list);
    add_app_key_named_options(key_revoke_app, app_key, AppKeyCommand::Verb::revoke);
    add_app_key_named_options(key_rotate_app, app_key, AppKeyCommand::Verb::rotate);
    user_app.require_subcommand(1);
    add_user_options(user_create_app, user, UserCommand::Verb::create);
    add_user_options(user_list_app, user, UserCommand::Verb::list);
    add_user_options(user_token_app, user, UserCommand::Verb::token);
    add_user_options(user_delete_app, user, UserCommand::Verb::remove);
    audit_app.require_subcommand(1);
    add_verify_options(verify_app, verify);
    add_show_options(show_app, show);
    add_report_options(report_app, report);
    add_records_options(records_app, records);
    app.require_subcommand(1);
    app.set_version_flag("--version", "velum " VELUM_VERSION, "Print the version and exit");
    app.footer("Exit codes: 0 done, 1 failed, 2 usage, 3 locked by another process.");
  }

  // For the commands that work on a store: its velum.toml may set their options.
  Result<void> take_from_files(FileSystem& files) {
    for (const auto& [command, data] : {std::pair{&serve_app, &serve.data},
                                        {&import_app, &import.data},
                                        {&export_app, &export_command.data},
                                        {&erase_app, &erase.data},
                                        {&account_add_app, &account_add.store.data},
                                        {&key_create_app, &app_key.data},
                                        {&key_list_app, &app_key.data},
                                        {&key_revoke_app, &app_key.data},
                                        {&key_rotate_app, &app_key.data},
                                        {&user_create_app, &user.data},
                                        {&user_list_app, &user.data},
                                        {&user_token_app, &user.data},
                                        {&user_delete_app, &user.data}}) {
      if (command->parsed()) TRY(take_from_file(*command, files, *data));
    }
    return {};
  }

  Command chosen() {
    if (init_app.parsed()) return std::move(init);
    if (serve_app.parsed()) return std::move(serve);
    if (import_app.parsed()) return std::move(import);
    if (export_app.parsed()) return std::move(export_command);
    if (erase_app.parsed()) return std::move(erase);
    if (account_add_app.parsed()) return std::move(account_add);
    if (app_key_app.parsed()) return std::move(app_key);
    if (user_app.parsed()) return std::move(user);
    if (show_app.parsed()) return std::move(show);
    if (report_app.parsed()) return std::move(report);
    if (records_app.parsed()) return std::move(records);
    return std::move(verify);
  }

  CLI::App app{"Velum: a self-hosted PII vault for commerce", "velum"};
  CLI::App& init_app = *app.add_subcommand("init", "Creates a data directory and its root keys");
  CLI::App& serve_app = *app.add_subcommand("serve", "Serves the API");
  CLI::App& import_app = *app.add_subcommand("import", "Imports shoppers from CSV or JSON Lines");
  CLI::App& export_app =
      *app.add_subcommand("export", "Writes all records of an entity as JSON Lines, masked");
  CLI::App& erase_app = *app.add_subcommand("erase", "Erases a shopper, for good");
  CLI::App& account_app = *app.add_subcommand("account", "The stores of a data directory");
  CLI::App& account_add_app =
      *account_app.add_subcommand("add", "Adds a store with its keys and its first app key");
  CLI::App& app_key_app = *app.add_subcommand(
      "appkey", "App keys, for whoever owns the machine; works beside a running server");
  CLI::App& key_create_app =
      *app_key_app.add_subcommand("create", "Makes one, and shows its token this once");
  CLI::App& key_list_app = *app_key_app.add_subcommand("list", "Lists them; no token is known");
  CLI::App& key_revoke_app = *app_key_app.add_subcommand("revoke", "Revokes one, for good");
  CLI::App& key_rotate_app = *app_key_app.add_subcommand("rotate", "Gives one another token");
  CLI::App& user_app = *app.add_subcommand(
      "user", "A store's staff, for whoever owns the machine; works beside a running server");
  CLI::App& user_create_app = *user_app.add_subcommand("create", "Makes a user");
  CLI::App& user_list_app = *user_app.add_subcommand("list", "Lists them, as JSON");
  CLI::App& user_token_app = *user_app.add_subcommand("token", "Makes a token of a day for one");
  CLI::App& user_delete_app = *user_app.add_subcommand("delete", "Deletes one");
  CLI::App& audit_app = *app.add_subcommand("audit", "Looks at the audit log, offline");
  CLI::App& verify_app = *audit_app.add_subcommand(
      "verify", "Recomputes the whole log and checks its signatures; needs no server");
  CLI::App& show_app = *audit_app.add_subcommand(
      "show", "Prints every entry, oldest first; works beside a running server");
  CLI::App& report_app = *audit_app.add_subcommand(
      "report", "Whom a breach has affected: tokens, fields and counts; needs no server");
  CLI::App& records_app = *audit_app.add_subcommand(
      "records", "What the store has, to be held against the log; works beside a running server");
  InitCommand init;
  ServeCommand serve;
  ImportCommand import;
  ExportCommand export_command;
  EraseCommand erase;
  AccountAddCommand account_add;
  AppKeyCommand app_key;
  UserCommand user;
  AuditVerifyCommand verify;
  AuditShowCommand show;
  AuditReportCommand report;
  AuditRecordsCommand records;
};

}  // namespace

ParsedCommandLine parse_command_line(int count, char** arguments, FileSystem& files) {
  Commands commands;
  try {
    commands.app.parse(count, arguments);
    if (const auto taken = commands.take_from_files(files); !taken) {
      std::cerr << "velum: " << taken.error().message() << ": " << taken.error().subject() << "\n";
      return {std::nullopt, ExitCode::usage};
    }
  } catch (const CLI::ParseError& error) {
    const bool is_help = commands.app.exit(error) == 0;
    return {std::nullopt, is_help ? ExitCode::done : ExitCode::usage};
  }
  return {commands.chosen(), ExitCode::done};
}

}  // namespace velum
