// SPDX-License-Identifier: BSD-3-Clause
#include "base/trust.hpp"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <initializer_list>

#include "base/file_calls.hpp"
#include "base/mapped.hpp"

namespace base {
namespace {

constexpr long unmapped_user = 65534;  // DEFAULT_OVERFLOWUID (include/linux/highuid.h)
constexpr int most_links = 40;         // MAXSYMLINKS (include/linux/namei.h)

/// stat(2) or lstat(2). The system call itself: libc's are symbols of glibc 2.33 and newer.
bool look(const char* path, int flags, struct stat& status) {
  return !syscall(SYS_newfstatat, AT_FDCWD, path, &status, flags);
}

/// Whether users outside have no number here: /proc/self/uid_map is not that of the first
/// namespace.
bool in_user_namespace() {
  char map[128];
  const int fd = file_calls::open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const ssize_t size = file_calls::read(fd, map, sizeof map - 1);
  file_calls::close(fd);
  if (size <= 0) return false;
  map[size] = 0;
  const char* rest = map;
  for (const char* number : {"0", "0", "4294967295"}) {
    while (*rest == ' ' || *rest == '\t') ++rest;
    const size_t length = strcspn(rest, " \t\n");
    if (length != strlen(number) || memcmp(rest, number, length)) return true;
    rest += length;
  }
  return false;
}

/// Whether this is the group that a user has alone, for which umask 002 is made: by convention
/// (useradd's) it has the user's own number. In a user namespace numbers say nothing of it.
bool is_private_group(long group) {
  return group == syscall(SYS_getegid) && group == syscall(SYS_geteuid) && !in_user_namespace();
}

bool is_among(long id, const long (&ids)[2]) { return id == ids[0] || id == ids[1]; }

/// Of zeros at first.
struct Paths {
  char at[PATH_MAX];    ///< where a walk is, no link in it; empty: the root
  char left[PATH_MAX];  ///< at its end, what is left of the path
};

/// Follows a path, a name at a time, and looks at each folder, each link and the file.
class Walk {
 public:
  Walk(Paths& memory, const Writers& also, Distrust& why)
      : also_(also), why_(why), at_(memory.at), buffer_(memory.left) {}

  bool follow(const char* path, size_t known) {
    if (!put_in_front(path + known, strlen(path + known)) ||
        (*path != '/' && !put_current_folder()))
      return false;
    if (known && known < sizeof at_) {
      memcpy(at_, path, known);
      at_[length_ = known] = 0;
    } else if (!look_at()) {
      return false;
    }
    while (step())
      if (!look_at() || (S_ISLNK(status_.st_mode) && !follow_link())) return false;
    // Here others put files of their own, whatever the sticky bit keeps them from.
    return why_.empty() && (!shared_ || !S_ISDIR(status_.st_mode) || refuse(others_write));
  }

 private:
  static constexpr const char* others_write = "can be written to by other users";

  const char* at() const { return length_ ? at_ : "/"; }

  bool refuse(const char* reason, long number = -1, const char* end = "") {
    why_ << at() << " " << reason;
    if (number >= 0) why_ << number << end;
    return false;
  }

  /// Puts a text before what is left of the path.
  bool put_in_front(const char* text, size_t length) {
    if (length + 1 > static_cast<size_t>(rest_ - buffer_))
      return refuse("leads to too long a path");
    if (*rest_) *--rest_ = '/';
    rest_ -= length;
    memcpy(rest_, text, length);
    return true;
  }

  bool put_current_folder() {
    if (syscall(SYS_getcwd, at_, sizeof at_) <= 0 || *at_ != '/')
      return why_ << "the current folder is not known", false;
    return put_in_front(at_, strlen(at_));
  }

  /// Goes to what the next name of the path means. @return false at its end
  bool step() {
    size_t length;
    do {
      while (*rest_ == '/') ++rest_;
      length = strcspn(rest_, "/");
      if (!length) return false;
      rest_ += length;
    } while (length == 1 && rest_[-1] == '.');
    const char* name = rest_ - length;
    if (length == 2 && name[0] == '.' && name[1] == '.') return leave(), true;
    if (length_ + 1 + length >= sizeof at_) return !refuse("leads to too long a path");
    at_[length_++] = '/';
    memcpy(at_ + length_, name, length);
    length_ += length;
    at_[length_] = 0;
    return true;
  }

