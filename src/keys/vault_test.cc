#include "keys/vault.h"

#include <gtest/gtest.h>

#include <type_traits>

#include "crypto/signature.h"
#include "io/sim_file.h"
#include "io/sim_random.h"
#include "keys/key_file.h"
#include "keys/root_keys.h"

namespace velum {

// Stands in for the real mint, which is a layer above: the only friend that permits have.
class AuditLog {
 public:
  static InternalUsePermit internal() { return InternalUsePermit(InternalUse::merge); }
  static UnmaskPermit permit(AccountId account, const Place& place, const Sha256Digest& hash) {
    UnmaskPermit permit;
    permit.account_ = account;
    permit.record_ = place.record;
    permit.version_ = place.version;
    permit.envelope_hash_ = hash;
    return permit;
  }
};

namespace {

static_assert(!std::is_default_constructible_v<UnmaskPermit>);
static_assert(!std::is_copy_constructible_v<UnmaskPermit>);
static_assert(!std::is_constructible_v<InternalUsePermit, InternalUse>);
static_assert(!std::is_copy_constructible_v<InternalUsePermit>);

constexpr std::string_view full_text = R"({"firstName":"Ana"})";
constexpr std::string_view masked_text = R"({"firstName":"A**"})";
constexpr AccountId here{7};

class VaultTest : public testing::Test {
 protected:
  VaultTest() {
    EXPECT_TRUE(create_key_file(files_, "./keys", random_));
    roots_.emplace(*load_key_file(files_, "./keys", KeyScope::everything));
    store_keys_ = *Vault::make_store_keys(*roots_, {here, "us"}, random_);
    vault_ = *Vault::open(*roots_, {here, "us"}, store_keys_, random_);
    place_.entity = EntityId::profile;
    place_.token = Token::random(random_);
    place_.record = RecordId(place_.token.uuid());
    place_.version = VersionId::random(random_);
    place_.schema_revision = 1;
    keys_ = *vault_->make_record_keys(place_);
    sealed_ = *vault_->seal(keys_, place_, full_text, masked_text);
  }

