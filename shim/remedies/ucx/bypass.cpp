#include "remedies/ucx/bypass.hpp"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <atomic>

#include "base/log.hpp"
#include "process/settings.hpp"
#include "base/environment.hpp"
#include "stack/ucx.hpp"
#include "remedies/ucx/advice.hpp"
#include "remedies/ucx/answer.hpp"
#include "remedies/ucx/user.hpp"

namespace remedies::ucx {
namespace {

// NAME=VALUE;NAME=VALUE: what stands in the environment because of us. Children inherit both, and
// take a value that is listed here for ours and any other for the user's.
constexpr const char* marker = "SIDESTEP_UCX_SET";

constexpr int most = 8;
constinit Text<64> entries[most];
constinit Text<256> marker_entry;
constinit std::atomic_flag done = ATOMIC_FLAG_INIT;

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
/// libc's setenv may free it under them. All of it from malloc, as dlopen allocates too: perl takes
/// an array that it has not seen before for its own, and frees what stands in it (Perl_my_setenv,
/// util.c@v5.36.0).
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

}  // namespace

bool set_by_us(const char* variable, const char* value) {
  const char* list = real::environment(marker);
  if (!list) return false;
  const size_t name = strlen(variable), length = strlen(value);
  for (const char* item = list; *item; item += strcspn(item, ";"), item += *item == ';') {
    if (!strncmp(item, variable, name) && item[name] == '=' &&
        !strncmp(item + name + 1, value, length) &&
        (item[name + 1 + length] == ';' || !item[name + 1 + length]))
      return true;
  }
  return false;
}

void before_opening_out_of_reach(const char* file) {
  // A UCX that is mapped has read its settings: one more variable would only be told of as unused.
  static real::Ucx mapped;
  if (real::environment(marker) || done.test_and_set() || real::describe_ucx(&mapped, 1)) return;
  const User user(file);
  int count = 0;
  for (const Advice& advice : all_advice) {
    const char* value = told(advice, user);
    if (!value || count == most) continue;
    entries[count] << advice.variable << "=" << value;
    if (count)
      marker_entry << ";";
    else
      marker_entry << marker << "=";
    marker_entry << entries[count].c_str();
    if (entries[count].cut() || marker_entry.cut()) return;
    ++count;
  }
  if (!count) return;
  publish(count);
  // Whether it brings a UCX, nobody here will see.
  if (settings::get().verbose)
    logging::line(Text<512>() << (file ? file : "the program")
                              << " is opened past getenv: a UCX in "
                              << "it is told by the environment, " << marker_entry.c_str());
}

}  // namespace remedies::ucx