  /// Goes to the folder above.
  void leave() {
    while (length_ && at_[--length_] != '/') continue;
    at_[length_] = 0;
  }

  bool is_ours() const {
    const long owner = status_.st_uid;
    if (!owner || owner == syscall(SYS_geteuid)) return true;
    if (owner != unmapped_user || !in_user_namespace()) return is_among(owner, also_.users);
    const bool leads_on = S_ISDIR(status_.st_mode) || S_ISLNK(status_.st_mode);
    return !shared_ && (leads_on || also_.unmapped);
  }

  /// Looks at where the walk is. `shared_` becomes whether others may put files there.
  bool look_at() {
    if (!why_.empty()) return false;
    if (!look(at(), AT_SYMLINK_NOFOLLOW, status_)) {
      if (errno != ENOENT || shared_) return refuse("cannot be looked at (errno ", errno, ")");
      rest_ += strlen(rest_);  // nor is what would lie below
      status_ = {};
      return true;
    }
    const long owner = status_.st_uid, group = status_.st_gid;
    const bool folder = S_ISDIR(status_.st_mode);
    if (!is_ours()) return refuse("belongs to another user (uid ", owner, ")");
    // root's own file under a name that another user gave it.
    if (shared_ && !folder && status_.st_nlink > 1) return refuse("is linked to another name");
    if (S_ISLNK(status_.st_mode)) return true;  // nobody writes to a link
    const bool by_group =
        status_.st_mode & S_IWGRP && !is_among(group, also_.groups) && !is_private_group(group);
    const bool by_others = status_.st_mode & S_IWOTH;
    shared_ = by_group || by_others;
    if (!shared_ || (folder && status_.st_mode & S_ISVTX)) return true;
    return by_others ? refuse(others_write)
                     : refuse("can be written to by its group (gid ", group, ")");
  }

  bool follow_link() {
    // In one half of what is free, and from there to the other.
    const long free = (rest_ - buffer_) / 2;
    const long length = syscall(SYS_readlinkat, AT_FDCWD, at_, buffer_, free);
    if (length == free) return refuse("leads to too long a path");
    if (length <= 0) return refuse("cannot be looked at (errno ", errno, ")");
    if (++links_ > most_links) return refuse("leads to too many links");
    const bool absolute = *buffer_ == '/';
    if (!put_in_front(buffer_, static_cast<size_t>(length))) return false;
    leave();
    if (absolute) length_ = 0;
    return !absolute || look_at();
  }

  const Writers& also_;
  Distrust& why_;
  struct stat status_ = {};
  bool shared_ = false;
  int links_ = 0;
  size_t length_ = 0;  // of at_
  char (&at_)[PATH_MAX];
  char (&buffer_)[PATH_MAX];
  char* rest_ = buffer_ + sizeof buffer_ - 1;
};

}  // namespace

Writers writers_of(const char* file) {
  const int saved_errno = errno;
  Writers all;
  const char* slash = strrchr(file, '/');
  const size_t length = slash ? static_cast<size_t>(slash - file) : 0;
  const Mapped<Paths> memory;
  if (!memory) return all;
  auto& folder = memory->at;
  folder[0] = '.';
  if (slash && length < sizeof folder) memcpy(folder, file, length), folder[length] = 0;
  struct stat status;
  int at = 0;
  for (const char* path : {file, *folder ? static_cast<const char*>(folder) : "/"}) {
    if (!look(path, 0, status)) break;
    all.users[at] = status.st_uid;
    all.unmapped = (at && all.unmapped) || status.st_uid == unmapped_user;
    const bool keeps_others_out = S_ISDIR(status.st_mode) && status.st_mode & S_ISVTX;
    if (status.st_mode & S_IWGRP && !keeps_others_out) all.groups[at] = status.st_gid;
    ++at;
  }
  errno = saved_errno;
  return all;
}

bool is_trusted(const char* path, const Writers& also, Distrust& why, std::size_t known) {
  const int saved_errno = errno;
  why.clear();
  const Mapped<Paths> memory;
  if (!memory) why << "there is no memory to look at " << path;
  const bool trusted = memory && Walk(*memory, also, why).follow(path, known);
  errno = saved_errno;
  return trusted;
}

}  // namespace base
