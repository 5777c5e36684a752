#include "test/fault/rita.h"

#include <set>

namespace velum {
namespace {

using Texts = std::multiset<std::string>;

constexpr const char* addresses = R"("availableAddresses":[{"city":"Olinda"},{"city":"Natal"}],)";
constexpr const char* the_rest =
    R"("contacts":[{"firstName":"Otto"}],"invoiceSubject":{"corporateName":"Prado Ltda"},)"
    R"("paymentData":{"numberOfPaymentErrors":2})";

std::string name_member(const std::string& last_name) {
  return last_name.empty() ? "" : R"(,"lastName":")" + last_name + "\"";
}

std::string as_prospect(const std::string& last_name) {
  return R"({"email":")" + std::string(Rita::email) + R"(","phone":"+55 11 91234-5678",)" +
         addresses + the_rest + name_member(last_name) + "}";
}

std::string as_profile(const std::string& last_name) {
  return R"({"email":")" + std::string(Rita::email) + R"(","homePhone":"+55 11 91234-5678")" +
         name_member(last_name) + "}";
}

Result<std::string> reveal(SimNode& node, EntityId entity, const RecordKey& key,
                           std::optional<VersionId> version = std::nullopt) {
  const auto shown = node.run(
      node.engine().unmask(node.caller(entity), key, version, {"given", Sensitive("a test")}));
  if (!shown) return shown.error();
  return std::string(view(shown->document));
}

std::size_t prospects(SimNode& node) {
  const auto page = node.run(
      node.engine().list_prospects(node.caller(EntityId::prospect), {SimDisk::account, {}, 20}));
  EXPECT_TRUE(page);
  return page ? page->views.size() : 0;
}

void expect_parts(SimNode& node, const RecordKey& owner, EntityId entity, const Texts& wanted) {
  const auto shown = node.run(
      node.engine().unmask_all(node.caller(entity), owner, {"given", Sensitive("a test")}));
  ASSERT_TRUE(shown) << entity_name(entity);
  Texts found;
  for (const DocumentView& one : *shown) found.emplace(view(one.document));
  EXPECT_EQ(found, wanted) << entity_name(entity);
}

}  // namespace

Rita::Rita(SimNode& node) {
  const std::string body = as_prospect("");
  const auto made = node.run(
      node.engine().create(node.caller(EntityId::prospect), std::nullopt, body, WriteOptions()));
  EXPECT_TRUE(made);
  key_ = SimNode::key_of(made->meta);
  first_ = made->meta.version;
}

Being Rita::judge(SimNode& node) const {
  return judge(node, "");
}

Being Rita::judge(SimNode& node, const std::string& last_name) const {
  const auto prospect = reveal(node, EntityId::prospect, key_);
  const auto profile = reveal(node, EntityId::profile, key_);
  EXPECT_FALSE(prospect && profile);
  if (prospect) {
    EXPECT_EQ(*prospect, as_prospect(last_name));
    judge_prospect(node);
    return Being::prospect;
  }
  EXPECT_EQ(prospect.error().code(), ErrorCode::not_found);
  if (profile) {
    EXPECT_EQ(*profile, as_profile(last_name));
    judge_profile(node);
    return Being::profile;
  }
  EXPECT_EQ(profile.error().code(), ErrorCode::not_found);
  judge_gone(node);
  return Being::gone;
}

void Rita::judge_prospect(SimNode& node) const {
  EXPECT_FALSE(node.find(email));
  EXPECT_EQ(prospects(node), 1U);
  for (const EntityId entity : {EntityId::address, EntityId::contact, EntityId::invoice_subject}) {
    EXPECT_FALSE(node.run(node.engine().list_masked(node.caller(entity), key_)));
  }
  EXPECT_FALSE(node.read_only_part(EntityId::purchase_info, key_));
}

void Rita::judge_profile(SimNode& node) const {
  const auto found = node.find(email);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->subject, key_.subject);
  EXPECT_EQ(prospects(node), 0U);
  const std::string owner = R"(,"profileId":")" + key_.record.text() + "\"}";
  expect_parts(node, key_, EntityId::address,
               {R"({"locality":"Olinda")" + owner, R"({"locality":"Natal")" + owner});
  expect_parts(node, key_, EntityId::contact, {R"({"firstName":"Otto")" + owner});
  expect_parts(node, key_, EntityId::invoice_subject, {R"({"corporateName":"Prado Ltda")" + owner});
  EXPECT_EQ(*node.read_only_part(EntityId::purchase_info, key_),
            R"({"paymentData":{"numberOfPaymentErrors":2}})");
  EXPECT_EQ(*reveal(node, EntityId::profile, key_, first_), as_prospect(""));
}

// Also of what no call shows, since what it hung on is not there: where it was once there are no
// bytes of the token.
void Rita::judge_gone(SimNode& node) const {
  EXPECT_FALSE(node.find(email));
  EXPECT_EQ(prospects(node), 0U);
  EXPECT_TRUE(node.drain());
  EXPECT_TRUE(node.loop().run_to_end(node.store().scrub()));
  const ByteView token = key_.subject.bytes();
  for (const char* path : {"./data.db", "./data.db-wal"}) {
    const Bytes content = node.disk().files.content(path);
    EXPECT_TRUE(std::search(content.begin(), content.end(), token.begin(), token.end()) ==
                content.end())
        << path;
  }
}

}  // namespace velum
