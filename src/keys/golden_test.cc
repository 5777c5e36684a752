// The formats of docs/data-format.md, frozen: what this program writes for fixed keys and salts
// must be, byte for byte, what test/vectors/envelope-v1.json holds, which tools/reader opens
// without any of this code. A difference here means that data on disk would no longer open: make
// a new format version. VELUM_WRITE_VECTORS=1 writes the file anew.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "crypto/merkle.h"
#include "io/sim_file.h"
#include "keys/erasure_ledger.h"
#include "keys/key_file.h"
#include "keys/vault.h"

namespace velum {
namespace {

namespace bj = boost::json;

// Each call counts up from another byte: nobody takes such a key for a real one, and a reader that
// swaps two bytes notices.
class CountingRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    ++calls_;
    auto byte = static_cast<std::uint8_t>(16 * calls_ + calls_ / 16);
    for (std::uint8_t& each : out) each = byte++;
  }

 private:
  int calls_ = 0;
};

std::string hex(ByteView bytes) {
  return to_hex(bytes);
}
std::string hex(std::uint64_t number) {
  Bytes bytes;
  append_u64be(bytes, number);
  return to_hex(bytes);
}

bj::object describe(const Place& place) {
  return {{"region", place.region},
          {"account", static_cast<std::uint32_t>(place.account)},
          {"entity", static_cast<std::uint16_t>(place.entity)},
          {"token", place.token.text()},
          {"record", place.record.text()},
          {"version", place.version.text()},
          {"schema_revision", place.schema_revision}};
}

class Golden {
 public:
  Golden() {
    VELUM_CHECK(create_key_file(files_, "./test-keys", random_).has_value());
    roots_.emplace(*load_key_file(files_, "./test-keys", KeyScope::everything));
    const Vault::Account account{AccountId{1234567890}, "sa-east-1"};
    store_keys_ = *Vault::make_store_keys(*roots_, account, random_);
    vault_ = *Vault::open(*roots_, account, store_keys_, random_);
  }

  bj::object make() {
    return {
        {"comment", "Test keys only. Frozen: see docs/data-format.md and src/keys/golden_test.cc"},
        {"envelopes", envelopes()},
        {"key_file", std::string(as_text(files_.content("./test-keys")))},
        {"epoch_file", std::string(as_text(files_.content("./test-keys.epochs")))},
        {"store", store()},
        {"records",
         bj::array{record(EntityId::profile, "ana@example.com"), record(EntityId::address, "")}},
        {"digests", digests()},
        {"ledger", ledger()},
        {"merkle", merkle()}};
  }

 private:
  Place new_place(EntityId entity) {
    Place place;
    place.region = vault_->account().region;
    place.account = vault_->account().id;
    place.entity = entity;
    place.token = Token::random(random_);
    place.record = RecordId::random(random_);
    place.version = VersionId::random(random_);
    place.schema_revision = 3;
    return place;
  }

  bj::array envelopes() {
    constexpr std::string_view classes = "PMpmSsia";
    bj::array all;
    for (const char letter : classes) {
      Key256 key;
      random_.fill(key.mutable_bytes());
      const EnvelopeHeader header{static_cast<EnvelopeClass>(letter), 0x0102030405060708};
      const Place place = letter == 'i' ? Place() : new_place(EntityId::pickup_info);
      const std::string text = letter == 'a' ? "" : "class " + std::string(1, letter) + ", ação";
      const Bytes envelope = seal_envelope(key, header, place, as_bytes(text), random_);
      all.push_back(bj::object{{"class", std::string(1, letter)},
                               {"key", hex(key.bytes())},
                               {"key_id", hex(header.key_id)},
                               {"place", describe(place)},
                               {"text", text},
                               {"envelope", hex(envelope)}});
    }
    return all;
  }

  bj::object store() {
    const std::string message = "a checkpoint";
    return {{"region", vault_->account().region},
            {"account", static_cast<std::uint32_t>(vault_->account().id)},
            {"full", hex(store_keys_.full)},
            {"masked", hex(store_keys_.masked)},
            {"index", hex(store_keys_.index)},
            {"signing", hex(store_keys_.signing)},
            {"audit_public_key", hex(vault_->audit_public_key())},
            {"signed_text", message},
            {"signature", hex(vault_->sign_audit(as_bytes(message)))}};
  }

