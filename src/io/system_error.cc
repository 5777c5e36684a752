#include "io/system_error.h"

#include <cerrno>
#include <utility>

namespace velum {

Error system_error(int number, Literal operation, std::string subject) {
  switch (number) {
    case ENOSPC:
    case EDQUOT: return {ErrorCode::no_space, "the disk is full", std::move(subject)};
    case ENOENT: return {ErrorCode::not_found, "no such file or directory", std::move(subject)};
    case EEXIST: return {ErrorCode::already_exists, "it exists already", std::move(subject)};
    case EACCES:
    case EPERM: return {ErrorCode::io, "the system does not permit it", std::move(subject)};
    case EROFS: return {ErrorCode::io, "the file system is read-only", std::move(subject)};
    case EIO: return {ErrorCode::io, "the disk reported an error", std::move(subject)};
    case EFBIG: return {ErrorCode::io, "the file has reached its size limit", std::move(subject)};
    case EMFILE:
    case ENFILE: return {ErrorCode::io, "too many open files", std::move(subject)};
    case EADDRINUSE: return {ErrorCode::io, "the address is in use", std::move(subject)};
    case EADDRNOTAVAIL: return {ErrorCode::io, "not an address of this host", std::move(subject)};
    default: return {ErrorCode::io, operation, std::move(subject)};
  }
}

}  // namespace velum
