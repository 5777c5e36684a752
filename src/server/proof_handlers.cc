// What an outsider checks the audit log with: tiles, proofs and the key, in the formats of C2SP.

#include <charconv>

#include "audit/tile_name.h"
#include "server/api.h"

namespace velum {
namespace {

// A tile's content never changes. It is one account's, so no shared cache may keep it.
constexpr std::string_view cached_for_good = "private, max-age=31536000, immutable";
constexpr std::string_view asked_again = "private, no-cache";

// Decimal, in its one spelling.
Result<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc() || stop != end || std::to_string(number) != text) {
    return Error(ErrorCode::invalid_argument, "this takes a whole number, without leading zeros");
  }
  return number;
}

HttpResponse text_of_now(std::string_view text) {
  HttpResponse response = plain(text);
  response.cache_control = asked_again;
  return response;
}

}  // namespace

Result<HttpResponse> Api::audit_tile(const Call& call) const {
  TRY_ASSIGN(const Sensitive level, call.in_path(0));
  TRY_ASSIGN(const Sensitive rest, call.in_path(1));
  const auto name = parse_tile_name(level.text(), rest.text());
  if (!name) {
    return Error(ErrorCode::invalid_argument,
                 "a tile's name is like 0/x001/234 or entries/005.p/3");
  }
  const auto read = [&name](SignedTree& tree) {
    return name->level ? tree.tile(*name->level, name->index, name->width)
                       : tree.bundle(name->index, name->width);
  };
  TRY_ASSIGN(const std::string bytes, shared_.audit.read_signed(call.caller.account->id, read));
  HttpResponse response;
  response.status = 200;
  response.content_type = "application/octet-stream";
  response.cache_control = cached_for_good;
  response.headers.emplace_back("Vary", "X-VTEX-API-AppKey, X-VTEX-API-AppToken, X-Velum-Account");
  append(response.body, bytes);
  return response;
}

Result<HttpResponse> Api::audit_proof(const Call& call) const {
  TRY_ASSIGN(const Sensitive number_text, call.in_path(0));
  TRY_ASSIGN(const std::uint64_t number, number_of(number_text.text()));
  const auto prove = [number](SignedTree& tree) { return tree.inclusion_proof(number); };
  TRY_ASSIGN(const std::string proof, shared_.audit.read_signed(call.caller.account->id, prove));
  return text_of_now(proof);
}

Result<HttpResponse> Api::audit_consistency(const Call& call) const {
  TRY_ASSIGN(const Sensitive size_text, call.in_path(0));
  TRY_ASSIGN(const std::uint64_t old_size, number_of(size_text.text()));
  const auto prove = [old_size](SignedTree& tree) { return tree.consistency_proof(old_size); };
  TRY_ASSIGN(const std::string proof, shared_.audit.read_signed(call.caller.account->id, prove));
  return text_of_now(proof);
}

HttpResponse Api::audit_key(const Call& call) const {
  return text_of_now(shared_.audit.verifier_key(call.caller.account->id) + "\n");
}

}  // namespace velum
