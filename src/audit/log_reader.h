#pragma once
// The entries of an audit directory, read from its files alone: no server, no key. A server may be
// writing meanwhile; then what it had made durable when the call began is there, and maybe more.
// What was pruned is not there. Checks nothing: verify.h does that.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/journal.h"
#include "base/result.h"
#include "io/file.h"

namespace velum {

// Calls each(entry) with every entry's canonical JSON: account by account, oldest first. With an
// account's name, others' trees are not read; their entries may come all the same.
Result<void> read_audit(FileSystem& files, const std::string& directory,
                        const std::function<Result<void>(std::string_view)>& each,
                        std::string_view only_account = {});

// The entries [from, to) of one tree, whose `directory` has been committed up to `to`. The bundle
// that is not full yet is replaced as the tree grows: not_found says that it has just been.
Result<std::vector<std::string>> read_bundles(FileSystem& files, const std::string& directory,
                                              std::uint64_t from, std::uint64_t to);
// Fails with corrupt unless the tree's hash tile has the entries of that bundle.
Result<void> check_bundle(FileSystem& files, const std::string& directory, std::uint64_t index,
                          const std::vector<std::string>& entries);

}  // namespace velum
