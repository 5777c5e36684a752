#include "audit/entry_check.h"

#include <algorithm>

#include "json/value.h"

namespace velum {
namespace {

bool is_sorted(std::span<const json::Member> members) {
  return std::is_sorted(members.begin(), members.end(),
                        [](const auto& left, const auto& right) { return left.name < right.name; });
}

// Everything of RFC 8785 that writing a value again does not show.
bool is_canonical(const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::number:  // Only counts: no entry has a fraction.
      return std::all_of(value.text().begin(), value.text().end(),
                         [](char letter) { return letter >= '0' && letter <= '9'; });
    case json::Kind::array:
      return std::all_of(value.items().begin(), value.items().end(), is_canonical);
    case json::Kind::object:
      return is_sorted(value.members()) &&
             std::all_of(value.members().begin(), value.members().end(),
                         [](const json::Member& member) { return is_canonical(member.value); });
    case json::Kind::null:
    case json::Kind::boolean:
    case json::Kind::string: return true;
  }
  return false;
}

// Empty if it has no such member of that kind.
std::string_view text_in(const json::Value& entry, std::string_view name, json::Kind kind) {
  const json::Value* const found = entry.find(name);
  return found != nullptr && found->kind() == kind ? found->text() : std::string_view();
}

}  // namespace

Result<LogOwner> owner_of(std::string_view origin) {
  constexpr std::string_view prefix = "velum/";
  const std::size_t slash = origin.find('/', prefix.size());
  if (!origin.starts_with(prefix) || slash == std::string_view::npos ||
      origin.find('/', slash + 1) != std::string_view::npos) {
    return Error(ErrorCode::corrupt, "the key's name is no log of Velum's");
  }
  return LogOwner{std::string(origin.substr(prefix.size(), slash - prefix.size())),
                  std::string(origin.substr(slash + 1))};
}

Result<LogOwner> check_entry(std::string_view entry, std::uint64_t number,
                             const std::string& file) {
  const auto document = json::Document::parse(entry);
  WipedText again;
  if (document) json::write(document->root(), again);
  if (!document || view(again) != entry || !document->root().is_object() ||
      !is_canonical(document->root())) {
    return Error(ErrorCode::corrupt, "an entry is not canonical JSON", file);
  }
  const json::Value& root = document->root();
  if (text_in(root, "number", json::Kind::number) != std::to_string(number)) {
    return Error(ErrorCode::corrupt, "an entry says another number than its place", file);
  }
  return LogOwner{std::string(text_in(root, "region", json::Kind::string)),
                  std::string(text_in(root, "account", json::Kind::string))};
}

}  // namespace velum
