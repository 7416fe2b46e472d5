// SPDX-License-Identifier: BSD-3-Clause
// demo --builds DIR [--html FILE] [--only PATTERN]: every case without and with the shim on every
// build, as a matrix.
#include <CLI/CLI.hpp>
#include <atomic>
#include <iostream>
#include <mutex>
#include <thread>

#include "matrix/cases.hpp"
#include "matrix/matrix.hpp"

namespace {

std::string today() {
  const auto now = std::time(nullptr);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d", std::gmtime(&now));
  return text;
}

bool holds(const tests::Case& one, const std::string& text) {
  return one.title.find(text) != std::string::npos || one.group.find(text) != std::string::npos;
}

/// Runs every cell without and with the shim, `jobs` at a time, and prints each as it is done.
tests::Matrix fill(const std::string& title, const std::vector<tests::Build>& builds,
                   const std::vector<tests::Case>& cases, unsigned jobs) {
  std::vector<std::string> columns, rows;
  for (const auto& build : builds) columns.push_back(build.title);
  for (const auto& one : cases) rows.push_back(one.title);
  tests::Matrix matrix(title, columns, rows);
  std::cout << title << "\n" << std::flush;
  std::mutex guard;
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t cell; (cell = next++) < cases.size() * builds.size();) {
      const auto& one = cases[cell / builds.size()];
      const auto& build = builds[cell % builds.size()];
      if (!one.applies(build)) continue;
      const auto without = one.run(build, tests::Shim::without);
      const auto with = one.run(build, tests::Shim::with);
      const std::lock_guard lock(guard);
      matrix.set(one.title, build.title, {without, with, with == "works", {}});
      matrix.print_cell(std::cout, one.title, build.title);
      std::cout << std::flush;
    }
  };
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < jobs; ++i) workers.emplace_back(work);
  for (auto& worker : workers) worker.join();
  return matrix;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Every reproducer without and with sidestep, on every build of MPICH and UCX.");
  std::string builds, html = "demo.html", only;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  app.add_option("--builds", builds, "folder that scripts/setup filled with MPICH builds");
  app.add_option("--html", html, "the page to write");
  app.add_option("--only", only, "only cases whose title or group holds this text");
  app.add_option("--jobs", jobs, "how many cells at a time");
  CLI11_PARSE(app, argc, argv);
  if (!builds.empty()) setenv("SIDESTEP_TEST_BUILDS", builds.c_str(), 1);

  std::vector<tests::Matrix> matrices;
  for (auto& half : tests::all_halves()) {
    std::erase_if(half.cases, [&](const auto& one) { return !holds(one, only); });
    if (half.cases.empty()) continue;
    if (const auto builds = half.builds(); !builds.empty())
      matrices.push_back(fill(half.title, builds, half.cases, jobs));
  }
  if (matrices.empty()) {
    std::cerr << "no case has this text, or there are no builds: run scripts/setup\n";
    return 2;
  }

  const char* commit = std::getenv("SIDESTEP_DEMO_COMMIT");
  write_html(html, matrices, {{"date", today()}, {"commit", commit ? commit : "unknown"}});
  int passed = 0, failed = 0;
  for (const auto& matrix : matrices) passed += matrix.passed(), failed += matrix.failed();
  std::cout << passed << " cells work with sidestep, " << failed << " fall short\n";
  return failed || !passed ? 1 : 0;
}
