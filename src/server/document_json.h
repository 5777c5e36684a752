#pragma once
// How documents are shown: {"id", "meta", "document"}, alone or in an array of one.

#include <vector>

#include "base/sensitive.h"
#include "profile/document_engine.h"

namespace velum {

void append_document(const DocumentView& view, WipedText& out);
void append_versions(const std::vector<VersionInfo>& versions, WipedText& out);

}  // namespace velum
