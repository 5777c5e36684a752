#include "audit/search.h"

#include <initializer_list>

namespace velum {
namespace {

bool has_member(std::string_view entry, std::string_view name, std::string_view prefix) {
  std::string wanted = "\"";
  wanted += name;
  wanted += "\":\"";
  wanted += prefix;
  return entry.find(wanted) != std::string_view::npos;
}

bool fits(std::string_view entry, std::initializer_list<std::string_view> names,
          std::string_view prefix) {
  if (prefix.empty()) return true;
  // No member that is searched has a value that needs escaping: such a filter finds nothing.
  if (prefix.find_first_of("\"\\") != std::string_view::npos) return false;
  for (const std::string_view name : names) {
    if (has_member(entry, name, prefix)) return true;
  }
  return false;
}

// {"id":...,"kind":...,"name":...}: the only object whose members share names with the entry's.
std::string_view actor_of(std::string_view entry) {
  const std::size_t begin = entry.find("\"actor\":{");
  if (begin == std::string_view::npos) return {};
  return entry.substr(begin, entry.find('}', begin) - begin);
}

}  // namespace

bool matches(const AuditSearch& search, std::string_view entry) {
  return fits(entry, {"action"}, search.action) &&
         fits(actor_of(entry), {"id", "name"}, search.actor) &&
         fits(entry, {"record", "token"}, search.id) && fits(entry, {"outcome"}, search.outcome);
}

}  // namespace velum
