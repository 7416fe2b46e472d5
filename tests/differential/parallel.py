# SPDX-License-Identifier: BSD-3-Clause
"""A process for each of several things, some at a time: what one leaves behind, or breaks, is no other's."""
import multiprocessing.connection
import os
import traceback

import processes


def start(function, item):
    """@return the pid and the pipe on which its result comes"""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    pid = os.fork()
    if pid:
        theirs.close()
        return pid, ours
    try:
        processes.become_reaper()
        theirs.send(function(item))
    except BaseException:  # noqa: BLE001: nobody must come back from here
        traceback.print_exc()
    finally:
        processes.end_all()
        os._exit(0)


def each(function, items, jobs):
    """The results, in their items' order; None where a process came to nothing."""
    items, running, results = list(items), {}, {}
    shown = started = 0
    while shown < len(items):
        while started < len(items) and len(running) < jobs:
            pid, pipe = start(function, items[started])
            running[pipe] = started, pid
            started += 1
        for pipe in multiprocessing.connection.wait(list(running)):
            number, pid = running.pop(pipe)
            try:
                results[number] = pipe.recv()
            except EOFError:
                results[number] = None
            pipe.close()
            os.waitpid(pid, 0)
        while shown in results:
            yield results.pop(shown)
            shown += 1
