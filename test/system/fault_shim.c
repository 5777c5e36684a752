/* Makes the file calls below one directory fail, for tests that preload it into a server.
 *
 * VELUM_FAULT_UNDER    the directory, as an absolute path
 * VELUM_FAULT_SWITCH   a file. While it exists, opening, writing, allocating and syncing below the
 *                      directory does what its content says: EIO (fail), ENOSPC (fail, but for
 *                      opening: a full disk still makes empty files), or HANG (wait until the
 *                      file is gone)
 *
 * Reading works on: a full or a dying disk still answers reads from its cache. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum Fault { NONE, NO_SPACE, BROKEN, HANGING };

static enum Fault fault_now(void) {
  const char* path = getenv("VELUM_FAULT_SWITCH");
  if (path == NULL) return NONE;
  /* Not open(): that is ours. */
  const int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return NONE;
  char content[8] = "";
  const ssize_t size = read(fd, content, sizeof content - 1);
  close(fd);
  if (size <= 0) return NONE;
  if (strcmp(content, "HANG") == 0) return HANGING;
  return strcmp(content, "ENOSPC") == 0 ? NO_SPACE : BROKEN;
}

/* 0 if the call may be made, else -1 with errno set. */
static int refuse_path(const char* path) {
  const struct timespec pause = {0, 5 * 1000 * 1000};
  const char* under = getenv("VELUM_FAULT_UNDER");
  if (under == NULL || strncmp(path, under, strlen(under)) != 0) return 0;
  const int before = errno;
  enum Fault fault = fault_now();
  while (fault == HANGING) {
    nanosleep(&pause, NULL);
    fault = fault_now();
  }
  errno = fault == NONE ? before : fault == NO_SPACE ? ENOSPC : EIO;
  return fault == NONE ? 0 : -1;
}

static int refuse_fd(int fd) {
  char link[64];
  char path[4096];
  const int before = errno;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t size = readlink(link, path, sizeof path - 1);
  errno = before;
  if (size <= 0) return 0;
  path[size] = 0;
  return refuse_path(path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (refuse_path(path) < 0 && errno != ENOSPC) return -1;
  return REAL(open)(path, flags, mode);
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
  return refuse_fd(fd) < 0 ? -1 : REAL(pwrite)(fd, bytes, size, at);
}

ssize_t write(int fd, const void* bytes, size_t size) {
  return refuse_fd(fd) < 0 ? -1 : REAL(write)(fd, bytes, size);
}

int fdatasync(int fd) { return refuse_fd(fd) < 0 ? -1 : REAL(fdatasync)(fd); }

int fsync(int fd) { return refuse_fd(fd) < 0 ? -1 : REAL(fsync)(fd); }

int fallocate(int fd, int mode, off_t at, off_t size) {
  return refuse_fd(fd) < 0 ? -1 : REAL(fallocate)(fd, mode, at, size);
}

int ftruncate(int fd, off_t size) { return refuse_fd(fd) < 0 ? -1 : REAL(ftruncate)(fd, size); }

int rename(const char* from, const char* to) {
  return refuse_path(to) < 0 ? -1 : REAL(rename)(from, to);
}
