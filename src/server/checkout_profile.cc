// The documented look at a profile by its e-mail, before an order.

#include <utility>

#include "json/value.h"
#include "modules/checkout/person_fields.h"
#include "modules/json_writer.h"
#include "server/answers.h"
#include "server/api.h"
#include "server/credentials.h"
#include "server/profile_bridge.h"

namespace velum {
namespace {

bool has_credentials(const HttpRequest& request) {
  return !request.header("X-VTEX-API-AppKey").empty() ||
         !request.header("X-VTEX-API-AppToken").empty() || !user_token_in(request).empty();
}

// `profile` and `addresses` are masked documents; none: as of an e-mail that nobody has.
Result<WipedText> profile_json(const ShownDocument* profile,
                               const std::vector<ShownDocument>& addresses) {
  std::optional<json::Document> document;
  if (profile != nullptr) {
    TRY_ASSIGN(document, json::Document::parse(view(profile->document)));
  }
  WipedText out;
  JsonObject answer(out);
  if (profile == nullptr) {
    answer.nulls({"userProfileId", "userProfile"});
  } else {
    answer.text("userProfileId", profile->place.subject.text());
    append_client(&document->root(), answer.member("userProfile"));
  }
  answer.text("profileProvider", "velum");
  answer.raw("availableAccounts", "[]");
  append(answer.member("availableAddresses"), "[");
  for (const ShownDocument& address : addresses) {
    TRY_ASSIGN(const json::Document one, json::Document::parse(view(address.document)));
    if (out.back() != '[') out.push_back(',');
    append_cart_address(one.root(), out);
  }
  out.push_back(']');
  answer.flag("isComplete", profile != nullptr && !addresses.empty());
  answer.end();
  return out;
}

}  // namespace

// Whoever comes without a key is told the same of every e-mail, and nothing is looked up: a mask of
// a known one would tell that it is known (ADR 21).
Task<Result<HttpResponse>> Api::find_checkout_profile(Call& call, RequestsLeft& left) {
  CO_TRY_ASSIGN(const std::optional<Sensitive> email, call.in_query("email"));
  if (!email || email->text().empty()) {
    co_return Error(ErrorCode::invalid_argument, "say whose: ?email=", "email");
  }
  if (!has_credentials(call.request)) {
    CO_TRY_ASSIGN(WipedText nobody, profile_json(nullptr, {}));
    co_return shown(200, std::move(nobody));
  }
  CO_TRY(co_await authorise(call, left));
  Caller of_addresses = call.caller;
  Decision decision = decide(call.caller, Resource::get_item, EntityId::address);
  CO_TRY(co_await allow(of_addresses, std::move(decision)));
  CO_TRY(take_lookup(call));
  const auto key =
      co_await engine_.resolve_alternative(call.caller, EntityId::profile, "email", email->text());
  const bool is_nobody = !key && key.error().code() == ErrorCode::not_found;
  if (!key && !is_nobody) co_return key.error();
  ProfileBridge people(engine_, call.caller);
  std::vector<ShownDocument> addresses;
  std::optional<ShownDocument> profile;
  if (key) {
    std::vector<DocumentPlace> places{own_document(EntityId::profile, key->subject)};
    CO_TRY_ASSIGN(auto found, co_await people.masked(std::move(places)));
    profile = std::move(found.front());
  }
  if (profile) {
    CO_TRY_ASSIGN(addresses,
                  co_await people.masked_parts(profile->place.subject, EntityId::address));
  }
  CO_TRY_ASSIGN(WipedText document, profile_json(profile ? &*profile : nullptr, addresses));
  co_return shown(200, std::move(document));
}

}  // namespace velum
