// SPDX-License-Identifier: BSD-3-Clause
// Behind libsidestep.so in LD_PRELOAD: one call of libc that the library itself makes fails. What
// the program and other libraries call passes, and so does what the library's hooks pass on for
// them, which is the program's own.
//
// FAULT_LIST=FILE: each call's name is appended, a line each, in their order; with " fails" where
// it was made to. FAULT_CALL=N: the N-th call fails, from 0 on, with FAULT_ERRNO=E; E = 0: it does
// a part of what it should (read and write), or nothing at all.
//
// Of the first process alone: a forked child counts no more, and what is executed does not inherit.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

extern char** environ;

#if defined(__x86_64__)
#define OLDEST "GLIBC_2.2.5"
#elif defined(__aarch64__)
#define OLDEST "GLIBC_2.17"
#endif

/// libc's own. Not by dlsym, which is libsidestep's hook.
#define GENUINE(name)                      \
  static __typeof__(&name) genuine = NULL; \
  if (!genuine) *(void**)&genuine = find(#name)

static void* find(const char* name) {
  void* found = dlvsym(RTLD_NEXT, name, OLDEST);
  return found ? found : dlvsym(RTLD_NEXT, name, "GLIBC_2.34");  // where the oldest is libdl's
}

static long call_kernel(long number, long a, long b, long c, long d, long e, long f) {
  static long (*genuine)(long, ...) = NULL;
  if (!genuine) *(void**)&genuine = find("syscall");
  return genuine(number, a, b, c, d, e, f);
}

// Read when the first call is made, which may be before any constructor.
static int pid, list = -1, wanted = -1, error;
static int calls;

static const char* take(const char* name) {
  const size_t length = strlen(name);
  for (char** entry = environ; *entry; ++entry)
    if (!strncmp(*entry, name, length) && (*entry)[length] == '=') {
      const char* value = *entry + length + 1;
      for (; (*entry = entry[1]); ++entry) continue;
      return value;
    }
  return NULL;
}

static void begin(void) {
  pid = (int)call_kernel(SYS_getpid, 0, 0, 0, 0, 0, 0);
  const char* file = take("FAULT_LIST");
  const char* number = take("FAULT_CALL");
  const char* value = take("FAULT_ERRNO");
  const int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC;
  if (file) list = (int)call_kernel(SYS_openat, AT_FDCWD, (long)file, flags, 0600, 0, 0);
  // Out of the way: which descriptors the program gets is a part of what it does.
  if (list >= 0) {
    const int high = (int)call_kernel(SYS_fcntl, list, F_DUPFD_CLOEXEC, 900, 0, 0, 0);
    call_kernel(SYS_close, list, 0, 0, 0, 0, 0);
    list = high;
  }
  if (number) wanted = atoi(number);
  if (value) error = atoi(value);
}

struct range {
  uintptr_t address;
  int ours;
};

static int look(struct dl_phdr_info* object, size_t size, void* with) {
  struct range* range = with;
  (void)size;
  const char* slash = strrchr(object->dlpi_name, '/');
  if (!slash || strncmp(slash, "/libsidestep", 12)) return 0;
  for (int i = 0; i < object->dlpi_phnum; ++i)
    if (object->dlpi_phdr[i].p_type == PT_LOAD &&
        range->address - object->dlpi_addr - object->dlpi_phdr[i].p_vaddr <
            object->dlpi_phdr[i].p_memsz)
      range->ours = 1;
  return range->ours;
}

/// Whether this call is the one that fails. Of glibc's loader the lock is not taken in a handler of
/// a crash: there everything is known by then.
static int fails(const char* name, const void* caller) {
  static uintptr_t known[64];
  static int count;
  const uintptr_t page = (uintptr_t)caller >> 12;
  struct range range = {(uintptr_t)caller, 0};
  int i = 0;
  while (i < count && known[i] >> 1 != page) ++i;
  if (i == count) {
    dl_iterate_phdr(look, &range);
    if (count < 64) known[count++] = page << 1 | (uintptr_t)range.ours;
  } else {
    range.ours = known[i] & 1;
  }
  if (!range.ours) return 0;
  if (!pid) begin();
  if (call_kernel(SYS_getpid, 0, 0, 0, 0, 0, 0) != pid) return 0;
  const int kept = errno;
  const int this_one = __atomic_fetch_add(&calls, 1, __ATOMIC_SEQ_CST) == wanted;
  char line[64];
  strcpy(line, name), strcat(line, this_one ? " fails\n" : "\n");
  if (list >= 0) call_kernel(SYS_write, list, (long)line, (long)strlen(line), 0, 0, 0);
  errno = this_one ? error : kept;
  return this_one;
}

#define FAILS(name) fails(#name, __builtin_return_address(0))

int access(const char* path, int mode) {
  GENUINE(access);
  return FAILS(access) ? -1 : genuine(path, mode);
}

int clone(int (*run)(void*), void* stack, int flags, void* with, ...) {
  va_list more;
  va_start(more, with);
  void* parent = va_arg(more, void*);
  void* storage = va_arg(more, void*);
  void* child = va_arg(more, void*);
  va_end(more);
  GENUINE(clone);
  return FAILS(clone) ? -1 : genuine(run, stack, flags, with, parent, storage, child);
}

int close(int fd) {
  GENUINE(close);
  const int failed = FAILS(close);
  const int kept = errno;
  const int code = genuine(fd);  // Linux closes it, whatever it says
  if (failed) errno = kept;
  return failed ? -1 : code;
}

// Tail calls: the loader looks at whom it returns to.
void* dlopen(const char* file, int flags) {
  GENUINE(dlopen);
  return FAILS(dlopen) ? NULL : genuine(file, flags);
}

void* dlsym(void* handle, const char* name) {
  GENUINE(dlsym);
  return FAILS(dlsym) ? NULL : genuine(handle, name);
}

int gethostname(char* name, size_t size) {
  GENUINE(gethostname);
  return FAILS(gethostname) ? -1 : genuine(name, size);
}

int getpeername(int fd, struct sockaddr* address, socklen_t* size) {
  GENUINE(getpeername);
  return FAILS(getpeername) ? -1 : genuine(fd, address, size);
}

int getsockname(int fd, struct sockaddr* address, socklen_t* size) {
  GENUINE(getsockname);
  return FAILS(getsockname) ? -1 : genuine(fd, address, size);
}

void* __libc_malloc(size_t size);  // dlsym may ask for malloc itself

void* malloc(size_t size) { return FAILS(malloc) ? NULL : __libc_malloc(size); }

int mprotect(void* at, size_t size, int protection) {
  GENUINE(mprotect);
  return FAILS(mprotect) ? -1 : genuine(at, size, protection);
}

int open64(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const int mode = va_arg(more, int);
  va_end(more);
  GENUINE(open64);
  return FAILS(open) ? -1 : genuine(path, flags, mode);
}

ssize_t read(int fd, void* into, size_t size) {
  GENUINE(read);
  return FAILS(read) ? (error ? -1 : 0) : genuine(fd, into, size);
}

char* realpath(const char* path, char* into) {
  GENUINE(realpath);
  return FAILS(realpath) ? NULL : genuine(path, into);
}

int sigaction(int number, const struct sigaction* wants, struct sigaction* before) {
  GENUINE(sigaction);
  // libsidestep.so passes on the program's; its own are system calls.
  Dl_info caller;
  const int passed = dladdr(__builtin_return_address(0), &caller) &&
                     strstr(caller.dli_fname, "/libsidestep.so") != NULL;
  return !passed && FAILS(sigaction) ? -1 : genuine(number, wants, before);
}

int sigaltstack(const stack_t* wants, stack_t* before) {
  GENUINE(sigaltstack);
  return FAILS(sigaltstack) ? -1 : genuine(wants, before);
}

int socket(int domain, int type, int protocol) {
  GENUINE(socket);
  return FAILS(socket) ? -1 : genuine(domain, type, protocol);
}

ssize_t write(int fd, const void* from, size_t size) {
  GENUINE(write);
  if (!FAILS(write)) return genuine(fd, from, size);
  return error ? -1 : genuine(fd, from, size / 2);
}

long syscall(long number, ...) {
  static const struct {
    long number;
    const char* name;
  } can_fail[] = {{SYS_fcntl, "fcntl"},
                  {SYS_fstat, "fstat"},
                  {SYS_lseek, "lseek"},
                  {SYS_mmap, "mmap"},
                  {SYS_newfstatat, "stat"},
                  {SYS_openat, "open"},
                  {SYS_ppoll, "poll"},
                  {SYS_read, "read"},
                  {SYS_rt_sigaction, "sigaction"},
                  {SYS_sigaltstack, "sigaltstack"},
                  {SYS_waitid, "waitid"},
                  {SYS_write, "write"}};
  va_list more;
  va_start(more, number);
  long a[6];
  for (int i = 0; i < 6; ++i) a[i] = va_arg(more, long);
  va_end(more);
  // Who was told what a signal does may set it.
  const int cannot_fail = number == SYS_rt_sigaction && a[1];
  for (size_t i = 0; i < sizeof can_fail / sizeof *can_fail; ++i)
    if (can_fail[i].number == number && !cannot_fail &&
        fails(can_fail[i].name, __builtin_return_address(0)))
      return error ? -1 : 0;
  return call_kernel(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
