// The handlers of lists: what hangs on a profile, and the prospects, by page.

#include <charconv>
#include <utility>

#include "server/api.h"
#include "server/document_json.h"

namespace velum {
namespace {

constexpr std::uint32_t page_size = 20;
constexpr std::uint32_t page_size_max = 100;

HttpResponse shown(const std::vector<DocumentView>& views) {
  HttpResponse response;
  response.status = 200;
  response.body.push_back('[');
  for (const DocumentView& view : views) {
    if (&view != views.data()) response.body.push_back(',');
    append_document(view, response.body);
  }
  response.body.push_back(']');
  return response;
}

// "638000000000000000.uuid": when the last one that was shown was made, and which it is.
std::string cursor_text(const ListPlace& place) {
  return std::to_string(place.created_at.time_since_epoch().count()) + "." + place.record.text();
}

Result<ListPlace> cursor_of(std::string_view text) {
  Ticks::rep ticks = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, ticks);
  const bool has_time = failure == std::errc() && stop != end && *stop == '.';
  const auto record = has_time ? RecordId::parse({stop + 1, end}) : std::nullopt;
  if (!record) {
    return Error(ErrorCode::invalid_argument, "this cursor did not come from here", "cursor");
  }
  return ListPlace{Instant(Ticks(ticks)), *record};
}

// Without the reason of a reveal: that is asked for each time.
HttpResponse shown_page(const DocumentPage& page, std::string_view path, std::uint32_t limit) {
  HttpResponse response = shown(page.views);
  if (page.next) {
    std::string link("<");
    link.append(path).append("?limit=").append(std::to_string(limit));
    link.append("&cursor=").append(cursor_text(*page.next)).append(">; rel=\"next\"");
    response.headers.emplace_back("Link", std::move(link));
  }
  return response;
}

}  // namespace

Result<ListPage> Api::page_of(const Call& call) {
  ListPage page{call.caller.account->id, std::nullopt, page_size};
  TRY_ASSIGN(const auto limit, number_in_query(call.request, "limit", page_size_max));
  page.limit = limit.value_or(page_size);
  TRY_ASSIGN(const std::optional<Sensitive> cursor, call.in_query("cursor"));
  if (cursor && !cursor->text().empty()) {
    TRY_ASSIGN(page.before, cursor_of(cursor->text()));
  }
  return page;
}

Task<Result<HttpResponse>> Api::list(const Call& call) {
  if (call.route.entity == EntityId::prospect) co_return co_await list_prospects(call);
  CO_TRY_ASSIGN(const RecordKey owner, co_await subject_of(call));
  CO_TRY_ASSIGN(const std::vector<DocumentView> views,
                co_await engine_.list_masked(call.caller, owner));
  co_return shown(views);
}

Task<Result<HttpResponse>> Api::unmask_all(const Call& call) {
  CO_TRY_ASSIGN(Reveal reveal, co_await reveal_of(call));
  if (call.route.entity == EntityId::prospect) {
    co_return co_await unmask_prospects(call, std::move(reveal));
  }
  const auto owner = co_await subject_of(call);
  if (!owner) {
    if (owner.error().code() == ErrorCode::not_found) {
      CO_TRY(co_await engine_.record_miss(call.caller, std::nullopt, Asked::current));
    }
    co_return owner.error();
  }
  CO_TRY_ASSIGN(
      const std::vector<DocumentView> views,
      co_await engine_.unmask_all(std::move(reveal.caller), *owner, std::move(reveal.reason)));
  co_return shown(views);
}

Task<Result<HttpResponse>> Api::list_prospects(const Call& call) {
  CO_TRY_ASSIGN(const ListPage page, page_of(call));
  CO_TRY_ASSIGN(const DocumentPage found, co_await engine_.list_prospects(call.caller, page));
  co_return shown_page(found, call.route.path, page.limit);
}

Task<Result<HttpResponse>> Api::unmask_prospects(const Call& call, Reveal reveal) {
  CO_TRY_ASSIGN(const ListPage page, page_of(call));
  CO_TRY_ASSIGN(
      const DocumentPage found,
      co_await engine_.unmask_prospects(std::move(reveal.caller), page, std::move(reveal.reason)));
  co_return shown_page(found, call.route.path, page.limit);
}

}  // namespace velum
