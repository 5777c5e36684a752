// Promises: of an answer to a webhook the status is the same however its bytes come, from 200 to
// 599, and found within the bound or not at all. A webhook's URL that is taken means one host: it
// says itself again, and nothing in it can end a line or name a user.

#include <algorithm>

#include "fuzz/fuzz.h"
#include "http/answer_status.h"
#include "http/https_url.h"

namespace velum {
namespace {

// -1: refused; 0: more is needed.
int status_of(std::string_view text, std::size_t piece_bytes) {
  AnswerStatus answer;
  for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
    const auto taken = answer.take(text.substr(at, piece_bytes));
    if (!taken) return -1;
    if (*taken) return **taken;
  }
  return 0;
}

void check_answer(std::string_view text) {
  const int status = status_of(text, std::max<std::size_t>(text.size(), 1));
  VELUM_CHECK(status == -1 || status == 0 || (status >= 200 && status <= 599));
  VELUM_CHECK(status != 0 || text.size() <= AnswerStatus::size_max_bytes);
  for (const std::size_t piece : {1U, 7U}) VELUM_CHECK(status_of(text, piece) == status);
}

void check_url(std::string_view text) {
  const auto url = HttpsUrl::parse(text);
  if (!url) return;
  VELUM_CHECK(url->port != 0 && !url->host.empty() && url->target.starts_with('/'));
  const std::string again = "https://" + url->authority() + url->target;
  const auto same = HttpsUrl::parse(again);
  // "?x" has become "/?x", which may be one letter too long.
  VELUM_CHECK(same || again.size() > 2048);
  if (same) VELUM_CHECK(same->host == url->host && same->port == url->port);
  if (same) VELUM_CHECK(same->target == url->target);
  const auto is_printable = [](char letter) { return letter > ' ' && letter <= '~'; };
  VELUM_CHECK(std::all_of(again.begin(), again.end(), is_printable));
  VELUM_CHECK(url->authority().find_first_of("@/\\#?") == std::string::npos);
}

}  // namespace
}  // namespace velum

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  velum::check_answer(text);
  velum::check_url(text);
  return 0;
}
