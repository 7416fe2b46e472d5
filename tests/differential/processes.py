# SPDX-License-Identifier: BSD-3-Clause
"""The processes below this one: all of them come to it when their parents have ended, and none is left."""
import ctypes
import os
import pathlib
import signal
import time

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
libc = ctypes.CDLL(None, use_errno=True)


def become_reaper():
    """Orphans below this process become its children, in whatever session they are. It ends with who started it."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "PR_SET_CHILD_SUBREAPER")


def reap():
    """Waits for all that have ended, and for nothing else."""
    try:
        while True:
            if not os.waitpid(-1, os.WNOHANG)[0]:
                return
    except ChildProcessError:
        pass


def stat_of(pid):
    """A process's name, state and parent; None where it is gone."""
    try:
        name, _, rest = pathlib.Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")
    except OSError:
        return None
    return name.partition("(")[2], rest.split()[0], int(rest.split()[1])


def words_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return []


def below(top=None, but=()):
    """{pid: name} of the live processes below `top`, but for some."""
    top = top or os.getpid()
    every = {int(one): stat_of(one) for one in os.listdir("/proc") if one.isdigit()}
    every = {pid: told for pid, told in every.items() if told}
    found = {}
    for pid, (name, state, _) in every.items():
        above = pid
        while above in every and above != top:
            above = every[above][2]
        if above == top and pid != top and state not in "ZX" and pid not in but:
            found[pid] = name
    return found


def send(pid, number):
    """A signal, to one that may be gone."""
    try:
        os.kill(pid, number)
        return True
    except ProcessLookupError:
        return False


def until(true, deadline):
    """Whether it becomes true in that many seconds."""
    end = time.monotonic() + deadline
    while not true():
        reap()
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def end_all(but=()):
    """Kills what is left."""
    def nobody():
        left = below(but=but)
        for pid in left:
            send(pid, signal.SIGKILL)
        reap()
        return not left
    until(nobody, 20)
