// SPDX-License-Identifier: BSD-3-Clause
// crash KIND: dies, or says why it did not.
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline, noclone))

static volatile int zero;
static int* volatile low = (int*)0x10;

int crash_here(void);
NOINLINE int crash_here(void) { return *low + 1; }

static void segv(void) { crash_here(); }

static void readonly(void) { *(volatile char*)(uintptr_t) "constant" = 1; }

static void general_protection(void) { *(volatile char*)0xdead000000000000 = 1; }

NOINLINE static void fpe(void) { printf("%d\n", 1000 / zero); }

NOINLINE static void ill(void) { __builtin_trap(); }

static void bus(void) {
  char name[] = "/tmp/sidestep-crash-XXXXXX";
  const int fd = mkstemp(name);
  volatile char* bytes = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
  unlink(name);
  printf("%d\n", bytes[0]);
}

static void raised(void) { raise(SIGSEGV); }

static void waits(void) {
  printf("waiting %d\n", getpid());
  fflush(stdout);
  for (;;) pause();
}

static void (*volatile nowhere)(void);
static void null_call(void) { nowhere(); }

// The return address of this function, and of its callers, is rubbish.
NOINLINE static void smashed(void) {
  uintptr_t* at = __builtin_frame_address(0);
  for (int i = 0; i < 64; ++i) at[i] = 0x4141414141414141;
  crash_here();
}

NOINLINE static int overflow_here(volatile char* above) {
  volatile char block[1024];
  block[0] = *above;
  if (!block[0]) return 0;  // never
  return overflow_here(block) + block[0];
}

static void overflow(void) {
  volatile char first = 1;
  overflow_here(&first);
}

static char small[8192] __attribute__((aligned(64)));
static void own_stack(void) {
  const stack_t mine = {.ss_sp = small, .ss_size = sizeof small};
  stack_t now;
  if (sigaltstack(&mine, NULL)) perror("sigaltstack");
  sigaltstack(NULL, &now);
  printf("alternate stack %s\n",
         now.ss_sp == small && now.ss_size == sizeof small ? "mine" : "not mine");
  fflush(stdout);
  crash_here();
}

static void* returns(void* nothing) { return nothing; }

// The heap is spoilt so that malloc itself fails, with its lock held: the top chunk lies in a page
// that cannot be read any more.
static void in_malloc(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, returns, NULL);  // from now on malloc locks
  char* last = malloc(100);
  char* end = sbrk(0);
  char* from = (char*)(((uintptr_t)last + 4096 + 4095) & ~(uintptr_t)4095);
  munmap(from, (size_t)(end - from));
  for (int i = 0; i < 100; ++i)
    if (!malloc(2000)) break;
}

static void* dlopens(void* library) { return dlopen(library, RTLD_NOW); }

static void loader_lock(void) {
  // Its constructor never ends, with the lock held.
  pthread_t thread;
  setenv("CRASH_HANG", "1", 1);
  pthread_create(&thread, NULL, dlopens, getenv("CRASH_LIBRARY"));
  usleep(300000);
  crash_here();
}

// dl_iterate_phdr holds the lock that libunwind needs while it calls this.
static int stays(struct dl_phdr_info* info, size_t size, void* data) {
  (void)info, (void)size, (void)data;
  while (!zero) pause();
  return 0;
}
static void* iterates(void* nothing) {
  dl_iterate_phdr(stays, NULL);
  return nothing;
}
static void loader_lists(void) {
  pthread_t thread;
  sigset_t all;
  pthread_create(&thread, NULL, iterates, NULL);
  usleep(300000);
  sigfillset(&all);
  sigdelset(&all, SIGSEGV);
  sigprocmask(SIG_SETMASK, &all, NULL);
  crash_here();
}

// Nobody reads what is written to stderr, and no more fits.
static void stuck_stderr(void) {
  int ends[2];
  char bytes[4096] = "";
  if (pipe(ends)) return;
  fcntl(ends[1], F_SETFL, O_NONBLOCK);
  while (write(ends[1], bytes, sizeof bytes) > 0) {
  }
  while (write(ends[1], bytes, 1) > 0) {
  }
  fcntl(ends[1], F_SETFL, 0);
  dup2(ends[1], 2);
  crash_here();
}

// Where the stack should be there is nothing: what reads it crashes too.
static void stack_gone(void) {
#if defined(__x86_64__)
  __asm__ volatile("mov $0x10000, %rsp; mov $0x10000, %rbp; xor %eax, %eax; jmp *%rax");
#elif defined(__aarch64__)
  __asm__ volatile("mov sp, %1; mov x29, %1; ldr w0, [%0]" ::"r"(low), "r"(0x10000L) : "x0");
#endif
}

