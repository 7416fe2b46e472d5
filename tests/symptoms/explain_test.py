#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""sidestep explain, on what people type and paste: typed.txt, pasted/, unrelated.txt beside this file."""
import os
import pathlib
import resource
import subprocess
import unittest

HERE = pathlib.Path(__file__).resolve().parent
COMMAND = pathlib.Path(os.environ["SIDESTEP_TEST_ROOT"]) / "stage/bin/sidestep"
KNOWN, UNKNOWN = 0, 1


def explain(*words, text=b""):
    return subprocess.run([COMMAND, "explain", *words], input=text, capture_output=True, check=False)


def problems_in(said):
    """The ids that its output names, in their order."""
    return [line.split(":")[0] for line in said.stdout.decode().splitlines() if line and line[0] != " "]


def entries(name):
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("# ")).split("\n%\n")


class Explain(unittest.TestCase):
    def test_what_people_type(self):
        lines = [line.split("\t") for line in (HERE / "typed.txt").read_text(encoding="utf-8").splitlines()
                 if not line.startswith("#")]
        self.assertGreaterEqual(len(lines), 40)
        for wanted, text in lines:
            with self.subTest(text, wanted=wanted):
                said = explain(text)
                self.assertEqual(said.returncode, KNOWN)
                self.assertIn(f"\n{wanted}: ", "\n" + said.stdout.decode())

    def test_the_same_in_a_log(self):
        """A known message between ordinary lines: its line is named."""
        said = explain(text=b"starting\n" * 1000 + b"x unrecognized argument pmi_args\n" + b"waiting\n" * 1000)
        self.assertIn("\n  line 1001:  x unrecognized argument pmi_args\n", said.stdout.decode())

    def test_what_people_paste(self):
        files = sorted((HERE / "pasted").glob("*.txt"))
        self.assertGreaterEqual(len(files), 10)
        for file in files:
            with self.subTest(file.name):
                wanted = file.name.split(".")[0]
                for said in explain(text=file.read_bytes()), explain(str(file)):
                    self.assertEqual(said.returncode, KNOWN)
                    self.assertEqual(problems_in(said), [wanted])

    def test_what_is_none_of_ours(self):
        texts = entries("unrelated.txt")
        self.assertGreaterEqual(len(texts), 40)
        for text in [*texts, "\n".join(texts)]:
            with self.subTest(text):
                said = explain(text=text.encode())
                self.assertEqual((said.returncode, said.stdout), (UNKNOWN, b""))
                self.assertIn(b"`sidestep list`", said.stderr)

    def test_what_is_typed_and_none_of_ours(self):
        # What a message shares with others decides nothing; at most it is called a part of that message.
        for text in [*entries("unrelated.txt"), "Permission denied", "error", "write error", "Bad file descriptor", "mpiexec",
                     "Segmentation fault", "argument matching returned error", "Killed", "callback returned error status"]:
            with self.subTest(text):
                said = explain(text.encode())
                if said.returncode != UNKNOWN:
                    self.assertIn(b"\n  part: ", said.stdout)

    def test_a_part_of_a_message_is_called_one(self):
        self.assertIn("\n  part: ", explain("mkdir: file already exists (EEXIST)").stdout.decode())
        self.assertNotIn("\n  part: ", explain("unrecognized argument pmi_args").stdout.decode())

    def test_several_problems_the_most_certain_first(self):
        said = explain(text=b"""Press Ctrl-C again to force abort
There are not enough slots available in the system to satisfy the 4 slots
[mpiexec@n1] match_arg (args.c:163): unrecognized argument pmi_args
[mpiexec@n1] Sending Ctrl-C to processes as requested
[mpiexec@n1] Press Ctrl-C again to force abort
""")
        self.assertEqual(problems_in(said), ["ompi-slots", "spawn-relay", "spawn-session"])
        for line in "  line 2:", "  line 3:", "  line 4:":
            self.assertIn(line, said.stdout.decode())

    def test_a_backtrace_belongs_to_its_crash(self):
        head = b"[n1:1:0:1] Caught signal 11 (Segmentation fault: address not mapped to object at address 0x8)\n"
        said = explain(text=head + b"waiting\n" * 1000 + b"/opt/julia/lib/libjulia.so.1\n").stdout.decode()
        self.assertIn("\n  but: ", said)  # a crash of the program's own prints the same

    def test_a_line_that_is_broken_before_what_looks_like_a_prefix(self):
        said = explain(text=b"sidestep: every rank is 0 of \n1: the launcher, which set PMIX_RANK, is not that of MPICH\n")
        self.assertEqual(problems_in(said), ["foreign-launcher"])

    def test_the_parts_of_a_message_stand_near_each_other(self):
        for apart, status in (40, KNOWN), (400, UNKNOWN):
            self.assertEqual(explain(text=b"gethostbyname failed, " + b"x" * apart + b" (errno 0)").returncode, status)

    def test_a_number_is_another_where_it_goes_on(self):
        for number, status in (b"1", KNOWN), (b"1 ", KNOWN), (b"1\n2", KNOWN), (b"14", UNKNOWN):
            self.assertEqual(explain(text=b"Read -1, expected 64, errno = " + number).returncode, status)

    def test_an_empty_text_is_not_known(self):
        self.assertEqual(explain(text=b"").returncode, UNKNOWN)

    def test_controls_of_a_terminal_are_not_printed(self):
        said = explain(text=b"\x1b]0;title\x07\x1b[2J\x08unrecognized argument pmi_args \x1b[31m\xff\n").stdout
        self.assertIn(b"line 1:     unrecognized argument pmi_args \xef\xbf\xbd", said)
        self.assertNotIn(b"\x1b", said)

    def test_a_log_of_any_size_takes_the_same_memory(self):
        line = b"step 12: residual 1.234567e-08, unrecognized argumen\n"
        with subprocess.Popen([COMMAND, "explain"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (16 << 20, 16 << 20))) as process:
            for _ in range(100):
                process.stdin.write(line * 20000)  # a megabyte
            process.stdin.write(b"x" * (32 << 20) + b"\n")  # one line
            process.stdin.write(b"unrecognized argument pmi_args\n")
            said = process.communicate()[0].decode()
        self.assertEqual(process.returncode, KNOWN)
        self.assertIn("  line 2000002: unrecognized argument pmi_args\n", said)


if __name__ == "__main__":
    unittest.main()
