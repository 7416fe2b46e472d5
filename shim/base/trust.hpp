// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What may be run or loaded: a file that no other user could have written, in folders that no other
// user could have changed. docs/site-admins.md, "What sidestep trusts", has the rule for people.
//
// It is that of sshd's StrictModes (safe_path, misc.c@004d2c3: the owner is root or the user, and
// neither group nor others can write to the file or a folder above, up to the home folder), with
// these differences:
//  - A folder with the sticky bit, as /tmp, may be writable where what is looked at in it is root's
//    or the user's own: nobody else can rename or remove that.
//  - Whoever could have written what runs in this process already (the libmpi beside which a
//    launcher lies, the library that a relay belongs to) is trusted too, a group as well: software
//    of clusters belongs to an account, or to a group of administrators.
//  - The user's private group may write: umask 002 is the default of many systems for its sake, and
//    Debian's sshd allows it too.
//  - In a user namespace, where a user that it has no number for may be the outer root or anybody,
//    a folder or link of such a one counts as root's, but not in a folder that others may write to.
//    A file does where what runs already is such a one's too, or where nothing does.
//
// All of it is async-signal-safe, allocates nothing, and keeps errno; its paths are in mapped
// memory, not on the stack.
#include "base/text.hpp"

namespace base {

/// Who may write, besides root and the effective user.
struct Writers {
  long users[2] = {-1, -1};
  long groups[2] = {-1, -1};
  bool unmapped = true;  ///< a user who has no number in this user namespace
};

/// Those who could have written a file that runs already: its owner and its folder's; its group and
/// its folder's where these may write. Nobody in particular where there is no such file.
/// @param file its path; links are followed
Writers writers_of(const char* file);

/// Why a file is not trusted: "PATH belongs to another user (uid 1002)", PATH being the file, a
/// link on the way, or a folder above; for people.
using Distrust = Text<1200>;

/// Whether nobody but root, the effective user and `also` could have written what lies at a path.
/// Of each link on the way its own folders are looked at too. Where nothing lies, nobody else can
/// put it there.
/// @param path absolute, or from the current folder; of a folder, what lies in it counts as well
/// @param why set where it is not, and where the path cannot be followed
/// @param known so many bytes of the path name a folder that was found trusted before
bool is_trusted(const char* path, const Writers& also, Distrust& why, std::size_t known = 0);

}  // namespace base
