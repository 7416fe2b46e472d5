# SPDX-License-Identifier: BSD-3-Clause
"""Runs a program that spawns, without sidestep or with it, and says what came of it."""
import collections
import dataclasses
import fcntl
import os
import pathlib
import select
import shutil
import signal
import tempfile
import threading
import time
import typing

import conditions
import leader
import processes
import streams

DEADLINE = 30  # seconds; the guests need few. After that it hangs
DEADLINE_WITHOUT = 8  # a hang there excuses everything: short is lenient
SETTLES = 8  # seconds, in which what is left at the program's end may end, too
HANGS = "hangs"
# Some spawns of 5.0.2 fail so on a busy machine, with sidestep and without: half of them by UCX's shared memory.
UPSTREAM = "MPIDI_UCX_insert_upid"


@dataclasses.dataclass(frozen=True)
class Trial:
    """What is tried. `parent` and `child` are steps of tests/guests/spawn_steps.c."""
    parent: typing.Any
    child: typing.Any = "init send disconnect finalize"
    stdin: str = "null"
    stdout: str = "pipe"
    stderr: str = "pipe"  # or "same"
    reader: str = "all"
    condition: tuple = ()  # names of conditions.CONDITIONS, from the outermost on
    shell: str = ""  # for bash -c: "$@" is the program
    signals: str = ""  # "USR1:group:parent received": to whom, and after which line of the journal
    way: str = "run"  # or "preload"
    variables: tuple = ()  # (name, value) pairs
    deadline: float = 0  # seconds, where it is not the usual one

    def steps(self):
        split = lambda it: it.split() if isinstance(it, str) else list(it)  # noqa: E731
        return [*split(self.parent), "--", *split(self.child)]


class Outcome(typing.NamedTuple):
    status: typing.Any  # an exit status, minus a signal, or HANGS
    journal: collections.Counter
    lines: int  # of the guests, that came to whoever reads
    output_ended: bool
    left: collections.Counter  # names of processes
    said: str  # the end of what it printed

    def did(self, what):
        """How often the journal has that line, or one that begins so."""
        return sum(count for line, count in self.journal.items() if line == what or line.startswith(what + " "))

    def failed_upstream(self):
        return UPSTREAM in self.said or any(UPSTREAM in line for line in self.journal)

    def __str__(self):
        left = f", left: {dict(self.left)}" if self.left else ""
        ended = "" if self.output_ended else ", the output never ends"
        did = ", ".join(f"{count} {line[:150]}" for line, count in sorted(self.journal.items()))
        return f"status {self.status}, {self.lines} lines{ended}{left}; {did}; said: {self.said[-300:]!r}"


class Journal:
    """A FIFO into which the guests say what they have done."""

    def __init__(self, path):
        self.path, self.lines = path, []
        os.mkfifo(path)
        path.chmod(0o666)
        self.fd = os.open(path, os.O_RDWR)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        with open(self.fd, errors="replace") as file:
            for line in file:
                if line == "the end\n":
                    return
                self.lines.append(line.rstrip("\n"))

    def has(self, line):
        return any(one.startswith(line) for one in list(self.lines))

    def close(self):
        os.write(self.fd, b"the end\n")


class Place:
    """A stage of sidestep, an MPICH, and the guest."""

    def __init__(self, stage, mpi, guest=None):
        self.stage, self.mpi = pathlib.Path(stage).resolve(), pathlib.Path(mpi)
        self.guest = guest

    def sidestep(self, way):
        if way == "run":
            return [str(self.stage / "bin/sidestep"), "run"]
        return ["/usr/bin/env", f"LD_PRELOAD={self.stage}/lib/libsidestep.so"]

    def environment(self):
        return {"PATH": f"{self.mpi}/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LD_LIBRARY_PATH": f"{self.mpi}/lib",
                "HOME": "/tmp", "UCX_LOG_LEVEL": "error", "LANG": "C.UTF-8",
                "UCX_TLS": "tcp,self"}  # see UPSTREAM


