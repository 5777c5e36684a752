#pragma once
// The names that checkouts and orders have for what the Profile System keeps of a person, both
// ways. What passes through here is on its way to a prospect or to a response, and stays nowhere.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/sensitive.h"
#include "json/value.h"

namespace velum {

// What a cart's attachment clientProfileData becomes of a prospect: a merge patch. Fails with
// invalid_field for what is of the wrong type, and for members that are not documented: they would
// be lost.
Result<WipedText> prospect_of_client(const json::Value& client);
// One address, under an id of ours: an id that a shopper made up may be anything.
Result<WipedText> prospect_of_address(const json::Value& address, std::string_view address_id);

// {"email", "firstName", ...}: `person` is a prospect's or a profile's document, or nothing.
void append_client(const json::Value* person, WipedText& out);
void append_cart_address(const json::Value& address, WipedText& out);
// As orders have them: the members alone, without braces. What their documentation does not let be
// null is "" where there is nothing.
void append_order_client(const json::Value* person, WipedText& out);
void append_order_address(const json::Value* address, WipedText& out);
// Whether `sent` says no more than what a cart shows of `known`, which is a prospect's: it is the
// same one, chosen again.
bool is_address_as_shown(const json::Value& sent, const json::Value& known);
// The one of a prospect's addresses that has this id.
const json::Value* prospect_address(const json::Value* person, std::string_view address_id);

}  // namespace velum