  SimFileSystem files_;
  SeededRandom random_{1};
  std::optional<RootKeys> roots_;
  WrappedStoreKeys store_keys_;
  std::unique_ptr<Vault> vault_;
  Place place_;
  WrappedRecordKeys keys_;
  SealedRenditions sealed_;
};

TEST_F(VaultTest, OpensWhatItSealed) {
  EXPECT_EQ(vault_->open_masked(keys_.masked_wrap(), place_, sealed_.masked)->text(), masked_text);
  const auto permit = AuditLog::permit(here, place_, sha256(sealed_.full));
  EXPECT_EQ(vault_->open_full(permit, keys_.full_wrap(), place_, sealed_.full)->text(), full_text);
  EXPECT_TRUE(vault_->open_internally(AuditLog::internal(), keys_.full_wrap(), place_, sealed_.full)
                  .has_value());
  // Region and account are the vault's, whatever the caller says.
  Place elsewhere = place_;
  elsewhere.region = "eu";
  elsewhere.account = AccountId{8};
  EXPECT_TRUE(vault_->open_masked(keys_.masked_wrap(), elsewhere, sealed_.masked));
}

TEST_F(VaultTest, AnOpenerOpensOneMaskedEnvelopeAndNoOther) {
  const auto opener = vault_->masked_opener(keys_.masked_wrap(), place_, sealed_.masked);
  ASSERT_TRUE(opener);
  for (int time = 0; time < 2; ++time) {
    EXPECT_EQ(vault_->open_masked(*opener, place_, sealed_.masked)->text(), masked_text);
  }
  Place moved = place_;
  moved.version = VersionId::random(random_);
  EXPECT_FALSE(vault_->open_masked(*opener, moved, sealed_.masked));
  Bytes changed = sealed_.masked;
  changed.back() ^= 1;
  EXPECT_FALSE(vault_->open_masked(*opener, place_, changed));
  const auto same_key = *vault_->seal(keys_, place_, full_text, masked_text);
  EXPECT_FALSE(vault_->open_masked(*opener, place_, same_key.masked));
  EXPECT_FALSE(vault_->open_masked(*opener, place_, sealed_.full));
  EXPECT_FALSE(vault_->masked_opener(keys_.full_wrap(), place_, sealed_.masked));
  EXPECT_FALSE(vault_->masked_opener(keys_.masked_wrap(), place_, sealed_.full));
}

TEST_F(VaultTest, EveryKeyAndEnvelopeIsNew) {
  const auto keys = *vault_->make_record_keys(place_);
  EXPECT_NE(keys.full, keys_.full);
  const auto sealed = *vault_->seal(keys_, place_, full_text, masked_text);
  EXPECT_NE(sealed.full, sealed_.full);
  EXPECT_NE(read_envelope_header(sealed_.full)->key_id,
            read_envelope_header(sealed_.masked)->key_id);
  EXPECT_EQ(read_envelope_header(keys_.full)->key_id, keys_.epoch);
  EXPECT_FALSE(vault_->open_masked(keys.masked_wrap(), place_, sealed_.masked));  // Another key's.
}

TEST_F(VaultTest, AWrapDiesWithItsEpoch) {
  RootKeys& roots = *roots_;
  EpochKeys next;
  next.full.emplace();
  random_.fill(next.full->mutable_bytes());
  random_.fill(next.masked.mutable_bytes());
  roots.epochs.emplace(2, std::move(next));
  roots.current_epoch = 2;
  const auto both = *Vault::open(roots, {here, "us"}, store_keys_, random_);
  EXPECT_EQ(both->make_record_keys(place_)->epoch, 2U);
  EXPECT_TRUE(both->open_masked(keys_.masked_wrap(), place_, sealed_.masked));
  roots.epochs.erase(1);
  const auto later = *Vault::open(roots, {here, "us"}, store_keys_, random_);
  EXPECT_EQ(later->open_masked(keys_.masked_wrap(), place_, sealed_.masked).error().code(),
            ErrorCode::not_found);
  // Saying that it is of a live epoch does not help.
  Bytes relabelled = keys_.masked;
  relabelled[10] = 2;
  EXPECT_EQ(later->open_masked({relabelled, keys_.made_as}, place_, sealed_.masked).error().code(),
            ErrorCode::corrupt);
}

TEST_F(VaultTest, APermitOpensTheEnvelopeItWasMadeForAndNoOther) {
  const Sha256Digest hash = sha256(sealed_.full);
  Place other = place_;
  other.version = VersionId::random(random_);
  Place stranger = place_;
  stranger.record = RecordId::random(random_);
  const UnmaskPermit wrong[] = {
      AuditLog::permit(AccountId{8}, place_, hash),
      AuditLog::permit(here, other, hash),
      AuditLog::permit(here, stranger, hash),
      AuditLog::permit(here, place_, sha256(sealed_.masked)),
  };
  for (const UnmaskPermit& permit : wrong) {
    const auto opened = vault_->open_full(permit, keys_.full_wrap(), place_, sealed_.full);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code(), ErrorCode::permission_denied);
  }
}

TEST_F(VaultTest, AnotherAccountRegionOrRecordOpensNothing) {
  for (const Vault::Account& account : {Vault::Account{AccountId{8}, "us"}, {here, "eu"}}) {
    EXPECT_FALSE(Vault::open(*roots_, account, store_keys_, random_));
    const auto own = *Vault::make_store_keys(*roots_, account, random_);
    const auto vault = *Vault::open(*roots_, account, own, random_);
    EXPECT_FALSE(vault->open_masked(keys_.masked_wrap(), place_, sealed_.masked));
  }
  Place other = place_;
  other.record = RecordId::random(random_);
  const auto other_keys = *vault_->make_record_keys(other);
  EXPECT_FALSE(vault_->open_masked(other_keys.masked_wrap(), other, sealed_.masked));
  EXPECT_FALSE(vault_->open_masked(keys_.masked_wrap(), other, sealed_.masked));
  // A wrap belongs to the entity that it was made for, and says so itself.
  EXPECT_FALSE(vault_->open_masked({keys_.masked, EntityId::address}, place_, sealed_.masked));
  // The two classes do not stand in for each other.
  EXPECT_FALSE(vault_->open_masked(keys_.masked_wrap(), place_, sealed_.full));
  EXPECT_FALSE(vault_->open_masked(keys_.full_wrap(), place_, sealed_.masked));
}

TEST_F(VaultTest, WithoutRootPOnlyMaskedReadsWork) {
  const auto roots = load_key_file(files_, "./keys", KeyScope::masked_only);
  ASSERT_TRUE(roots);
  EXPECT_FALSE(roots->full);
  const auto vault = *Vault::open(*roots, {here, "us"}, store_keys_, random_);
  EXPECT_FALSE(vault->can_unmask());
  EXPECT_EQ(vault->open_masked(keys_.masked_wrap(), place_, sealed_.masked)->text(), masked_text);
  EXPECT_EQ(vault->make_record_keys(place_).error().code(), ErrorCode::sealed);
  const auto permit = AuditLog::permit(here, place_, sha256(sealed_.full));
  EXPECT_EQ(vault->open_full(permit, keys_.full_wrap(), place_, sealed_.full).error().code(),
            ErrorCode::sealed);
  // Who signs users on could come in as one who may unmask.
  const ByteView message = as_bytes("a message");
  EXPECT_EQ(vault->sign_user_token(message).error().code(), ErrorCode::sealed);
  EXPECT_FALSE(vault->verify_user_token(message, *vault_->sign_user_token(message)));
  EXPECT_TRUE(vault_->verify_user_token(message, *vault_->sign_user_token(message)));
}

TEST_F(VaultTest, AMaskedRenditionIsBoundToTheSchemaWhoseMasksItHas) {
  Place now = place_;
  now.schema_revision = 2;
  const Bytes again = *vault_->seal_masked(keys_.masked_wrap(), now, "{}");
  EXPECT_EQ(vault_->open_masked(keys_.masked_wrap(), now, again)->text(), "{}");
  EXPECT_FALSE(vault_->open_masked(keys_.masked_wrap(), place_, again));
  EXPECT_FALSE(vault_->open_masked(keys_.masked_wrap(), now, sealed_.masked));
}

TEST_F(VaultTest, AReasonOpensWithItsOwnEntryOnly) {
  const Bytes reason = *vault_->seal_reason(keys_.masked_wrap(), place_, "a parcel came back");
  EXPECT_EQ(vault_->open_reason(keys_.masked_wrap(), place_, reason)->text(), "a parcel came back");
  Place other = place_;
  other.schema_revision = 2;  // By now.
  EXPECT_TRUE(vault_->open_reason(keys_.masked_wrap(), other, reason));
  other.version = VersionId::random(random_);
  EXPECT_FALSE(vault_->open_reason(keys_.masked_wrap(), other, reason));
}

TEST_F(VaultTest, AWebhooksSecretOpensForItAlone) {
  const WebhookId webhook = WebhookId::random(random_);
  const std::string_view secret = "thirty-two bytes, or any other";
  const Bytes sealed = vault_->seal_webhook(webhook, WebhookPart::secret, as_bytes(secret));
  EXPECT_EQ(as_text(sealed).find(secret), std::string_view::npos);
  const auto opened = vault_->open_webhook(webhook, WebhookPart::secret, sealed);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->text(), secret);
  EXPECT_FALSE(vault_->open_webhook(webhook, WebhookPart::url, sealed));
  EXPECT_FALSE(vault_->open_webhook(WebhookId::random(random_), WebhookPart::secret, sealed));
  const auto other = *Vault::make_store_keys(*roots_, {AccountId{8}, "us"}, random_);
  const auto vault = *Vault::open(*roots_, {AccountId{8}, "us"}, other, random_);
  EXPECT_FALSE(vault->open_webhook(webhook, WebhookPart::secret, sealed));
}

