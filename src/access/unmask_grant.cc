#include "access/unmask_grant.h"

#include "access/app_keys.h"
#include "json/value.h"

namespace velum {

UnmaskGrant::UnmaskGrant(const UnmaskGrantRow& row) {
  const auto document = json::Document::parse(row.resources);
  auto scope = document ? Grants::of(document->root()) : document.error();
  if (!scope) return;
  for (const std::string_view text : listed(row.subjects)) {
    const auto subject = Token::parse(text);
    if (!subject) return;  // Of anybody it is not.
    subjects_.push_back(*subject);
  }
  scope_ = *std::move(scope);
}

std::string rule_of(const UnmaskGrantRow& row) {
  return (row.kind == GrantKind::approved ? "grant:" : "break_glass:") + row.id.text();
}

Resource needed_for(const UnmaskGrantRow& row) {
  return row.kind == GrantKind::approved ? Resource::request_unmask : Resource::break_glass;
}

bool has_lapsed(const UnmaskGrantRow& row, Instant now) {
  return row.state == GrantState::ended || row.ends_at <= now;
}

bool is_in_force(const UnmaskGrantRow& row, Instant now) {
  return row.state == GrantState::active && !has_lapsed(row, now);
}

}  // namespace velum
