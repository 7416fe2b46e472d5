// SPDX-License-Identifier: BSD-3-Clause
// One thunk for operators of both calling conventions of 32-bit x86, made at run time as a binding
// would make it: docs/msmpi.md. A stdcall caller, as Microsoft MPI is, calls an operator of each
// convention a million times through the thunk, and once without it. Freestanding, so that no
// 32-bit libc is needed.
typedef void __attribute__((stdcall)) Operator(void* in, void* inout, int* length, int* type);

enum { calls = 1000000, width = 4 };

__attribute__((cdecl)) static void sum_cdecl(int* in, int* inout, int* length, int* type) {
  (void)type;
  for (int i = 0; i < *length; i++) inout[i] += in[i];
}

__attribute__((stdcall)) static void sum_stdcall(int* in, int* inout, int* length, int* type) {
  (void)type;
  for (int i = 0; i < *length; i++) inout[i] += in[i];
}

static const unsigned char thunk[] = {
    0x55,                          // push %ebp
    0x89, 0xe5,                    // mov  %esp, %ebp
    0x83, 0xe4, 0xf0,              // and  $-16, %esp       aligned, as GCC's functions expect
    0xff, 0x75, 0x14,              // push 20(%ebp)         type
    0xff, 0x75, 0x10,              // push 16(%ebp)         length
    0xff, 0x75, 0x0c,              // push 12(%ebp)         inout
    0xff, 0x75, 0x08,              // push 8(%ebp)          in
    0xb8, 0x00, 0x00, 0x00, 0x00,  // mov  $operator, %eax  the address goes here
    0xff, 0xd0,                    // call *%eax
    0x89, 0xec,                    // mov  %ebp, %esp       as it was, whoever took the arguments
    0x5d,                          // pop  %ebp
    0xc2, 0x10, 0x00,              // ret  $16              stdcall: 16 bytes of arguments go
};
enum { address = 19 };  // of the operator, in the thunk

/// Writes a thunk for an operator of either convention.
/// @param code sizeof thunk bytes that may be written and run
static Operator* make_thunk(unsigned char* code, const void* function) {
  const unsigned value = (unsigned)function;
  for (unsigned i = 0; i < sizeof thunk; i++) code[i] = thunk[i];
  for (unsigned i = 0; i < sizeof value; i++) code[address + i] = value >> 8 * i & 0xff;
  return (Operator*)code;
}

// Calls as a stdcall caller does, which leaves the arguments to whom it calls. Returns by how many
// bytes the stack pointer is off afterwards, and puts it back.
unsigned moved(Operator* called, int* in, int* inout, int* length, int* type);
__asm__(
    ".globl moved\n"
    "moved:\n"
    "  push  %ebp\n"
    "  mov   %esp, %ebp\n"
    "  push  24(%ebp)\n"
    "  push  20(%ebp)\n"
    "  push  16(%ebp)\n"
    "  push  12(%ebp)\n"
    "  call  *8(%ebp)\n"
    "  mov   %ebp, %eax\n"
    "  sub   %esp, %eax\n"
    "  mov   %ebp, %esp\n"
    "  pop   %ebp\n"
    "  ret\n");

static int system_call(int number, int first, const void* second, int third) {
  int result;
  __asm__ volatile("int $0x80"
                   : "=a"(result)
                   : "a"(number), "b"(first), "c"(second), "d"(third)
                   : "memory");
  return result;
}

static void print(const char* text) {
  int length = 0;
  while (text[length]) length++;
  system_call(4, 1, text, length);
}

static void print_number(unsigned number) {
  char digits[11];
  char* at = digits + sizeof digits - 1;
  *at = 0;
  do {
    *--at = (char)('0' + number % 10);
    number /= 10;
  } while (number);
  print(at);
}

static void try(const char* what, Operator* called, int times) {
  int in[width] = {1, 2, 3, 4}, inout[width] = {0}, length = width, type = 0;
  unsigned off = 0;
  for (int i = 0; i < times; i++) off |= moved(called, in, inout, &length, &type);
  print(what);
  print(": sum ");
  print_number((unsigned)inout[width - 1]);
  print(", stack pointer off by ");
  print_number(off);
  print("\n");
}

void _start(void) {
  static unsigned char code[4096] __attribute__((aligned(4096)));
  enum { mprotect = 125, exit = 1, read_write_execute = 7 };
  if (system_call(mprotect, (int)code, (void*)sizeof code, read_write_execute))
    print("no memory that may be written and run\n");
  try("cdecl alone", (Operator*)(void*)sum_cdecl, 1);
  try("stdcall alone", (Operator*)(void*)sum_stdcall, 1);
  try("cdecl by the thunk", make_thunk(code, (void*)sum_cdecl), calls);
  try("stdcall by the thunk", make_thunk(code, (void*)sum_stdcall), calls);
  system_call(exit, 0, 0, 0);
}
