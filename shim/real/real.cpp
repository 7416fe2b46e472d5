#include "real/real.hpp"

#include <errno.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <limits.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "process/log.hpp"
#include "real/driver.hpp"
#include "real/environment.hpp"
#include "real/library.hpp"
#include "real/loaded.hpp"
#include "real/old_glibc.hpp"

namespace real {
namespace {

// Texts in place: a pointer would be relocated in every process.
constexpr char names[][40] = {
#define SIDESTEP_HOOK(domain, name) #name,
#include "hooks/hooks.def"
#undef SIDESTEP_HOOK
};

constexpr Domain domains[] = {
#define SIDESTEP_HOOK(domain, name) Domain::domain,
#include "hooks/hooks.def"
#undef SIDESTEP_HOOK
};

constexpr int count = sizeof domains / sizeof *domains;
constinit std::atomic<void*> addresses[count];

// Only before glibc 2.34, in a program without libdl: what libc itself offers under another name.
extern "C" pid_t __fork();

// Its own address would be looked up in every process.
pid_t plain_fork() { return __fork(); }

int set_terminal(int fd, int action, const termios* modes) {
  struct {
    tcflag_t input, output, control, local;
    cc_t line, characters[19];
  } kernel = {modes->c_iflag, modes->c_oflag, modes->c_cflag, modes->c_lflag, modes->c_line, {}};
  for (int i = 0; i < 19; ++i) kernel.characters[i] = modes->c_cc[i];
  return ioctl(fd, static_cast<unsigned long>(TCSETS + action), &kernel);
}

/// As POSIX has execvp, but for scripts without "#!". Not libc's execvpe: each version of glibc
/// that is needed costs every process, and that one is 2.11.
int execute(const char* file, char* const* arguments) {
  if (strrchr(file, '/')) return execve(file, arguments, environ);
  const char* folders = environment("PATH");
  if (!folders) folders = "/bin:/usr/bin";
  int error = ENOENT;
  while (true) {
    char path[PATH_MAX + 1];
    const size_t length = strcspn(folders, ":");
    if (length + strlen(file) + 2 <= sizeof path) {
      memcpy(path, folders, length);
      if (length) path[length] = '/';
      strcpy(path + length + (length > 0), file);
      execve(path, arguments, environ);
      if (errno == EACCES) error = EACCES;
      if (errno != EACCES && errno != ENOENT && errno != ENOTDIR) return -1;
    }
    if (!folders[length]) break;
    folders += length + 1;
  }
  errno = error;
  return -1;
}

int take_connection(int listener, sockaddr* name, socklen_t* size) {
  return static_cast<int>(syscall(SYS_accept, listener, name, size));
}

int set_stack(const stack_t* wanted, stack_t* before) {
  return static_cast<int>(syscall(SYS_sigaltstack, wanted, before));
}

int make_folder(const char* path, mode_t mode) {
  return static_cast<int>(syscall(SYS_mkdirat, AT_FDCWD, path, mode));
}

int remove_file(const char* path) {
  return static_cast<int>(syscall(SYS_unlinkat, AT_FDCWD, path, 0));
}

void* without_dlsym(Name name) {
  switch (name) {
    case Name::fork:
      return reinterpret_cast<void*>(plain_fork);
    case Name::accept:
      return reinterpret_cast<void*>(take_connection);
    case Name::execvp:
      return reinterpret_cast<void*>(execute);
    case Name::mkdir:
      return reinterpret_cast<void*>(make_folder);
    case Name::sigaltstack:
      return reinterpret_cast<void*>(set_stack);
    case Name::tcsetattr:
      return reinterpret_cast<void*>(set_terminal);
    case Name::unlink:
      return reinterpret_cast<void*>(remove_file);
    case Name::dlopen:
    case Name::dlmopen:
    case Name::dlsym:
      // Who calls them has them, though perhaps not in a scope that we see.
      return in_loaded_library("libdl.so.2", names[static_cast<int>(name)]);
    default:
      return nullptr;
  }
}

/// dlsym cannot be asked for itself. One version is there for sure: to ask for another would
/// allocate a message, and the program's malloc may be the one that asks for dlsym.
void* next_dlsym() {
  const char* version = gnu_get_libc_version();  // "2.36"
  read_number(version);
  const int minor = *version == '.' ? read_number(++version) : 0;
  return dlvsym(RTLD_NEXT, "dlsym", minor >= 34 ? "GLIBC_2.34" : SIDESTEP_OLDEST);
}

// The linker's names for where this library starts and ends.
extern "C" [[gnu::visibility("hidden")]] const char __ehdr_start[], _end[];

}  // namespace

bool is_ours(const void* address) { return address >= __ehdr_start && address < _end; }

Domain domain_of(Name name) { return domains[static_cast<int>(name)]; }

Name named(const char* name) {
  // Most names differ early from ours: a call of strcmp for each would be half of a dlsym.
  const auto is = [name](const char* known) {
    int at = 0;
    while (known[at] && known[at] == name[at]) ++at;
    return known[at] == name[at];
  };
  int i = 0;
  while (i < count && !is(names[i])) ++i;
  return static_cast<Name>(i);
}

void* find(Name name, const void* caller) {
  auto& address = addresses[static_cast<int>(name)];
  if (void* known = address.load(std::memory_order_acquire)) return known;
  if (!dlvsym) return without_dlsym(name);
  const char* text = names[static_cast<int>(name)];
  void* found = name == Name::dlsym ? next_dlsym() : real::dlsym(RTLD_NEXT, text);
  if (!found && caller) found = in_scope_of(caller, text);
  // A pointer that the loader bound in a library of its own scope, called from elsewhere.
  if (!found && domain_of(name) == Domain::cuda) found = driver::function(text);
  if (found && is_ours(found)) {
    // Another tool handed us ourselves: calling it would never end (VirtualGL's check).
    logging::line(
        Text<256>() << text
                    << ": all that is found is sidestep itself; another preload may be at fault");
    found = nullptr;
  }
  if (found) address.store(found, std::memory_order_release);
  return found;
}

void learn(Name name, void* function) {
  void* none = nullptr;
  addresses[static_cast<int>(name)].compare_exchange_strong(none, function,
                                                            std::memory_order_acq_rel);
}

void* body_of(Name name) { return definition_beside(addresses, names[static_cast<int>(name)]); }

}  // namespace real
