// SPDX-License-Identifier: BSD-3-Clause
// demo [--builds DIR] [--html FILE] [--only TITLE]... [--list]: every case without and with the
// library on every build, as a page.
#include <sys/utsname.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <fstream>
#include <iostream>
#include <mutex>
#include <thread>

#include "matrix/cases.hpp"
#include "matrix/evidence.hpp"
#include "matrix/matrix.hpp"
#include "runner/transcript.hpp"
#include "sidestep_version.hpp"

namespace {

using Clock = std::chrono::steady_clock;

volatile std::sig_atomic_t interrupted = 0;
void interrupt(int number) { interrupted = number; }

/// The first line of a file that begins so, without that.
std::string line_after(const std::string& file, const std::string& beginning) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(beginning)) return line.substr(beginning.size());
  return "unknown";
}

std::string without_quotes(const std::string& text) {
  return text.starts_with('"') ? text.substr(1, text.size() - 2) : text;
}

using Facts = std::vector<std::pair<std::string, std::string>>;

Facts facts_of_machine(const std::string& commit) {
  utsname machine{};
  uname(&machine);
  const auto now = std::time(nullptr);
  char today[32];
  std::strftime(today, sizeof today, "%Y-%m-%d %H:%M UTC", std::gmtime(&now));
  const auto cpu = line_after("/proc/cpuinfo", "model name\t: ");
  return {{"date", today},
          {"sidestep", std::string(SIDESTEP_VERSION) + ", commit " + commit},
          {"machine", machine.nodename},
          {"system", without_quotes(line_after("/etc/os-release", "PRETTY_NAME=")) + ", Linux " +
                         machine.release + ", " + machine.machine},
          {"processor", std::to_string(std::thread::hardware_concurrency()) + " × " + cpu}};
}

std::string minutes(Clock::duration time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time).count();
  return seconds < 100 ? std::to_string(seconds) + " s"
                       : std::to_string((seconds + 30) / 60) + " min";
}

/// All matrices, which several threads fill.
class Show {
 public:
  explicit Show(const std::vector<tests::Half>& halves) : halves_(halves) {
    for (const auto& half : halves_) {
      builds_.push_back(half.builds());
      std::vector<std::string> columns, rows;
      for (const auto& build : builds_.back()) columns.push_back(build.title);
      for (const auto& one : half.cases) rows.push_back(one.title);
      matrices_.emplace_back(half.title, columns, rows);
      for (const auto& one : half.cases)
        for (const auto& build : builds_.back())
          if (one.applies(build))
            jobs_.push_back({&matrices_.back() - matrices_.data(), &one, &build});
    }
  }

  /// Until all is done, or a signal comes.
  void run(unsigned threads) {
    std::vector<std::thread> workers;
    for (unsigned i = 0; i < threads; ++i)
      workers.emplace_back([this] {
        for (std::size_t job; !interrupted && (job = next_++) < jobs_.size();) fill(jobs_[job]);
      });
    while (!interrupted && done() < jobs_.size())
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    // What still runs then is ended with this process.
    for (auto& worker : workers) interrupted ? worker.detach() : worker.join();
  }

  std::size_t all() const { return jobs_.size(); }
  std::size_t done() {
    const std::lock_guard lock(guard_);
    return done_;
  }

  /// @return how many cells work with sidestep, and how many do not
  std::pair<int, int> write(const std::string& path, Facts facts) {
    const std::lock_guard lock(guard_);
    facts.emplace_back("took", minutes(Clock::now() - begun_));
    if (done_ < jobs_.size())
      facts.emplace_back("interrupted after",
                         std::to_string(done_) + " of " + std::to_string(jobs_.size()) + " cells");
    write_html(path, matrices_, facts);
    std::pair<int, int> sum;
    for (const auto& matrix : matrices_)
      sum.first += matrix.passed(), sum.second += matrix.failed();
    return sum;
  }

 private:
  struct Job {
    std::ptrdiff_t matrix;
    const tests::Case* one;
    const tests::Build* build;
  };

  void fill(const Job& job) {
    const auto play = [&](tests::Shim shim) {
      const runner::Recording recording;
      const auto happened = job.one->run(*job.build, shim);
      return std::pair(happened, tests::evidence_of(recording.transcripts()));
    };
    const auto [without, before] = play(tests::Shim::without);
    const auto [with, after] = play(tests::Shim::with);
    const std::lock_guard lock(guard_);
    if (interrupted) return;
    auto& matrix = matrices_[static_cast<std::size_t>(job.matrix)];
    matrix.set(job.one->title, job.build->title, {without, with, with == "works", before, after});
    ++done_;
    const auto left = (Clock::now() - begun_) / done_ * (jobs_.size() - done_);
    std::cout << done_ << "/" << jobs_.size() << ", " << minutes(left) << " left   ";
    matrix.print_cell(std::cout, job.one->title, job.build->title, on_terminal_);
    std::cout << std::flush;
  }

  std::vector<tests::Half> halves_;
  std::vector<std::vector<tests::Build>> builds_;
  std::vector<tests::Matrix> matrices_;
  std::vector<Job> jobs_;
  const Clock::time_point begun_ = Clock::now();
  const bool on_terminal_ = isatty(STDOUT_FILENO) && !std::getenv("NO_COLOR");
  std::mutex guard_;
  std::size_t done_ = 0;
  std::atomic<std::size_t> next_ = 0;
};

void list(const std::vector<tests::Half>& halves) {
  for (const auto& half : halves)
    for (const auto& one : half.cases) std::cout << one.group << '\t' << one.title << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Every reproducer without and with sidestep, on every build of MPICH and UCX.");
  std::string builds, html = "demo.html", commit = "unknown";
  std::vector<std::string> only;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  bool lists = false;
  app.add_option("--builds", builds, "folder that scripts/setup filled with MPICH builds");
  app.add_option("--html", html, "the page to write");
  app.add_option("--only", only, "only the case of this title; again for another");
  app.add_option("--jobs", jobs, "how many cells at a time");
  app.add_option("--commit", commit, "what the page calls these sources");
  app.add_flag("--list", lists, "print the group and the title of each case");
  CLI11_PARSE(app, argc, argv);
  if (!builds.empty()) setenv("SIDESTEP_TEST_BUILDS", builds.c_str(), 1);

  auto halves = tests::all_halves();
  for (auto& half : halves)
    std::erase_if(half.cases, [&](const auto& one) {
      return !only.empty() && std::find(only.begin(), only.end(), one.title) == only.end();
    });
  if (lists) {
    list(halves);
    return 0;
  }
  std::erase_if(halves,
                [](const auto& half) { return half.cases.empty() || half.builds().empty(); });
  Show show(halves);
  if (!show.all()) {
    std::cerr << "no case has this title, or there are no builds: run scripts/setup\n";
    return 2;
  }
  const auto facts = facts_of_machine(commit);
  std::signal(SIGINT, interrupt);
  std::signal(SIGTERM, interrupt);
  show.run(jobs);
  const auto [passed, failed] = show.write(html, facts);
  std::cout << passed << " cells work with sidestep, " << failed << " fall short" << std::endl;
  if (interrupted) std::_Exit(128 + interrupted);
  return failed || !passed ? 1 : 0;
}
