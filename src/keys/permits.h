#pragma once
// The two permits: the only ways to open class P, the renditions that hold PII.
//
// Both have private constructors, and only audit/ is a friend, so "read the data, then fail to
// record it" does not compile.

#include <string>
#include <vector>

#include "base/ids.h"
#include "crypto/crypto.h"

namespace velum {

// Proof that one disclosure was asked for with a reason, was allowed, and is already in the audit
// log on disk. Good for exactly one envelope of one version.
class UnmaskPermit {
 public:
  UnmaskPermit(UnmaskPermit&&) = default;
  UnmaskPermit& operator=(UnmaskPermit&&) = default;
  UnmaskPermit(const UnmaskPermit&) = delete;
  UnmaskPermit& operator=(const UnmaskPermit&) = delete;
  ~UnmaskPermit() = default;

  AccountId account() const { return account_; }
  RecordId record() const { return record_; }
  VersionId version() const { return version_; }
  const Sha256Digest& envelope_hash() const { return envelope_hash_; }
  // What of the document may be shown unmasked, as the entry says: these fields, or "*" for all.
  const std::vector<std::string>& fields() const { return fields_; }

 private:
  friend class AuditLog;
  UnmaskPermit() = default;

  AccountId account_{};
  RecordId record_;
  VersionId version_;
  Sha256Digest envelope_hash_{};
  std::vector<std::string> fields_;
};

enum class InternalUse : std::uint8_t { merge, remask, reindex, conditions, retention };

// Leave to open class P inside the vault, for a purpose that an audit entry names: the write's own,
// or, of conditions, one that is on disk before.
// What it opens is an InternalDocument (vault.h), which no response can be made of.
class InternalUsePermit {
 public:
  InternalUsePermit(InternalUsePermit&&) = default;
  InternalUsePermit& operator=(InternalUsePermit&&) = default;
  InternalUsePermit(const InternalUsePermit&) = delete;
  InternalUsePermit& operator=(const InternalUsePermit&) = delete;
  ~InternalUsePermit() = default;

  InternalUse use() const { return use_; }

 private:
  friend class AuditLog;
  explicit InternalUsePermit(InternalUse use) : use_(use) {}

  InternalUse use_;
};

}  // namespace velum
