#pragma once
// How a report shows one disclosure: what its audit entry says, who got it, and why.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sensitive.h"
#include "json/value.h"
#include "profile/audit_reason.h"

namespace velum {

using ActorLabels = std::map<std::string, std::string, std::less<>>;  // By the actor's id.
using ReasonTexts = std::vector<std::optional<Sensitive>>;            // Of each entry.

// The entry of a disclosure, read.
class DisclosureEntry {
 public:
  // Fails with corrupt: the log has nothing that cannot be read.
  static Result<DisclosureEntry> parse(std::string_view entry);

  std::optional<EntityId> entity() const;
  // What opens the reason's text; nullopt if the entry has none.
  std::optional<SealedReason> sealed_reason(AccountId account) const;
  // A reason that was not opened is null.
  void append(const ActorLabels& labels, const Sensitive* reason, WipedText& out) const;

 private:
  explicit DisclosureEntry(json::Document document) : document_(std::move(document)) {}
  const json::Value* member(std::string_view name) const { return document_.root().find(name); }
  std::string_view text(std::string_view name) const;

  json::Document document_;
};

}  // namespace velum
