// SPDX-License-Identifier: BSD-3-Clause
// A program with an MPI linked into it, as libmpich.a and -rdynamic make it: what of accept and
// fork is libmpi's, and what the program's own, no address tells.
//   own_server server    serves clients of its own, and forks
//   own_server launcher  as libmpi: starts a launcher, and waits for it behind a visitor
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int PMPI_Get_library_version(char* text, int* length);

int PMPI_Get_library_version(char* text, int* length) {
  *length = sprintf(text, "MPICH Version:      4.2.3\nMPICH Device:    ch4:ofi\n");
  return 0;
}

static void must(int holds, const char* what) {
  if (holds) return;
  printf("wrong: %s\n", what);
  exit(1);
}

static int listen_anywhere(int* port) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t size = sizeof address;
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  must(!bind(listener, (struct sockaddr*)&address, size) && !listen(listener, 5) &&
           !getsockname(listener, (struct sockaddr*)&address, &size),
       "listen");
  *port = ntohs(address.sin_port);
  return listener;
}

static void be_client(int port, int user, int delay) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  usleep((unsigned)delay);
  if (user && setuid((uid_t)user)) _exit(2);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fd, (struct sockaddr*)&address, sizeof address) || write(fd, "client", 7) != 7)
    _exit(3);
  char byte;
  _exit(read(fd, &byte, 1) == 1 ? 0 : 4);
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

enum worker { ends, waits, works };

/// A client of `user` is served, with a child beside it.
static void serve(enum worker what, int user, int delay) {
  int port;
  const int listener = listen_anywhere(&port);
  const pid_t client = fork();
  if (!client) be_client(port, user, delay);
  if (!delay) usleep(200000);  // it waits in the queue
  const pid_t worker = fork();
  if (!worker) {
    if (what == waits) pause();
    while (what == works) continue;
    _exit(0);
  }
  const double before = seconds();
  const int fd = accept(listener, NULL, NULL);
  const double took = seconds() - before;
  char text[8] = "";
  must(fd >= 0 && read(fd, text, 7) == 7 && !strcmp(text, "client"), "the client is another's");
  must(write(fd, "", 1) == 1, "the client has gone");
  int status;
  must(waitpid(client, &status, 0) == client && !status, "the client was not served");
  must(took < (delay ? 1.5 : 0.5), "it took long");
  kill(worker, 9);
  waitpid(worker, &status, 0);
  must(wait(&status) < 0, "there is another child");
  close(fd);
  close(listener);
}

static void start_launcher(void) {
  int port;
  const int listener = listen_anywhere(&port);
  const pid_t visitor = fork();
  if (!visitor) be_client(port, 65534, 0);
  usleep(200000);
  char number[8];
  sprintf(number, "%d", port);
  const pid_t launcher = fork();
  if (!launcher) {
    char* const words[] = {"mpiexec",     "-pmi_args", number, "default_interface",
                           "default_key", "1",         NULL};
    execvp(words[0], words);
    _exit(9);
  }
  const int fd = accept(listener, NULL, NULL);
  char text[64] = "";
  must(fd >= 0 && read(fd, text, sizeof text - 1) > 0, "nobody speaks");
  must(!strcmp(text, "cmd=singinit authtype=none\n"), text);
  kill(visitor, 9);
}

int main(int argc, char** argv) {
  getenv("PMI_FD");  // as MPI_Init does
  alarm(60);
  if (argc > 1 && !strcmp(argv[1], "launcher")) {
    start_launcher();
  } else {
    const int others[] = {0, getuid() ? 0 : 65534};
    for (int i = 0; i < 2; ++i)
      for (enum worker what = ends; what <= works; ++what)
        for (int delay = 0; delay <= 700000; delay += 700000) serve(what, others[i], delay);
  }
  printf("all right\n");
  return 0;
}
