#include "real/real.hpp"

#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "process/log.hpp"
#include "real/library.hpp"
#include "real/loaded.hpp"
#include "real/old_glibc.hpp"

namespace real {
namespace {

struct Entry {
  char name[28];  // in place: a pointer would be relocated in every process
  std::atomic<void*> address;
};

constinit Entry entries[] = {
#define SIDESTEP_HOOK(domain, name) {#name, nullptr},
#include "hooks/hooks.def"
#undef SIDESTEP_HOOK
};

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

int execute(const char* file, char* const* arguments) { return execvpe(file, arguments, environ); }

int set_stack(const stack_t* wanted, stack_t* before) {
  return static_cast<int>(syscall(SYS_sigaltstack, wanted, before));
}

void* without_dlsym(Name name) {
  switch (name) {
    case Name::fork:
      return reinterpret_cast<void*>(plain_fork);
    case Name::execvp:
      return reinterpret_cast<void*>(execute);
    case Name::sigaltstack:
      return reinterpret_cast<void*>(set_stack);
    case Name::tcsetattr:
      return reinterpret_cast<void*>(set_terminal);
    case Name::dlopen:
    case Name::dlmopen:
      // Who calls them has them, though perhaps not in a scope that we see.
      return in_loaded_library("libdl.so.2", entries[static_cast<int>(name)].name);
    default:
      return nullptr;
  }
}

bool ours(const void* address) {
  Dl_info it, self;
  return dladdr(address, &it) && dladdr(entries, &self) && it.dli_fbase == self.dli_fbase;
}

}  // namespace

void* find(Name name, const void* caller) {
  Entry& entry = entries[static_cast<int>(name)];
  if (void* known = entry.address.load(std::memory_order_acquire)) return known;
  if (!dlsym) return without_dlsym(name);
  void* found = dlsym(RTLD_NEXT, entry.name);
  if (!found && caller) found = in_scope_of(caller, entry.name);
  if (found && ours(found)) {
    // Another tool handed us ourselves: calling it would never end (VirtualGL's check).
    logging::line(
        Text<256>() << entry.name
                    << ": all that is found is sidestep itself; another preload may be at fault");
    found = nullptr;
  }
  if (found) entry.address.store(found, std::memory_order_release);
  return found;
}

}  // namespace real