def start(trial, place, folder, journal, outputs, stdin, with_sidestep):
    """Starts the program; what can be said of it beforehand is said here. @return what leader.lead does"""
    program = [str(place.guest), str(journal.path), "parent", "0", *trial.steps()]
    command = [*(place.sidestep(trial.way) if with_sidestep else []), *program]
    environment = place.environment() | dict(trial.variables)
    setups = []
    for name in reversed(trial.condition):
        condition = conditions.CONDITIONS[name](place, folder)
        command = [*condition.words, *command]
        environment = condition.variables(environment)
        setups += [condition.setup] if condition.setup else []
    if trial.shell:
        command = ["bash", "-c", trial.shell, "bash", *command]
    out, err = outputs
    led = leader.lead(out.fd if out.kind == "terminal" else None)
    if led:
        return led
    try:
        os.chdir(folder)
        high = [fd if fd is None else fcntl.fcntl(fd, fcntl.F_DUPFD, 20) for fd in (stdin, out.fd, err.fd)]
        for number, fd in enumerate(high):
            os.close(number) if fd is None else os.dup2(fd, number)
        os.closerange(3, 1024)
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:  # whoever started the test may ignore some
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        for setup in reversed(setups):
            setup()
        os.execve(shutil.which(command[0], path=place.environment()["PATH"]), command, environment)
    except BaseException as error:  # noqa: BLE001: nobody must come back from here
        journal.lines.clear()
        try:
            with open(journal.path, "w") as file:
                file.write(f"not started: {error}\n")
        finally:
            os._exit(126)


def send_signals(plan, journal, has_ended):
    """Sends what is planned, once the journal has that line. Several signals: a second lies between them."""
    names, to_whom, when = plan.split(":", 2)
    if not processes.until(lambda: journal.has(when) or has_ended(), 15):
        return
    time.sleep(0.3)
    program = [one for one in processes.below() if b"parent" in processes.words_of(one)[2:3]]
    if not program:
        return
    group = os.getpgid(program[0])  # who was stopped with it is continued, though it has ended
    for name in names.split(","):
        number = getattr(signal, "SIG" + name)
        try:
            os.killpg(group, number) if to_whom == "group" else os.kill(program[0], number)
        except ProcessLookupError:
            return
        time.sleep(1 if "," in names else 0)


def run(trial, place, with_sidestep, deadline=None, at_end=lambda: None):
    """@return the Outcome; calls at_end when the program has ended. This process must have become a reaper; nothing of
    it is left then."""
    deadline = deadline or trial.deadline or (DEADLINE if with_sidestep else DEADLINE_WITHOUT)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sidestep-trial-"))
    folder.chmod(0o1777)
    journal = Journal(folder / "journal")
    before = set(processes.below())
    try:
        out = streams.Output(trial.stdout, trial.reader, folder, "out")
        err = out if trial.stderr == "same" else streams.Output(trial.stderr, trial.reader, folder, "err")
        stdin, ours = streams.make_input(trial.stdin, folder, out.fd if trial.stdout == "terminal" else None)
        its_leader, told = start(trial, place, folder, journal, (out, err), stdin, with_sidestep)
        every = {id(one): one for one in (out, err)}.values()
        for one in every:
            one.close_theirs()
            one.start()
        if stdin is not None:
            os.close(stdin)
        def has_ended():
            return bool(select.select([told], [], [], 0)[0])
        if trial.signals:
            send_signals(trial.signals, journal, has_ended)
        ended = processes.until(has_ended, deadline)
        status = int(os.read(told, 20) or -signal.SIGKILL) if ended else HANGS
        os.close(told)
        at_end()
        if ours is not None:
            os.close(ours)
        before.add(its_leader)
        if not ended:
            processes.end_all(before)
        pause = float(trial.reader.partition(":")[2] or 0) if trial.reader.startswith("pause") else 0
        processes.until(lambda: not processes.below(but=before), SETTLES + pause)
        left = collections.Counter(processes.below(but=before).values())
        output_ended = all([one.wait(1 + pause) for one in every if one.kind != "terminal"])
        processes.end_all(before - {its_leader})
        for one in every:
            one.wait(2 + pause)
        journal.close()
        return Outcome(status, collections.Counter(journal.lines), sum(one.lines() for one in every), output_ended,
                       left, b" ".join(one.text() for one in every)[-800:].decode(errors="replace"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