  bj::object record(EntityId entity, const std::string& email) {
    const Place place = new_place(entity);
    const auto keys = *vault_->make_record_keys(place);
    const std::string full = R"({"email":")" + email + R"("})";
    const std::string masked = email.empty() ? "{}" : R"({"email":"a**@e******.***"})";
    const auto sealed = *vault_->seal(keys, place, full, masked);
    Place entry = place;
    entry.version = VersionId::random(random_);
    const std::string reason = "the parcel came back";
    return {{"place", describe(place)},
            {"epoch", keys.epoch},
            {"wrapped_full", hex(keys.full)},
            {"wrapped_masked", hex(keys.masked)},
            {"full", hex(sealed.full)},
            {"full_text", full},
            {"masked", hex(sealed.masked)},
            {"masked_text", masked},
            {"reason_entry", entry.version.text()},
            {"reason", hex(*vault_->seal_reason(keys.masked_wrap(), entry, reason))},
            {"reason_text", reason}};
  }

  bj::array digests() const {
    bj::array all;
    for (const LookupTerm& term : {LookupTerm{"profile.email", 1, "ana@example.com"},
                                   LookupTerm{"profile.email", 258, "ana@example.com"},
                                   LookupTerm{"profile.document", 1, ""}}) {
      all.push_back(bj::object{{"label", term.label},
                               {"normaliser_version", term.normaliser_version},
                               {"value", term.normalised_value},
                               {"digest", hex(vault_->lookup_digest(term))}});
    }
    return all;
  }

  bj::object ledger() {
    const auto opened = *ErasureLedger::open(files_, {"./test-keys", {}}, roots_->ledger_seed);
    bj::array entries;
    const auto add = [&](Token token, std::string_view time, ErasureStep step) {
      const ErasureEntry entry{vault_->account().id, token, *parse_instant(time), step};
      VELUM_CHECK(opened->append(entry).has_value());
      entries.push_back(bj::object{{"step", step == ErasureStep::begin ? "begin" : "done"},
                                   {"account", static_cast<std::uint32_t>(entry.account)},
                                   {"token", token.text()},
                                   {"time", time}});
    };
    const Token one = Token::random(random_);
    add(one, "2026-01-05T15:41:37.5009471+00:00", ErasureStep::begin);
    add(Token::random(random_), "2026-01-05T15:41:38.0000000+00:00", ErasureStep::begin);
    add(one, "2026-01-05T15:41:39.0000001+00:00", ErasureStep::done);
    return {{"public_key", hex(ed25519_public_key(roots_->ledger_seed))},
            {"entries", entries},
            {"ledger", hex(files_.content("./test-keys.ledger"))},
            {"head", hex(files_.content("./test-keys.ledger-head"))}};
  }

  static bj::object merkle() {
    bj::array leaves;
    bj::array roots;
    MerkleFrontier frontier;
    for (const std::string_view leaf : {"", "one", "two", "three", "four", "five", "six"}) {
      frontier.append(merkle_leaf_hash(as_bytes(leaf)));
      leaves.emplace_back(leaf);
      roots.emplace_back(hex(frontier.root()));
    }
    return {{"leaves", leaves}, {"roots", roots}};
  }

  SimFileSystem files_;
  CountingRandom random_;
  std::optional<RootKeys> roots_;
  WrappedStoreKeys store_keys_;
  std::unique_ptr<Vault> vault_;
};

// A member or an element a line, so that a difference can be read.
void print(const bj::value& value, const std::string& indent, std::string& out) {
  const std::string inner = indent + "  ";
  const char* separator = "\n";
  if (value.is_object()) {
    out += "{";
    for (const auto& [name, member] : value.get_object()) {
      out += separator + inner + bj::serialize(bj::value(name)) + ": ";
      print(member, inner, out);
      separator = ",\n";
    }
    out += "\n" + indent + "}";
  } else if (value.is_array()) {
    out += "[";
    for (const bj::value& element : value.get_array()) {
      out += separator + inner;
      print(element, inner, out);
      separator = ",\n";
    }
    out += "\n" + indent + "]";
  } else {
    out += bj::serialize(value);
  }
}

TEST(Golden, WhatIsWrittenIsWhatTheVectorsHold) {
  std::string text;
  print(Golden().make(), "", text);
  text += "\n";
  const std::string path = VELUM_SOURCE_DIR "/test/vectors/envelope-v1.json";
  if (const char* write = std::getenv("VELUM_WRITE_VECTORS"); write && *write == '1') {
    std::ofstream(path) << text;
  }
  std::stringstream frozen;
  frozen << std::ifstream(path).rdbuf();
  EXPECT_EQ(text, frozen.str());
}

}  // namespace
}  // namespace velum
