// SPDX-License-Identifier: BSD-3-Clause
// crash KIND: dies, or says why it did not.
#include <alloca.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline, noclone))

static volatile int zero;
static int* volatile low = (int*)0x10;

static void start_backtrace(void) {
  void (*start)(void);
  *(void**)&start = dlsym(RTLD_DEFAULT, "start_backtrace_again");
  if (start) start();
}

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

// The smallest: what the kernel itself puts there, and two KiB. What lies below it is watched.
static void smallest_stack(void) {
  const size_t least = getauxval(51);  // AT_MINSIGSTKSZ
  const size_t size = ((least ? least : 2048) + 2048 + 15) & ~(size_t)15;
  char* pages = mmap(NULL, 131072, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  const stack_t mine = {.ss_sp = pages + 65536, .ss_size = size};
  mprotect(pages, 65536, PROT_NONE);
  if (sigaltstack(&mine, NULL)) perror("sigaltstack");
  overflow();
}

static void smallest_stack_handled(void) {
  signal(SIGSEGV, (void (*)(int))abort);
  start_backtrace();
  smallest_stack();
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
  signal(SIGSEGV, handler);
  start_backtrace();
  crash_here();
}

static void ignored_before(void) {
  signal(SIGFPE, SIG_IGN);
  start_backtrace();
  raise(SIGFPE);
  printf("ignored\n");
  exit(0);
}

// Handlers without SA_ONSTACK, which are there before: the kernel cannot call one where the stack
// is exhausted.
static void overflow_handled(void) {
  signal(SIGSEGV, handler);
  start_backtrace();
  overflow();
}

static void overflow_handled_once(void) {
  const struct sigaction action = {.sa_handler = handler, .sa_flags = (int)SA_RESETHAND};
  sigaction(SIGSEGV, &action, NULL);
  start_backtrace();
  overflow();
}

// An array that is larger than the stack: nothing near the stack pointer is mapped.
static void large_array_handled(void) {
  struct rlimit limit;
  signal(SIGSEGV, handler);
  start_backtrace();
  getrlimit(RLIMIT_STACK, &limit);
  volatile char* array =
      alloca(limit.rlim_cur == RLIM_INFINITY ? (size_t)1 << 40 : (size_t)limit.rlim_cur + 65536);
  array[0] = 1;
  printf("%d\n", array[0]);
}

// The kernel ends it by SIGSEGV, whichever signal it has no room for.
static void fpe_without_stack(void) {
  signal(SIGFPE, handler);
  start_backtrace();
#if defined(__x86_64__)
  __asm__ volatile("mov $0x10000, %rsp; xor %eax, %eax; xor %edx, %edx; div %eax");
#endif
}

static void* overflows(void* stack_of_its_own) {
  const stack_t mine = {.ss_sp = malloc(65536), .ss_size = 65536};
  if (stack_of_its_own) sigaltstack(&mine, NULL);
  overflow();
  return NULL;
}
static void overflow_in_thread(void* stack_of_its_own) {
  pthread_t thread;
  signal(SIGSEGV, handler);
  start_backtrace();
  pthread_create(&thread, NULL, overflows, stack_of_its_own);
  pthread_join(thread, NULL);
}
static void overflow_thread_own_stack(void) { overflow_in_thread(small); }
static void overflow_thread_no_stack(void) { overflow_in_thread(NULL); }

// A program that goes on after its SIGSEGV, as a garbage collector does: the handler gets all that
// it gets without anybody before it, on the stack where it was.
static char* page;
static volatile int met, wrong;
static void opens_page(int number, siginfo_t* info, void* context) {
  (void)context;
  stack_t now;
  sigset_t blocked;
  sigaltstack(NULL, &now);
  sigprocmask(SIG_BLOCK, NULL, &blocked);
  if (now.ss_flags & SS_ONSTACK) wrong |= 1;
  if (!sigismember(&blocked, number) || !sigismember(&blocked, SIGUSR2) ||
      sigismember(&blocked, SIGUSR1))
    wrong |= 4;
  if (info->si_code == SI_TKILL || info->si_code == SI_USER || info->si_code == SI_QUEUE) {
    if (info->si_pid != getpid()) wrong |= 8;
    if (info->si_code == SI_QUEUE && info->si_value.sival_int != 77) wrong |= 16;
  } else {
    if (info->si_code != SEGV_ACCERR || info->si_addr != page) wrong |= 32;
    mprotect(page, 65536, PROT_READ);
  }
  ++met;
}
static void* touches(void* nothing) {
  (void)*(volatile char*)page;
  return nothing;
}
static void goes_on(void) {
  struct sigaction action = {.sa_sigaction = opens_page, .sa_flags = SA_SIGINFO | SA_RESTART}, now;
  pthread_t thread;
  const char* first = getenv("CRASH_FIRST");
  page = mmap(NULL, 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  sigaddset(&action.sa_mask, SIGUSR2);
  sigaction(SIGSEGV, &action, NULL);
  start_backtrace();
  errno = 1234;
  if (first && !strcmp(first, "raise")) raise(SIGSEGV);
  if (first && !strcmp(first, "queue")) sigqueue(getpid(), SIGSEGV, (union sigval){77});
  if (first && !strcmp(first, "kill")) kill(getpid(), SIGSEGV);
  if (first && !strcmp(first, "thread")) {
    pthread_create(&thread, NULL, touches, NULL);
    pthread_join(thread, NULL);
    mprotect(page, 65536, PROT_NONE);
  }
  for (int i = 0; i < 100; ++i) {
    (void)*(volatile char*)page;
    mprotect(page, 65536, PROT_NONE);
  }
  if (errno != 1234) wrong |= 64;
  sigaction(SIGSEGV, NULL, &now);
  if (now.sa_sigaction != opens_page || now.sa_flags & SA_ONSTACK) wrong |= 128;
  printf("met %d, wrong %d\n", met, wrong);
  exit(0);
}

// The loader's list of libraries lies on the heap, and one entry is spoilt: what looks for a
// library behind it crashes too, wherever it is called.
static void lists_gone(void) {
  struct link_map* entry = NULL;
  void (*crash)(void);
  void* spoilt = dlopen("libutil.so.1", RTLD_NOW);
  void* library = dlopen(getenv("CRASH_LIBRARY"), RTLD_NOW);
  if (!library || !spoilt || dlinfo(spoilt, RTLD_DI_LINKMAP, &entry)) return;
  *(void**)&crash = dlsym(library, "crash_in_library");
  memset(entry, 0x41, 64);
  crash();
}

// Nobody but who makes a process notices its end: whoever waits for any sees none.
static void on_child(int number) {
  (void)number;
  (void)!write(1, "SIGCHLD\n", 8);
}
static void* waits_for_any(void* nothing) {
  for (;;) waitpid(-1, NULL, 0) > 0 ? (void)!write(1, "a child\n", 8) : (void)usleep(100);
  return nothing;
}
static void children_counted(void) {
  pthread_t thread;
  signal(SIGCHLD, on_child);
  pthread_create(&thread, NULL, waits_for_any, NULL);
  usleep(10000);
  crash_here();
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
             {"smallest_stack", smallest_stack},
             {"smallest_stack_handled", smallest_stack_handled},
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
             {"overflow_handled", overflow_handled},
             {"overflow_handled_once", overflow_handled_once},
             {"large_array_handled", large_array_handled},
             {"fpe_without_stack", fpe_without_stack},
             {"overflow_thread_own_stack", overflow_thread_own_stack},
             {"overflow_thread_no_stack", overflow_thread_no_stack},
             {"goes_on", goes_on},
             {"lists_gone", lists_gone},
             {"children_counted", children_counted},
             {"no_processes", no_processes}};

int main(int argc, char** argv) {
  for (size_t i = 0; argc > 1 && i < sizeof kinds / sizeof *kinds; ++i)
    if (!strcmp(kinds[i].name, argv[1])) kinds[i].run();
  printf("still alive\n");
  return 1;
}
