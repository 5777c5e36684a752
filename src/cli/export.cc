#include "cli/export.h"

#include <algorithm>
#include <cstdio>

namespace velum {
namespace {

Result<void> write_out(std::string_view lines) {
  const bool is_out = std::fwrite(lines.data(), 1, lines.size(), stdout) == lines.size() &&
                      std::fflush(stdout) == 0;
  if (!is_out) return Error(ErrorCode::io, "standard output cannot be written to");
  return {};
}

}  // namespace

Result<std::uint64_t> export_lines(const ExportCommand& command, const PageSource& page_of) {
  const auto entity = entity_named(command.entity);
  VELUM_CHECK(entity.has_value());
  ExportRequest request{*entity, {}, std::nullopt};
  if (command.unmask) request.reason = Sensitive(command.reason);
  std::uint64_t count = 0;
  do {
    TRY_ASSIGN(const ExportedPage page, page_of(request));
    TRY(write_out(view(page.lines)));
    count += static_cast<std::uint64_t>(std::ranges::count(page.lines, '\n'));
    request.after = page.next;
  } while (!request.after.empty());
  return count;
}

}  // namespace velum
