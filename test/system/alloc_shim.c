/* Makes one allocation fail, or every one from then on, for tests that preload it into a server.
 *
 * VELUM_ALLOC_SWITCH   a file of at least 32 bytes, shared with the test: four numbers of 64 bits
 *                      mode     0 nothing fails, 1 the one allocation `which`, 2 it and all after it
 *                      which    counted from 1
 *                      count    of allocations since the test last made it 0
 *                      failed   how many have failed
 *
 * The C library's own names for its allocator are called, since dlsym itself allocates. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t alignment, size_t size);

struct Switch {
  _Atomic uint64_t mode, which, count, failed;
};

static struct Switch* the_switch;

__attribute__((constructor)) static void find_switch(void) {
  const char* path = getenv("VELUM_ALLOC_SWITCH");
  if (path == NULL) return;
  const int fd = open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) abort();
  void* memory = mmap(NULL, sizeof(struct Switch), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) abort();
  close(fd);
  the_switch = memory;
}

static int refuse(void) {
  if (the_switch == NULL) return 0;
  const uint64_t number = atomic_fetch_add(&the_switch->count, 1) + 1;
  const uint64_t mode = atomic_load(&the_switch->mode);
  const uint64_t which = atomic_load(&the_switch->which);
  if (mode == 0 || number < which || (mode == 1 && number > which)) return 0;
  atomic_fetch_add(&the_switch->failed, 1);
  errno = ENOMEM;
  return 1;
}

void* malloc(size_t size) { return refuse() ? NULL : __libc_malloc(size); }

void* calloc(size_t count, size_t size) { return refuse() ? NULL : __libc_calloc(count, size); }

void* realloc(void* old, size_t size) {
  return size > 0 && refuse() ? NULL : __libc_realloc(old, size);
}

void* memalign(size_t alignment, size_t size) {
  return refuse() ? NULL : __libc_memalign(alignment, size);
}

void* aligned_alloc(size_t alignment, size_t size) {
  return refuse() ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void** out, size_t alignment, size_t size) {
  void* const memory = refuse() ? NULL : __libc_memalign(alignment, size);
  if (memory == NULL) return ENOMEM;
  *out = memory;
  return 0;
}
