#pragma once
// AuditQueries: the searches of its audit log that an account has saved. They are kept sealed,
// since a filter may say whom somebody looks for; each change is committed with its audit entry,
// whose target is the query's name.

#include <cstdint>
#include <string>
#include <vector>

#include "audit/audit_log.h"
#include "base/random.h"
#include "io/task.h"
#include "profile/document_engine.h"
#include "server/saved_query.h"
#include "storage/store.h"

namespace velum {

struct AuditQueriesParts {
  Store& store;
  AuditLog& audit;
  const Clock& clock;
  Random& random;
};

struct NamedQuery {
  AuditQueryRow row;
  SavedQuery query;
};

enum class QueryPut : std::uint8_t { made, replaced };
struct PutQuery {
  NamedQuery named;
  QueryPut how{};
};

class AuditQueries {
 public:
  static constexpr std::uint32_t count_max = 100;

  // What the parts refer to outlives it.
  explicit AuditQueries(const AuditQueriesParts& parts) : parts_(parts) {}

  // These fail with not_found for a name that the account has given to none, or that is none.
  Task<Result<std::vector<NamedQuery>>> list(const Account& account);
  Task<Result<NamedQuery>> find(const Account& account, std::string name);
  // Of two at once the later one stays. Fails with conflict where there are too many.
  Task<Result<PutQuery>> put(Caller caller, std::string name, SavedQuery query);
  Task<Result<void>> remove(Caller caller, std::string name);

 private:
  Task<Result<void>> commit(Caller caller, std::string_view action, std::string name,
                            WriteOperation change);

  AuditQueriesParts parts_;
};

// {"name", "filter", "lastHours", "author", "changedAt"}
std::string named_query_json(const NamedQuery& named);

}  // namespace velum
