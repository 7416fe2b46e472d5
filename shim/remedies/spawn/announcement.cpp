// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/spawn/announcement.hpp"

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <new>

namespace remedies::spawn {
namespace {

using News = std::atomic<std::uint64_t>;  // in one word, so that nobody reads half of it
static_assert(News::is_always_lock_free);

constexpr std::uint32_t told_bit = 1U << 16;  // above a port

constinit std::atomic<News*> page = nullptr;

}  // namespace

void prepare_announcement() {
  if (page.load()) return;
  const int saved_errno = errno;
  // A system call: each function of libc is looked up at the start of every process.
  const long made = syscall(SYS_mmap, nullptr, sizeof(News), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0L);
  errno = saved_errno;
  if (made == -1) return;
  News* none = nullptr;
  if (!page.compare_exchange_strong(none, new (reinterpret_cast<void*>(made)) News(0)))
    syscall(SYS_munmap, made, sizeof(News));
}

void announce(Announcement news) {
  if (News* const now = page.load())
    *now = static_cast<std::uint64_t>(news.process) << 32 | (news.told ? told_bit : 0U) |
           static_cast<std::uint32_t>(news.port);
}

Announcement announced() {
  const News* const now = page.load();
  const std::uint64_t news = now ? now->load() : 0;
  return {static_cast<pid_t>(news >> 32), static_cast<int>(news & 0xffff), (news & told_bit) != 0};
}

}  // namespace remedies::spawn
