#include "client/profile_system.h"

namespace velum {

DocumentPlace own_document(EntityId entity, Token subject, std::optional<VersionId> version) {
  return {entity, subject, RecordId(subject.uuid()), version};
}

std::string_view pseudonym_name(PseudonymOf of) {
  switch (of) {
    case PseudonymOf::email: return "email";
    case PseudonymOf::document: return "document";
    case PseudonymOf::full_name: return "fullName";
  }
  VELUM_CHECK(false);
}

}  // namespace velum
