// SPDX-License-Identifier: BSD-3-Clause
#include "mpiexec/python_arguments.hpp"

#include <filesystem>

#include "support/builds.hpp"
#include "support/catch.hpp"
#include "support/variable.hpp"

namespace {

namespace fs = std::filesystem;
using mpiexec::read_python;
using mpiexec::Words;

std::string here() { return fs::current_path(); }

}  // namespace

TEST_CASE("what decides where a Python looks for modules is taken from its options", "[python]") {
  CHECK(read_python({"python"}).options.empty());
  CHECK(read_python({"python", "-Es", "-S", "x.py", "-B"}).options == Words{"-E", "-s", "-S"});
  CHECK(read_python({"python", "-u", "-vBI", "-c", "pass", "-E"}).options == Words{"-B", "-I"});
  CHECK(read_python({"python", "-Xdev", "-X", "utf8", "-BX", "a", "-m", "m"}).options ==
        Words{"-X", "dev", "-X", "utf8", "-B", "-X", "a"});
  // A value that looks like an option, and options behind the program.
  CHECK(read_python({"python", "-W", "-I", "x.py"}).options.empty());
  CHECK(read_python({"python", "-Wignore", "--check-hash-based-pycs", "never", "-O", "x.py"})
            .options == Words{"-O"});
  CHECK(read_python({"python", "-bIc", "pass"}).options == Words{"-I"});
  CHECK(read_python({"python", "-cpass", "-I"}).options.empty());
  CHECK(read_python({"python", "-", "-I"}).options.empty());
  CHECK(read_python({"python", "--", "-I"}).options.empty());
  CHECK(read_python({"python", "-X"}).options == Words{"-X", ""});
}

TEST_CASE("what a Python has first in its path is the script's folder, or the current one",
          "[python]") {
  const tests::Folder folder;
  const auto script = folder.write("real/x.py", "");
  fs::create_symlink("real/x.py", folder.path() / "link.py");
  const auto real = fs::canonical(folder.path() / "real").string();
  CHECK(read_python({"python", script}).first == real);
  CHECK(read_python({"python", "-u", folder.path() / "link.py"}).first == real);
  CHECK(read_python({"python", folder.path() / "real"}).first == real);
  CHECK(read_python({"python", folder.path() / "none.py"}).first == "");
  for (const Words& words : {Words{"python"}, Words{"python", "-m", "m"}, Words{"python", "-cpass"},
                             Words{"python", "-", script}})
    CHECK(read_python(words).first == here());
  for (const std::string option : {"-I", "-P", "-uP"})
    CHECK(read_python({"python", option, script}).first == "");
  const Variable safe("PYTHONSAFEPATH", "1");
  CHECK(read_python({"python", script}).first == "");
  CHECK(read_python({"python", "-E", script}).first == real);
}
