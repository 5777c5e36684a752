#include "cli/command_line.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <utility>

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
    if (option == nullptr && !is_known(*command.get_parent(), "--" + name)) {
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
      "Shoppers whose e-mail is held already are left as they are, so a run that was cut short is\n"
      "simply run again. What is rejected is kept in a file to be mended and imported. Works "
      "beside\n"
      "a running server.\n\n"
      "  velum import --data DIR --account shop --entity profile export.csv\n"
      "  zcat export.csv.gz | velum import --data DIR --account shop --entity profile -");
  add_data(app, import.data);
  app.add_option("--account", import.account, "the store's name")
      ->envname("VELUM_ACCOUNT")
      ->required();
  app.add_option("--entity", import.entity, "what the records are")
      ->check(CLI::IsMember({"profile"}))
      ->capture_default_str();
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
  app.add_option("--key", verify.key_file, "a file with the verifier key you trust");
}

void add_show_options(CLI::App& app, AuditShowCommand& show) {
  add_data(app, show.data);
  app.add_option("--account", show.account, "only this store's")->envname("VELUM_ACCOUNT");
  app.add_flag("--json", show.json, "the entries as they are: one JSON object a line");
}

// Every command with its options, and what they were given.
struct Commands {
  Commands() {
    add_init_options(init_app, init);
    add_serve_options(serve_app, serve);
    add_import_options(import_app, import);
    add_erase_options(erase_app, erase);
    audit_app.require_subcommand(1);
    add_verify_options(verify_app, verify);
    add_show_options(show_app, show);
    app.require_subcommand(1);
    app.footer("Exit codes: 0 done, 1 failed, 2 usage, 3 locked by another process.");
  }

  // For the commands that work on a store: its velum.toml may set their options.
  Result<void> take_from_files(FileSystem& files) {
    for (const auto& [command, data] : {std::pair{&serve_app, &serve.data},
                                        {&import_app, &import.data},
                                        {&erase_app, &erase.data}}) {
      if (command->parsed()) TRY(take_from_file(*command, files, *data));
    }
    return {};
  }

  Command chosen() {
    if (init_app.parsed()) return std::move(init);
    if (serve_app.parsed()) return std::move(serve);
    if (import_app.parsed()) return std::move(import);
    if (erase_app.parsed()) return std::move(erase);
    if (show_app.parsed()) return std::move(show);
    return std::move(verify);
  }

  CLI::App app{"Velum: a self-hosted PII vault for commerce", "velum"};
  CLI::App& init_app = *app.add_subcommand("init", "Creates a data directory and its root keys");
  CLI::App& serve_app = *app.add_subcommand("serve", "Serves the API");
  CLI::App& import_app = *app.add_subcommand("import", "Imports shoppers from CSV or JSON Lines");
  CLI::App& erase_app = *app.add_subcommand("erase", "Erases a shopper, for good");
  CLI::App& audit_app = *app.add_subcommand("audit", "Looks at the audit log, offline");
  CLI::App& verify_app = *audit_app.add_subcommand(
      "verify", "Recomputes the whole log and checks its signatures; needs no server");
  CLI::App& show_app = *audit_app.add_subcommand(
      "show", "Prints every entry, oldest first; works beside a running server");
  InitCommand init;
  ServeCommand serve;
  ImportCommand import;
  EraseCommand erase;
  AuditVerifyCommand verify;
  AuditShowCommand show;
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
