/* Makes the file calls below one directory fail, for tests that preload it into a server.
 *
 * VELUM_FAULT_UNDER    the directory, as an absolute path
 * VELUM_FAULT_SWITCH   a file. While it exists, opening, writing, allocating, syncing and renaming
 *                      below the directory does what its content says:
 *
 *   EIO      all of them fail
 *   EROFS    all of them fail, as on a file system that is read-only
 *   ENOSPC   all fail but opening: a full disk still makes empty files
 *   FSYNC    syncing fails
 *   EMFILE   opening fails, as with too many open files, and syncing, so that something is opened
 *   RENAME   renaming fails
 *   DIE      the thread that syncs a file of the journal ends, and the process goes on
 *   HANG     all of them wait until the switch is gone
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

enum Call { OPENING = 1, WRITING = 2, SYNCING = 4, RENAMING = 8, ANY = 15 };

struct Fault {
  const char* name;
  int calls; /* What fails. */
  int error;
};
static const struct Fault faults[] = {
    {"EIO", ANY, EIO},       {"EROFS", ANY, EROFS},
    {"FSYNC", SYNCING, EIO}, {"ENOSPC", WRITING | SYNCING | RENAMING, ENOSPC},
    {"RENAME", RENAMING, EIO}, {"EMFILE", OPENING | SYNCING, EMFILE},
};

/* "" if the switch is not there. */
static void read_switch(char* content, size_t size_max) {
  const char* path = getenv("VELUM_FAULT_SWITCH");
  memset(content, 0, size_max);
  if (path == NULL) return;
  /* Not open(): that is ours. */
  const int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  if (read(fd, content, size_max - 1) < 0) content[0] = 0;
  close(fd);
}

/* 0 if the call may be made, else -1 with errno set. */
static int refuse_path(const char* path, enum Call call) {
  const struct timespec pause = {0, 5 * 1000 * 1000};
  const char* under = getenv("VELUM_FAULT_UNDER");
  if (under == NULL || strncmp(path, under, strlen(under)) != 0) return 0;
  const int before = errno;
  char now[8];
  for (read_switch(now, sizeof now); strcmp(now, "HANG") == 0; read_switch(now, sizeof now)) {
    nanosleep(&pause, NULL);
  }
  /* No destructor, no unwinding: it is just gone, as if it had never been scheduled again. */
  if (strcmp(now, "DIE") == 0 && call == SYNCING && strstr(path, "/journal/") != NULL) {
    syscall(SYS_exit, 0);
  }
  errno = before;
  for (size_t index = 0; index < sizeof faults / sizeof *faults; ++index) {
    if (strcmp(now, faults[index].name) != 0 || (faults[index].calls & call) == 0) continue;
    errno = faults[index].error;
    return -1;
  }
  return 0;
}

static int refuse_fd(int fd, enum Call call) {
  char link[64];
  char path[4096];
  const int before = errno;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t size = readlink(link, path, sizeof path - 1);
  errno = before;
  if (size <= 0) return 0;
  path[size] = 0;
  return refuse_path(path, call);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return refuse_path(path, OPENING) < 0 ? -1 : REAL(open)(path, flags, mode);
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
  return refuse_fd(fd, WRITING) < 0 ? -1 : REAL(pwrite)(fd, bytes, size, at);
}

ssize_t write(int fd, const void* bytes, size_t size) {
  return refuse_fd(fd, WRITING) < 0 ? -1 : REAL(write)(fd, bytes, size);
}

int fdatasync(int fd) { return refuse_fd(fd, SYNCING) < 0 ? -1 : REAL(fdatasync)(fd); }

int fsync(int fd) { return refuse_fd(fd, SYNCING) < 0 ? -1 : REAL(fsync)(fd); }

int fallocate(int fd, int mode, off_t at, off_t size) {
  return refuse_fd(fd, WRITING) < 0 ? -1 : REAL(fallocate)(fd, mode, at, size);
}

int ftruncate(int fd, off_t size) {
  return refuse_fd(fd, WRITING) < 0 ? -1 : REAL(ftruncate)(fd, size);
}

int rename(const char* from, const char* to) {
  return refuse_path(to, RENAMING) < 0 ? -1 : REAL(rename)(from, to);
}