static pthread_barrier_t barrier;
static void* crash_together(void* nothing) {
  pthread_barrier_wait(&barrier);
  crash_here();
  return nothing;
}
static void threads(void) {
  pthread_t thread[8];
  pthread_barrier_init(&barrier, NULL, 8);
  for (int i = 0; i < 8; ++i) pthread_create(&thread[i], NULL, crash_together, NULL);
  for (int i = 0; i < 8; ++i) pthread_join(thread[i], NULL);
}

static void in_thread(void) {
  pthread_t thread;
  pthread_barrier_init(&barrier, NULL, 1);
  pthread_create(&thread, NULL, crash_together, NULL);
  pthread_join(thread, NULL);
}

static int wait_for(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status);
}

static void forked(void) {
  const pid_t child = fork();
  if (!child) crash_here();
  printf("child %d: %d\n", child, wait_for(child));
  exit(0);
}

// A child that shares the parent's memory crashes first.
static void vforked(void) {
  const pid_t child = vfork();
  if (!child) crash_here();
  printf("child %d: %d\n", child, wait_for(child));
  fflush(stdout);
  crash_here();
}

static void handler(int number) {
  (void)!write(1, "my handler\n", 11);
  _exit(number == SIGSEGV ? 7 : 8);
}

static void crashing_handler(int number) {
  (void)number;
  crash_here();
}

static void in_handler(void) {
  signal(SIGUSR1, crashing_handler);
  raise(SIGUSR1);
}

static void handled(void) {
  signal(SIGSEGV, handler);
  crash_here();
}

static void handled_before(void) {
  void (*start)(void);
  signal(SIGSEGV, handler);
  *(void**)&start = dlsym(RTLD_DEFAULT, "start_backtrace_again");
  if (start) start();
  crash_here();
}

static void ignored_before(void) {
  void (*start)(void);
  signal(SIGFPE, SIG_IGN);
  *(void**)&start = dlsym(RTLD_DEFAULT, "start_backtrace_again");
  if (start) start();
  raise(SIGFPE);
  printf("ignored\n");
  exit(0);
}

// Code of a file whose first page, where its headers should be, cannot be read: what looks there
// crashes, and must not end up in the handler that the program has for its own SIGSEGV.
static void headers_gone(void) {
  void (*code)(void);
  const int fd = open(getenv("CRASH_FILE"), O_RDWR | O_CREAT, 0600);
  (void)!write(fd, "\177ELF", 4);
  (void)!ftruncate(fd, 8192);  // zeros: an illegal instruction on aarch64
#if defined(__x86_64__)
  (void)!pwrite(fd, "\x0f\x0b", 2, 4096);
#endif
  char* at = mmap(NULL, 8192, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
  mprotect(at, 4096, PROT_NONE);
  signal(SIGSEGV, handler);
  at += 4096;
  memcpy(&code, &at, sizeof code);
  code();
}

static void no_processes(void) {
  const struct rlimit none = {0, 0};
  if (!getuid() && (setgid(65534) || setuid(65534))) perror("setuid");
  setrlimit(RLIMIT_NPROC, &none);
  crash_here();
}

static const struct {
  const char* name;
  void (*run)(void);
} kinds[] = {{"segv", segv},
             {"readonly", readonly},
             {"general_protection", general_protection},
             {"fpe", fpe},
             {"ill", ill},
             {"bus", bus},
             {"raised", raised},
             {"waits", waits},
             {"null_call", null_call},
             {"smashed", smashed},
             {"overflow", overflow},
             {"own_stack", own_stack},
             {"in_malloc", in_malloc},
             {"loader_lock", loader_lock},
             {"loader_lists", loader_lists},
             {"stuck_stderr", stuck_stderr},
             {"stack_gone", stack_gone},
             {"threads", threads},
             {"in_thread", in_thread},
             {"forked", forked},
             {"vforked", vforked},
             {"in_handler", in_handler},
             {"handled", handled},
             {"handled_before", handled_before},
             {"ignored_before", ignored_before},
             {"headers_gone", headers_gone},
             {"no_processes", no_processes}};

int main(int argc, char** argv) {
  for (size_t i = 0; argc > 1 && i < sizeof kinds / sizeof *kinds; ++i)
    if (!strcmp(kinds[i].name, argv[1])) kinds[i].run();
  printf("still alive\n");
  return 1;
}
