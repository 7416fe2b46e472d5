// SPDX-License-Identifier: BSD-3-Clause
#include "base/trust.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>

#include "support/builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

namespace {

namespace fs = std::filesystem;
using tests::Folder;

constexpr unsigned other = 4711, another = 4712;

/// "trusted", or why it is not.
std::string distrust(const fs::path& path, const base::Writers& also = {}) {
  base::Distrust why;
  errno = ENOTTY;
  const bool trusted = base::is_trusted(path.c_str(), also, why);
  CHECK(errno == ENOTTY);
  CHECK(trusted == why.empty());
  return trusted ? "trusted" : why.c_str();
}

void give(const fs::path& path, unsigned user, unsigned group) {
  REQUIRE(!lchown(path.c_str(), user, group));
}

}  // namespace

TEST_CASE("what nobody else can write to is trusted, and what cannot be looked at is not",
          "[trust]") {
  const Folder folder;
  const auto file = folder.write("a/b/file", "");
  CHECK(distrust(file) == "trusted");
  CHECK(distrust("/") == "trusted");
  CHECK(distrust("/bin/sh") == "trusted");
  CHECK(distrust(folder.path() / "a/../a/./b//file") == "trusted");
  CHECK(distrust(folder.path() / "a/none/below") == "trusted");
  CHECK(has(distrust(file / "none"), "cannot be looked at (errno 20)"));
  CHECK(has(distrust(folder.path() / std::string(5000, 'x')), "too long a path"));
}

TEST_CASE("a file or a folder that others can write to is not trusted", "[trust]") {
  const Folder folder;
  const auto file = folder.write("a/b/file", "");
  for (const fs::path& one : {file, file.parent_path(), file.parent_path().parent_path()}) {
    INFO(one);
    fs::permissions(one, fs::perms::others_write, fs::perm_options::add);
    CHECK(distrust(file) == one.string() + " can be written to by other users");
    fs::permissions(one, fs::perms::others_write, fs::perm_options::remove);
    fs::permissions(one, fs::perms::group_write, fs::perm_options::add);
    if (getegid() == geteuid()) CHECK(distrust(file) == "trusted");  // the user's private group
    if (geteuid() == 0) {
      give(one, 0, other);
      CHECK(distrust(file) == one.string() + " can be written to by its group (gid 4711)");
    }
    fs::permissions(one, fs::perms::group_write, fs::perm_options::remove);
  }
  CHECK(distrust(file) == "trusted");
}

TEST_CASE("in a folder with the sticky bit one's own is trusted, but not the folder itself",
          "[trust]") {
  const Folder folder;
  const auto file = folder.write("sticky/own/file", "");
  const auto sticky = folder.path() / "sticky";
  REQUIRE(!chmod(sticky.c_str(), 01777));
  CHECK(distrust(file) == "trusted");
  CHECK(distrust(file.parent_path()) == "trusted");
  const auto as_folder = sticky.string() + " can be written to by other users";
  CHECK(distrust(sticky) == as_folder);
  CHECK(distrust(sticky / ".") == as_folder);
  CHECK(distrust(sticky / "own/..") == as_folder);
  CHECK(has(distrust(sticky / "none"), "none cannot be looked at (errno 2)"));
  // A hard link is the name that its maker gave.
  fs::create_hard_link(file, sticky / "linked");
  CHECK(distrust(sticky / "linked") == (sticky / "linked").string() + " is linked to another name");
  if (geteuid() != 0) return;
  give(file.parent_path(), other, other);
  CHECK(distrust(file) == file.parent_path().string() + " belongs to another user (uid 4711)");
  give(sticky, other, other);
  CHECK(distrust(file) == sticky.string() + " belongs to another user (uid 4711)");
}