TEST_F(VaultTest, AGrantsPurposeOpensForItAlone) {
  const GrantId grant = GrantId::random(random_);
  const std::string_view purpose = "a parcel at a wrong door";
  const Bytes sealed = vault_->seal_purpose(grant, as_bytes(purpose));
  EXPECT_EQ(as_text(sealed).find(purpose), std::string_view::npos);
  const auto opened = vault_->open_purpose(grant, sealed);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->text(), purpose);
  EXPECT_FALSE(vault_->open_purpose(GrantId::random(random_), sealed));
  EXPECT_FALSE(vault_->open_webhook(WebhookId(grant.uuid()), WebhookPart::secret, sealed));
  const auto other = *Vault::make_store_keys(*roots_, {AccountId{8}, "us"}, random_);
  const auto vault = *Vault::open(*roots_, {AccountId{8}, "us"}, other, random_);
  EXPECT_FALSE(vault->open_purpose(grant, sealed));
}

TEST_F(VaultTest, ASavedQueryOpensUnderItsNameInItsAccountAndRegionAlone) {
  const std::string_view filter = R"({"filter":{"actor":["Ana"]}})";
  const Bytes sealed = vault_->seal_query("reveals", as_bytes(filter));
  EXPECT_EQ(as_text(sealed).find("Ana"), std::string_view::npos);
  EXPECT_NE(sealed, vault_->seal_query("reveals", as_bytes(filter)));
  const auto opened = vault_->open_query("reveals", sealed);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->text(), filter);
  for (const std::string_view name : {"reveal", "reveals2", "Reveals", ""}) {
    EXPECT_FALSE(vault_->open_query(name, sealed)) << name;
  }
  EXPECT_FALSE(vault_->open_purpose(GrantId(), sealed));
  EXPECT_FALSE(vault_->open_query("reveals", ByteView(sealed).first(sealed.size() - 1)));
  // Without what the account's own keys keep apart.
  const auto masked_alone = load_key_file(files_, "./keys", KeyScope::masked_only);
  const auto without_p = *Vault::open(*masked_alone, {here, "us"}, store_keys_, random_);
  EXPECT_TRUE(without_p->open_query("reveals", sealed));
  for (const Vault::Account& account : {Vault::Account{AccountId{8}, "us"}, {here, "eu"}}) {
    const auto own = *Vault::make_store_keys(*roots_, account, random_);
    const auto vault = *Vault::open(*roots_, account, own, random_);
    EXPECT_FALSE(vault->open_query("reveals", sealed));
  }
}

TEST_F(VaultTest, ADigestDependsOnEveryPartOfItsTerm) {
  const auto digest = [this](std::string_view label, std::uint16_t version,
                             std::string_view value) {
    return vault_->lookup_digest({label, version, value});
  };
  const Sha256Digest one = digest("profile.email", 1, "ana@example.com");
  EXPECT_EQ(one, digest("profile.email", 1, "ana@example.com"));
  EXPECT_NE(one, digest("profile.email", 2, "ana@example.com"));
  EXPECT_NE(one, digest("profile.emai", 1, "lana@example.com"));
  EXPECT_NE(one, digest("profile.document", 1, "ana@example.com"));
  const auto own = *Vault::make_store_keys(*roots_, {AccountId{8}, "us"}, random_);
  const auto other = *Vault::open(*roots_, {AccountId{8}, "us"}, own, random_);
  EXPECT_NE(one, other->lookup_digest({"profile.email", 1, "ana@example.com"}));
}

}  // namespace
}  // namespace velum
