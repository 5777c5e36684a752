#pragma once
// ProspectConversion: what becomes of a prospect's document. Reads an InternalDocument; what it
// gives is sealed again, and shown to nobody.
//
// The profile has the prospect's own members. Each of `availableAddresses` becomes an address, in
// the names that addresses have (city: locality), each of `contacts` a contact, `invoiceSubject` an
// invoice subject, and `paymentData` is that of a purchase info. A `phone` becomes the first of
// homePhone and cellPhone that is free. No member is lost: what has no other name keeps its own.

#include <vector>

#include "base/result.h"
#include "base/sensitive.h"
#include "keys/vault.h"
#include "schema/schema.h"

namespace velum {

struct ConvertedPart {
  EntityId entity{};
  WipedText document;
};

struct ConvertedProspect {
  WipedText full;
  WipedText masked;
  std::vector<LookupValue> lookups_before;
  std::vector<LookupValue> lookups_after;
  std::vector<ConvertedPart> parts;
};

class ProspectConversion {
 public:
  struct Rules {
    const Schema& prospect;
    const Schema& profile;
    MaskStyle mask_style{};
    std::size_t parts_max = 0;  // Of one entity.
    Ticks age{};  // Of the prospect's version: what is not kept any more stays behind.
  };
  // Fails with invalid_field if the document makes no profile (it has no e-mail), or has too many
  // of something. corrupt says that it is not JSON.
  static Result<ConvertedProspect> apply(const Rules& rules, const InternalDocument& prospect);
};

}  // namespace velum
