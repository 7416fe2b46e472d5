# SPDX-License-Identifier: BSD-3-Clause
"""A session's leader that is not the program, as a shell is."""
import contextlib
import fcntl
import os
import signal
import termios

import processes


def lead(terminal):
    """Forks, as a shell on that terminal, or on none: the leader of a session, in which the program is a process group of
    its own. @return the leader's pid and a pipe with the program's status, in this process; nothing in the program"""
    ours, theirs = os.pipe()
    leader = os.fork()
    if leader:
        os.close(theirs)
        return leader, ours
    os.setsid()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    if terminal is not None:
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    program = os.fork()
    with contextlib.suppress(OSError):  # both do it, and one comes too late
        os.setpgid(program, program)
        if terminal is not None:
            os.tcsetpgrp(terminal, program or os.getpid())
    if not program:
        return None
    wait_for(program, theirs)


def wait_for(program, theirs):
    """The leader's part: says the status; goes when it is killed."""
    def end(*unused):
        processes.send(program, signal.SIGKILL)
        os._exit(0)
    try:
        os.closerange(0, theirs)
        os.closerange(theirs + 1, 1024)
        signal.signal(signal.SIGTERM, end)
        processes.libc.prctl(processes.PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)  # who stops the test leaves nothing
        _, status = os.waitpid(program, 0)
        os.write(theirs, str(os.waitstatus_to_exitcode(status)).encode())
        os.close(theirs)
        while True:
            signal.pause()
    finally:
        os._exit(1)