TEST_CASE("links are followed, and looked at on both sides", "[trust]") {
  const Folder folder;
  const auto file = folder.write("real/file", "");
  const auto& root = folder.path();
  fs::create_directory(root / "links");
  fs::create_symlink("../real", root / "links/relative");
  fs::create_symlink(root / "links/relative/../real/file", root / "links/absolute");
  fs::create_symlink("circle", root / "links/circle");
  CHECK(distrust(root / "links/relative/file") == "trusted");
  CHECK(distrust(root / "links/absolute") == "trusted");
  CHECK(has(distrust(root / "links/circle"), "too many links"));
  for (const fs::path& one : {root / "real", root / "links"}) {
    REQUIRE(!chmod(one.c_str(), 0777));
    for (const char* name : {"links/relative/file", "links/absolute"})
      CHECK(distrust(root / name) == one.string() + " can be written to by other users");
    REQUIRE(!chmod(one.c_str(), 0755));
  }
  if (geteuid() != 0) return;
  REQUIRE(!chmod((root / "links").c_str(), 01777));
  CHECK(distrust(root / "links/absolute") == "trusted");
  give(root / "links/absolute", other, other);
  CHECK(distrust(root / "links/absolute") ==
        (root / "links/absolute").string() + " belongs to another user (uid 4711)");
}

TEST_CASE("what is known of a folder is not looked at again", "[trust]") {
  const Folder folder;
  const auto file = folder.write("own/file", "");
  const auto known = file.parent_path().string().size();
  base::Distrust why;
  fs::permissions(file.parent_path(), fs::perms::others_write, fs::perm_options::add);
  CHECK_FALSE(base::is_trusted(file.c_str(), {}, why));
  CHECK(base::is_trusted(file.c_str(), {}, why, known));
  fs::permissions(file, fs::perms::others_write, fs::perm_options::add);
  CHECK_FALSE(base::is_trusted(file.c_str(), {}, why, known));
  CHECK(why.c_str() == file.string() + " can be written to by other users");
}

TEST_CASE("a relative path is looked at from the root", "[trust]") {
  const Folder folder;
  folder.write("own/file", "");
  const auto before = fs::current_path();
  fs::current_path(folder.path() / "own");
  CHECK(distrust("file") == "trusted");
  CHECK(distrust(".") == "trusted");
  CHECK(distrust("../own/file") == "trusted");
  REQUIRE(!chmod(folder.path().c_str(), 0777));
  CHECK(distrust("./file") == folder.path().string() + " can be written to by other users");
  CHECK(distrust(".") == folder.path().string() + " can be written to by other users");
  fs::current_path(before);
}

TEST_CASE("who could have written what runs already may have written this", "[trust]") {
  if (geteuid() != 0) return;  // only root gives files away
  const Folder folder;
  const auto library = folder.write("mpi/lib/libmpi.so", ""),
             launcher = folder.write("mpi/bin/mpiexec", "");
  const auto mpi = folder.path() / "mpi";
  give(launcher, other, other);
  CHECK(distrust(launcher) == launcher.string() + " belongs to another user (uid 4711)");
  give(library, another, another);
  CHECK(distrust(launcher, base::writers_of(library.c_str())) != "trusted");
  give(library, other, other);
  CHECK(distrust(launcher, base::writers_of(library.c_str())) == "trusted");
  give(library, 0, 0);
  give(mpi / "lib", other, other);  // who can replace it
  CHECK(distrust(launcher, base::writers_of(library.c_str())) == "trusted");
  give(mpi / "lib", 0, other);
  give(launcher, 0, other);
  REQUIRE(!chmod((mpi / "bin").c_str(), 0775));
  give(mpi / "bin", 0, other);
  CHECK(distrust(launcher, base::writers_of(library.c_str())) ==
        (mpi / "bin").string() + " can be written to by its group (gid 4711)");
  REQUIRE(!chmod((mpi / "lib").c_str(), 0775));
  CHECK(distrust(launcher, base::writers_of(library.c_str())) == "trusted");
  // What all can write to is nobody's, wherever the library lies.
  REQUIRE(!chmod(mpi.c_str(), 0777));
  CHECK(distrust(launcher, base::writers_of(library.c_str())) ==
        mpi.string() + " can be written to by other users");
  CHECK(base::writers_of("/nonexistent/file").users[0] == -1);
}
