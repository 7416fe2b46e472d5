// SPDX-License-Identifier: BSD-3-Clause
#include "runner/launch.hpp"

#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "programs/processes.hpp"
#include "runner/supervisor.hpp"

namespace runner {

namespace {

programs::Descriptor open_terminal(programs::Descriptor& program_side) {
  programs::Descriptor master =
      programs::above_standard(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "posix_openpt");
  char name[128];
  if (grantpt(master.get()) != 0 || unlockpt(master.get()) != 0) programs::fail("unlockpt");
  if (const int error = ptsname_r(master.get(), name, sizeof name))
    programs::fail("ptsname", error);
  program_side = programs::above_standard(open(name, O_RDWR | O_NOCTTY | O_CLOEXEC), name);
  termios modes = {};
  if (tcgetattr(program_side.get(), &modes) != 0) programs::fail("tcgetattr");
  modes.c_iflag = ICRNL | IXON | IUTF8;
  modes.c_oflag = OPOST | ONLCR;
  modes.c_lflag = ISIG | ICANON | IEXTEN | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE;
  if (tcsetattr(program_side.get(), TCSANOW, &modes) != 0) programs::fail("tcsetattr");
  const winsize size = {24, 80, 0, 0};
  if (ioctl(program_side.get(), TIOCSWINSZ, &size) != 0) programs::fail("TIOCSWINSZ");
  return master;
}

programs::Descriptor make_file(const std::string& text) {
  const char* folder = getenv("TMPDIR");
  std::string name = std::string(folder && *folder ? folder : "/tmp") + "/runner-XXXXXX";
  programs::Descriptor file =
      programs::above_standard(mkostemp(name.data(), O_CLOEXEC), name.c_str());
  unlink(name.c_str());
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = write(file.get(), text.data() + done, text.size() - done);
    if (n < 0 && errno != EINTR) programs::fail(name);
    if (n > 0) done += static_cast<std::size_t>(n);
  }
  if (lseek(file.get(), 0, SEEK_SET) != 0) programs::fail(name);
  return file;
}

std::vector<std::string> environment_of(const Program& program) {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text(*entry);
    if (const auto equals = text.find('='); equals != text.npos) {
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  if (program.input == Input::terminal) variables["TERM"] = "xterm";
  for (const auto& [name, value] : program.environment) {
    if (value) {
      variables[name] = *value;
    } else {
      variables.erase(name);
    }
  }
  std::vector<std::string> entries;
  for (const auto& [name, value] : variables) entries.push_back(name + "=" + value);
  return entries;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (const std::string& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

/// The supervisor's first moments must not run the runner's signal handlers.
pid_t fork_supervisor(const Blueprint& blueprint) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = fork();
  if (pid == 0) supervise(blueprint);
  const int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) programs::fail("fork", error);
  return pid;
}

/// Whether a whole message came; false at end of file.
template <class Message>
bool hear(const programs::Descriptor& from, Message& message) {
  ssize_t n;
  while ((n = read(from.get(), &message, sizeof message)) < 0 && errno == EINTR) continue;
  return n == static_cast<ssize_t>(sizeof message);
}

}  // namespace

Launch launch(const Program& program) {
  if (program.argv.empty()) programs::fail("no program to run", EINVAL);
  Launch started;
  programs::Descriptor program_input, program_output;
  if (program.input == Input::terminal) {
    started.output = open_terminal(started.terminal);
  } else {
    programs::Pipe output = programs::make_pipe();
    started.output = std::move(output.read);
    program_output = std::move(output.write);
  }
  if (program.input == Input::pipe) {
    programs::Pipe input = programs::make_pipe();
    started.input = std::move(input.write);
    programs::set_nonblocking(started.input);
    program_input = std::move(input.read);
  } else if (program.input == Input::file) {
    program_input = make_file(program.input_text);
  } else if (program.input == Input::null) {
    program_input = programs::above_standard(open("/dev/null", O_RDONLY | O_CLOEXEC), "/dev/null");
  }
  programs::Pipe status = programs::make_pipe(), lifeline = programs::make_pipe(),
                 failure = programs::make_pipe();

  const std::vector<std::string> environment = environment_of(program);
  Blueprint blueprint;
  blueprint.argv = pointers(program.argv);
  blueprint.environment = pointers(environment);
  if (!program.directory.empty()) blueprint.directory = program.directory.c_str();
  blueprint.terminal = program.input == Input::terminal;
  blueprint.input = blueprint.terminal ? started.terminal.get() : program_input.get();
  blueprint.output = blueprint.terminal ? started.terminal.get() : program_output.get();
  blueprint.status = status.write.get();
  blueprint.lifeline = lifeline.read.get();
  blueprint.failure = failure.write.get();

  started.supervisor = fork_supervisor(blueprint);
  status.write.close();
  lifeline.read.close();
  failure.write.close();
  Failure why;
  Report report;
  const bool failed = hear(failure.read, why);
  if (failed || !hear(status.read, report)) {
    lifeline.write.close();
    programs::wait_for(started.supervisor);
    if (!failed) programs::fail("the runner's supervisor was killed", ECHILD);
    programs::fail(why.directory ? program.directory : program.argv[0], why.error);
  }
  started.program = report.value;
  programs::set_nonblocking(started.output);
  programs::set_nonblocking(status.read);
  started.status = std::move(status.read);
  started.lifeline = std::move(lifeline.write);
  return started;
}

}  // namespace runner
