# SPDX-License-Identifier: BSD-3-Clause
"""A sandbox that refuses a system call, or ends who makes it: what spawns there without the library spawns with it."""
import ctypes
import errno
import os
import platform
import struct
import subprocess
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(os.environ["SIDESTEP_TEST_ROOT"])
BUILDS = Path(os.environ["SIDESTEP_TEST_BUILDS"])
LIBRARY = ROOT / "stage/lib/libsidestep.so"
PROGRAM = ROOT / "tests/guests/bench_spawn"

# Of x86-64: what the library or the relay calls, or once called. Without poll or accept no MPICH spawns.
CALLS = {"pipe": 22, "nanosleep": 35, "getpeername": 52, "kill": 62, "waitid": 247, "ppoll": 271, "accept4": 288,
         "signalfd4": 289, "dup3": 292, "pipe2": 293, "getrandom": 318, "memfd_create": 319, "statx": 332,
         "pidfd_send_signal": 424, "pidfd_open": 434, "close_range": 436}
KILL = 0x80000000  # SECCOMP_RET_KILL_PROCESS
ACTIONS = {"EPERM": 0x50000 | errno.EPERM, "ENOSYS": 0x50000 | errno.ENOSYS, "killed": KILL}

libc = ctypes.CDLL(None, use_errno=True)


def install_filter(call, action):
    """From here on, in this process and what it starts."""
    def code(what, value, if_true=0, if_false=0):
        return struct.pack("HBBI", what, if_true, if_false, value)

    rules = code(0x20, 0) + code(0x15, call, 0, 1) + code(0x06, action) + code(0x06, 0x7FFF0000)
    buffer = ctypes.create_string_buffer(rules, len(rules))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("rules", ctypes.c_void_p)]

    program = Program(len(rules) // 8, ctypes.addressof(buffer))
    assert not libc.prctl(38, 1, 0, 0, 0) and not libc.prctl(22, 2, ctypes.byref(program), 0, 0)


def run(version, call, action, library):
    prefix = BUILDS / version
    environment = {**os.environ, "LD_LIBRARY_PATH": f"{prefix}/lib", "PATH": f"{prefix}/bin:{os.environ['PATH']}"}
    environment.pop("LD_PRELOAD", None)
    if library:
        environment["LD_PRELOAD"] = str(LIBRARY)
    words = [sys.executable, __file__, str(CALLS[call]), str(ACTIONS[action]), str(PROGRAM), "1"]
    process = subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, start_new_session=True)
    try:
        output = process.communicate(timeout=40 if library else 8)[0]
        return process.returncode, output
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.kill()
        return "hangs", process.communicate()[0]


@unittest.skipUnless(platform.machine() == "x86_64", "the numbers are x86-64's")
class Sandbox(unittest.TestCase):
    def try_all(self, version):
        cases = [(call, action) for call in CALLS for action in ACTIONS if call in os.environ.get("ONLY", call)]
        with ThreadPoolExecutor(2) as pool:
            without = list(pool.map(lambda case: run(version, *case, False), cases))
            with_it = list(pool.map(lambda case: run(version, *case, True), cases))
        works = 0
        for case, before, after in zip(cases, without, with_it):
            if before[0] != 0:
                continue
            works += 1
            with self.subTest(version=version, call=case[0], action=case[1]):
                self.assertEqual(after[0], 0, after[1])
        self.assertGreater(works, len(cases) // 2)

    def test_4_2_3(self):
        self.try_all("4.2.3")

    def test_5_0_2(self):
        self.try_all("5.0.2")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        install_filter(int(sys.argv[1]), int(sys.argv[2]))
        os.execv(sys.argv[3], sys.argv[3:])
    unittest.main(verbosity=2)
