#include "crypto/openssl_memory.h"

#include <openssl/crypto.h>

#include <cstdlib>

#include "base/result.h"
#include "io/process.h"

namespace velum {
namespace {

void* allocate(std::size_t size_bytes, const char*, int) {
  void* const memory = std::malloc(size_bytes);
  if (memory == nullptr && size_bytes > 0) end_out_of_memory();
  return memory;
}

void* reallocate(void* old, std::size_t size_bytes, const char*, int) {
  void* const memory = std::realloc(old, size_bytes);
  if (memory == nullptr && size_bytes > 0) end_out_of_memory();
  return memory;
}

void release(void* memory, const char*, int) {
  std::free(memory);
}

}  // namespace

void end_where_openssl_has_no_memory() {
  VELUM_CHECK(CRYPTO_set_mem_functions(allocate, reallocate, release) == 1);
}

}  // namespace velum
