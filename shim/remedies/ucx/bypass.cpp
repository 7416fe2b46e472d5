// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/ucx/bypass.hpp"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <atomic>

#include "base/environment.hpp"
#include "base/log.hpp"
#include "process/identity.hpp"
#include "process/settings.hpp"
#include "remedies/ucx/advice.hpp"
#include "remedies/ucx/user.hpp"
#include "stack/ucx.hpp"

namespace remedies::ucx {
namespace {

constexpr int most = 8;
constinit base::Text<64> entries[most];
constinit base::Text<256> marker_entry;
constinit std::atomic_flag done = ATOMIC_FLAG_INIT;
constinit base::SpinLock changing;

/// SIDESTEP_FORCE goes before the user's own.
bool is_replaced(const char* theirs, int count) {
  for (int i = 0; i < count; ++i)
    if (!strncmp(theirs, entries[i].c_str(), strcspn(entries[i].c_str(), "=") + 1)) return true;
  return false;
}

bool add_copy(char**& end, const char* entry) {
  const size_t size = strlen(entry) + 1;
  *end = static_cast<char*>(malloc(size));
  if (!*end) return false;
  memcpy(*end++, entry, size);
  return true;
}

/// A new array in place of the old one, which stays as it is: other threads may be reading it, and
/// libc's setenv would free it under them before 2.41, which is why it is not called. All of it
/// from malloc, as dlopen allocates too: perl takes an array that it has not seen before for its
/// own, and frees what stands in it (Perl_my_setenv, util.c@v5.36.0).
void publish(int count) {
  size_t old = 0;
  while (environ && environ[old]) ++old;
  const size_t most_entries = old + static_cast<size_t>(count) + 2;
  auto** const grown = static_cast<char**>(malloc(most_entries * sizeof(char*)));
  if (!grown) return;
  char** end = grown;
  for (size_t i = 0; i < old; ++i)
    if (!is_replaced(environ[i], count) && !add_copy(end, environ[i])) return;
  for (int i = 0; i < count; ++i)
    if (!add_copy(end, entries[i].c_str())) return;
  if (!add_copy(end, marker_entry.c_str())) return;
  *end = nullptr;
  __atomic_store_n(&environ, grown, __ATOMIC_RELEASE);
}

/// Before glibc 2.41 getenv reads what another thread's setenv has freed: the program, which only
/// opens a library, must not meet that.
/// @return whether the environment has what a UCX is to read
bool advise(const char* file) {
  const EnvironmentGuard guard;
  if (base::environment(marker)) return false;
  const User user(file);
  int count = 0;
  for (const Advice& advice : all_advice) {
    const char* value = advised(advice, user);
    if (!value || count == most) continue;
    entries[count] << advice.variable << "=" << value;
    if (count)
      marker_entry << ";";
    else
      marker_entry << marker << "=";
    marker_entry << entries[count].c_str();
    if (entries[count].cut() || marker_entry.cut()) return false;
    ++count;
  }
  if (count) publish(count);
  return count;
}

}  // namespace

EnvironmentGuard::EnvironmentGuard() : guard_(changing) {}

void before_bypassing_open(const char* file) {
  // A UCX that is loaded has read its settings: it would only warn of one more unused variable.
  static stack::Ucx mapped;
  if (done.test_and_set() || stack::describe_ucx(&mapped, 1) || !advise(file)) return;
  // Whether it brings a UCX, this library will not see.
  if (process::settings().verbose)
    base::log(base::Text<512>() << process::rank_mark().c_str() << (file ? file : "the program")
                                << " is opened past getenv: a UCX in "
                                << "it reads the environment, " << marker_entry.c_str());
}

}  // namespace remedies::ucx
