#pragma once
// ProfileBridge: the ProfileSystem of modules that run in the same process as the engine.

#include "client/profile_system.h"
#include "profile/document_engine.h"
#include "server/call.h"

namespace velum {

class ProfileBridge final : public ProfileSystem {
 public:
  // `engine` and the caller's account outlive it. What the caller's decision is about is put in
  // with each call: that it may be, has been decided.
  ProfileBridge(DocumentEngine& engine, Caller caller)
      : engine_(engine), caller_(std::move(caller)) {}
  // With one that can unmask, as `call` lets it. Both outlive it.
  ProfileBridge(DocumentEngine& engine, const ApiCall& call, RevealDesk& desk)
      : engine_(engine), caller_(call.caller), call_(&call), desk_(&desk) {}

  Task<Result<ShownDocument>> create(EntityId entity, std::string_view document,
                                     std::optional<std::uint32_t> ttl_days) override;
  Task<Result<ShownDocument>> change(DocumentPlace place, std::string_view patch,
                                     std::optional<std::uint32_t> ttl_days) override;
  Task<Result<ShownDocument>> convert(Token prospect, std::string_view consent) override;
  Task<Result<void>> remove(DocumentPlace place) override;
  Task<Result<std::vector<std::optional<ShownDocument>>>> masked(
      std::vector<DocumentPlace> places) override;
  Task<Result<std::vector<ShownDocument>>> masked_parts(Token owner, EntityId entity) override;
  Task<Result<std::vector<std::optional<ShownDocument>>>> unmask(std::vector<DocumentPlace> places,
                                                                 RevealPurpose purpose) override;
  std::vector<Bytes> pseudonyms(std::string_view recipient,
                                std::span<const PseudonymTerm> terms) const override;

 private:
  Caller caller_of(EntityId entity, Resource resource) const;
  RecordKey key_of(const DocumentPlace& place) const;
  Task<Result<DocumentView>> read(DocumentPlace place);
  Task<EntityId> entity_now(const DocumentPlace& place);

  DocumentEngine& engine_;
  const Caller caller_;
  const ApiCall* call_ = nullptr;
  RevealDesk* desk_ = nullptr;
};

}  // namespace velum
