// Promises: an envelope gives back what was sealed under its key at its place, and nothing else
// opens: not one with a byte changed, not one at another place, of another class or under another
// key. So too with what a vault keeps: a wrapped key, a masked rendition, a sealed reason.

#include <array>
#include <memory>

#include "crypto/envelope.h"
#include "fuzz/fuzz.h"
#include "io/sim_random.h"
#include "keys/root_keys.h"
#include "keys/vault.h"

namespace velum {
namespace {

Key256 key_of(std::uint8_t byte) {
  Key256 key;
  std::fill(key.mutable_bytes().begin(), key.mutable_bytes().end(), byte);
  return key;
}

// One step away from `place`, in the way that `which` says.
Place moved(Place place, std::size_t which, Random& random) {
  switch (which % 7) {
    case 0: place.region = "us-1"; break;
    case 1: place.account = AccountId{static_cast<std::uint32_t>(place.account) + 1}; break;
    case 2: place.entity = EntityId::prospect; break;
    case 3: place.token = Token::random(random); break;
    case 4: place.record = RecordId::random(random); break;
    case 5: place.version = VersionId::random(random); break;
    default: ++place.schema_revision; break;
  }
  return place;
}

Place place_in(std::string_view region, Random& random) {
  return {region,
          AccountId{7},
          EntityId::profile,
          Token::random(random),
          RecordId::random(random),
          VersionId::random(random),
          3};
}

void check_envelope(std::string_view how, std::string_view text, Random& random) {
  const Key256 key = key_of(1);
  const Place place = place_in("eu-1", random);
  const EnvelopeHeader header{EnvelopeClass::full, how.size()};
  const Bytes sealed = seal_envelope(key, header, place, as_bytes(text), random);
  VELUM_CHECK(sealed.size() == text.size() + envelope_overhead_bytes);
  const auto opened = open_envelope(key, EnvelopeClass::full, place, sealed);
  VELUM_CHECK(opened && opened->text() == text);

  const Bytes changed = fuzz::damaged(sealed, how);
  if (changed != sealed) VELUM_CHECK(!open_envelope(key, EnvelopeClass::full, place, changed));
  VELUM_CHECK(!open_envelope(key_of(2), EnvelopeClass::full, place, sealed));
  VELUM_CHECK(!open_envelope(key, EnvelopeClass::masked, place, sealed));
  const Place other = moved(place, how.size(), random);
  VELUM_CHECK(!open_envelope(key, EnvelopeClass::full, other, sealed));
  // Bytes that nobody sealed.
  VELUM_CHECK(!open_envelope(key, EnvelopeClass::full, place, as_bytes(text)));
}

RootKeys make_roots() {
  RootKeys roots;
  roots.full = key_of(3);
  roots.masked = key_of(4);
  roots.epochs.emplace(1, EpochKeys{key_of(5), key_of(6)});
  roots.current_epoch = 1;
  return roots;
}

void check_store_keys(const RootKeys& roots, WrappedStoreKeys wrapped, std::string_view how,
                      Random& random) {
  const std::array wraps = {&wrapped.full, &wrapped.masked, &wrapped.index, &wrapped.signing};
  Bytes& one = *wraps[how.size() % wraps.size()];
  const Bytes before = one;
  one = fuzz::damaged(one, how);
  const Vault::Account account{AccountId{7}, "eu-1"};
  VELUM_CHECK(Vault::open(roots, account, wrapped, random).has_value() == (one == before));
}

void check_vault(std::string_view how, std::string_view text, SeededRandom& random) {
  static const RootKeys roots = make_roots();
  const Vault::Account account{AccountId{7}, "eu-1"};
  const auto store = Vault::make_store_keys(roots, account, random);
  VELUM_CHECK(store.has_value());
  check_store_keys(roots, *store, how, random);
  const auto vault = Vault::open(roots, account, *store, random);
  const Place place = place_in("eu-1", random);
  const auto keys = (*vault)->make_record_keys(place);
  const auto sealed = (*vault)->seal(*keys, place, "{\"full\":1}", text);
  const auto masked = (*vault)->open_masked(keys->masked_wrap(), place, sealed->masked);
  VELUM_CHECK(masked && masked->text() == text);
  VELUM_CHECK(!(*vault)->open_masked(keys->full_wrap(), place, sealed->full));

  const Bytes envelope = fuzz::damaged(sealed->masked, how);
  if (envelope != sealed->masked) {
    VELUM_CHECK(!(*vault)->open_masked(keys->masked_wrap(), place, envelope));
  }
  const Bytes key = fuzz::damaged(keys->masked, how);
  if (key != keys->masked)
    VELUM_CHECK(!(*vault)->open_masked({key, keys->made_as}, place, sealed->masked));
  const auto reason = (*vault)->seal_reason(keys->masked_wrap(), place, text);
  VELUM_CHECK((*vault)->open_reason(keys->masked_wrap(), place, *reason)->text() == text);
  const Place entry = moved(place, 5, random);
  VELUM_CHECK(!(*vault)->open_reason(keys->masked_wrap(), entry, *reason));
}

}  // namespace
}  // namespace velum

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace velum;
  std::string_view text = fuzz::text_of(data, size);
  const std::string_view how = fuzz::take_part(text, "\n");
  SeededRandom random(size);
  check_envelope(how, text, random);
  check_vault(how, text, random);
  return 0;
}
