// demo --builds DIR [--html FILE] [--only PATTERN]: every case without and with the shim on every
// build, as a matrix.
#include <CLI/CLI.hpp>
#include <atomic>
#include <iostream>
#include <mutex>
#include <thread>

#include "preload/cases.hpp"
#include "runner/matrix.hpp"

namespace {

std::string today() {
  const auto now = std::time(nullptr);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d", std::gmtime(&now));
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Every reproducer without and with sidestep, on every MPICH build.");
  std::string builds, html = "demo.html", only;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  app.add_option("--builds", builds, "folder that scripts/setup filled with MPICH builds");
  app.add_option("--html", html, "the page to write");
  app.add_option("--only", only, "only cases whose title or group holds this text");
  app.add_option("--jobs", jobs, "how many cells at a time");
  CLI11_PARSE(app, argc, argv);
  if (!builds.empty()) setenv("SIDESTEP_TEST_BUILDS", builds.c_str(), 1);

  const auto all = preload::all_builds();
  std::vector<preload::Case> cases;
  for (auto& one : preload::all_cases())
    if (only.empty() || one.title.find(only) != std::string::npos ||
        one.group.find(only) != std::string::npos)
      cases.push_back(one);
  std::vector<std::string> columns, rows;
  for (const auto& build : all) columns.push_back(build.name);
  for (const auto& one : cases) rows.push_back(one.title);
  if (columns.empty() || rows.empty()) {
    std::cerr << (rows.empty() ? "no case has this text\n"
                               : "no MPICH builds: run scripts/setup\n");
    return 2;
  }

  runner::Matrix matrix("MPI_Comm_spawn from a singleton, without and with sidestep", columns,
                        rows);
  std::mutex guard;
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t cell; (cell = next++) < cases.size() * all.size();) {
      const auto& one = cases[cell / all.size()];
      const auto& build = all[cell % all.size()];
      if (!one.applies(build)) continue;
      const auto without = one.run(build, preload::Shim::without);
      const auto with = one.run(build, preload::Shim::with);
      const std::lock_guard lock(guard);
      matrix.set(one.title, build.name, {without, with, with == "works", {}});
      matrix.print_cell(std::cout, one.title, build.name);
      std::cout << std::flush;
    }
  };
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < jobs; ++i) workers.emplace_back(work);
  for (auto& worker : workers) worker.join();

  const char* commit = std::getenv("SIDESTEP_DEMO_COMMIT");
  matrix.write_html(html, {{"date", today()}, {"commit", commit ? commit : "unknown"}});
  std::cout << matrix.passed() << " cells work with sidestep, " << matrix.failed()
            << " fall short\n";
  return matrix.all_ok() ? 0 : 1;
}
