#include "server/document_json.h"

#include "base/clock.h"

namespace velum {

void append_document(const DocumentView& view, WipedText& out) {
  const DocumentMeta& meta = view.meta;
  const std::string updated = to_text(meta.updated_at);
  out.reserve(out.size() + view.document.size() + 512);
  append(out, R"({"id":")");
  append(out, meta.id.text());
  append(out, R"(","meta":{"version":")");
  append(out, meta.version.text());
  append(out, R"(","author":")");
  append(out, meta.author.text());
  append(out, R"(","creationDate":")");
  append(out, to_text(meta.created_at));
  append(out, R"(","lastUpdate":")");
  append(out, updated);
  append(out, R"(","lastUpdateDate":")");
  append(out, updated);
  if (meta.expires_at) {
    append(out, R"(","expirationDate":")");
    append(out, to_text(*meta.expires_at));
    append(out, R"("},"document":)");
  } else {
    append(out, R"(","expirationDate":null},"document":)");
  }
  append(out, velum::view(view.document));
  out.push_back('}');
}

void append_versions(const std::vector<VersionInfo>& versions, WipedText& out) {
  out.push_back('[');
  const char* separator = "";
  for (const VersionInfo& version : versions) {
    append(out, separator);
    append(out, R"({"version":")");
    append(out, version.version.text());
    append(out, R"(","author":")");
    append(out, version.author.text());
    append(out, R"(","lastUpdate":")");
    append(out, to_text(version.written_at));
    append(out, R"("})");
    separator = ",";
  }
  out.push_back(']');
}

}  // namespace velum
