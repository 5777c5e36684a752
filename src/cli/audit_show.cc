#include "cli/audit_show.h"

#include <iostream>
#include <utility>

#include "audit/breach_report.h"
#include "audit/filter_text.h"
#include "audit/log_reader.h"
#include "cli/data_directory.h"
#include "json/value.h"

namespace velum {
namespace {

Result<AuditFilter> filter_of(const AuditFilterOptions& options) {
  AuditFilter filter;
  for (const auto& [name, values] : options) {
    for (const std::string& value : values) TRY(add_to_filter(filter, name, value));
  }
  TRY(check_filter_times(filter));
  return filter;
}

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
  TRY_ASSIGN(AuditFilter filter, filter_of(command.filters));
  const AuditMatcher matcher(std::move(filter));
  const auto show = [&command, &matcher](std::string_view text) {
    return matcher.matches(text) ? show_entry(command, text) : Result<void>();
  };
  return read_audit(files, data_directory(command.data).audit(), show, command.account);
}

Result<void> report_breach(FileSystem& files, const AuditReportCommand& command) {
  TRY_ASSIGN(AuditFilter filter, filter_of(command.filters));
  BreachReport report(command.account, std::move(filter));
  const auto take = [&report](std::string_view text) { return report.take(text); };
  const std::string directory = data_directory(command.data).audit();
  TRY_ASSIGN(const bool exists, files.exists(directory + "/" + command.account));
  if (!exists) return Error(ErrorCode::not_found, "there is no such account here", command.account);
  TRY(read_audit(files, directory, take, command.account));
  if (command.json) {
    report.write_json(std::cout);
  } else {
    report.write_text(std::cout);
  }
  return {};
}

}  // namespace velum
