#pragma once
// A page of an export: what the account has of one entity, a document a line.

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/sensitive.h"
#include "profile/document_engine.h"

namespace velum {

struct ExportRequest {
  EntityId entity{};
  std::string after;                // What the page before this one said; empty for the first.
  std::optional<Sensitive> reason;  // To unmask. None: masked.
};

struct ExportedPage {
  WipedText lines;   // JSON Lines, each {"id", "meta", "document"}.
  std::string next;  // For the next request; empty if this was the last page.
};

// Unmasked, every record has its own audit entry, durable before this gives anything. Fails with
// invalid_argument for a place that is none, reason_required for a reason that says nothing.
Task<Result<ExportedPage>> export_page(DocumentEngine& engine, const Account& account,
                                       Random& random, const ExportRequest& request);

}  // namespace velum
