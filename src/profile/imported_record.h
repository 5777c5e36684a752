#pragma once
// The record id of what hangs on a profile and came from a file: the same of the same, so that a
// file imported twice, or a row that is there twice, makes one record.

#include "profile/document_engine.h"

namespace velum {

// `source_key` tells it from others of its kind of the same profile. It may be personal: the id is
// a digest under the account's index key, from which nobody finds out what it was of.
RecordId imported_record(const Caller& caller, Token owner, std::string_view source_key);

}  // namespace velum
