#include "cli/audit_show.h"

#include <iostream>

#include "audit/log_reader.h"
#include "cli/data_directory.h"
#include "json/value.h"

namespace velum {
namespace {

// A line for people: when, what, how it ended, who, about whom, and why.
Result<void> show_entry(const AuditShowCommand& command, std::string_view text) {
  TRY_ASSIGN(const json::Document entry, json::Document::parse(text));
  const auto member = [&entry](std::string_view name) {
    const json::Value* value = entry.root().find(name);
    return value != nullptr && value->is_string() ? value->text() : std::string_view("-");
  };
  if (!command.account.empty() && member("account") != command.account) return {};
  if (command.json) {
    std::cout << text << "\n";
    return {};
  }
  const json::Value* actor = entry.root().find("actor");
  const json::Value* name = actor != nullptr ? actor->find("name") : nullptr;
  const json::Value* reason = entry.root().find("reason");
  const json::Value* code = reason != nullptr ? reason->find("code") : nullptr;
  std::cout << member("time") << " " << member("account") << " " << member("action") << " "
            << member("outcome") << " by " << (name != nullptr ? name->text() : "-") << " record "
            << member("record") << " reason " << (code != nullptr ? code->text() : "-") << "\n";
  return {};
}

}  // namespace

Result<void> show_audit(FileSystem& files, const AuditShowCommand& command) {
  const auto show = [&command](std::string_view text) { return show_entry(command, text); };
  return read_audit(files, data_directory(command.data).audit(), show);
}

}  // namespace velum
