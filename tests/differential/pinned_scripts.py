# SPDX-License-Identifier: BSD-3-Clause
"""Cases that one Trial does not tell: functions of a Place, which raise AssertionError."""
import os
import pathlib
import random
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

import processes
import trial
from trial import HANGS, Place, Trial

SCRIPTS = {}  # name: function


def script(name):
    return lambda function: SCRIPTS.setdefault(name, function)


class Disturbed:
    """While a trial runs: does something to its processes of one name, again and again."""

    def __init__(self, act, every):
        self.act, self.every, self.over = act, every, threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        while not self.over.wait(self.every()):
            self.act()

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *unused):
        self.over.set()
        self.thread.join()


def named(name):
    return sorted(pid for pid, its in processes.below().items() if its == name)


@script("9 the relay's server is killed again and again")
def server_killed(where):
    """Each spawn gives children or an error; nothing hangs. The relay's parent starts another server."""
    def kill():
        relays = [pid for pid in named("sidestep-relay") if (processes.stat_of(pid) or ("", "", 0))[2] in named("sidestep-relay")]
        if relays:
            processes.send(relays[-1], signal.SIGKILL)
    steps = ["init", "errors", *["spawn:1", "recv", "disconnect"] * 30, "leave:0"]
    chance = random.Random(9)
    with Disturbed(kill, lambda: chance.uniform(0.02, 0.2)):
        outcome = trial.run(Trial(parent=steps), where, True, 90)
    assert outcome.status == 0 and not outcome.left, outcome
    assert outcome.did("parent spawned") + outcome.did("parent spawned failed:") >= 30, outcome


@script("Q3 nobody can meet libmpi")
def nobody_meets(where):
    """hydra ends at its limit, with children before MPI_Init, and sidestep-connect never gets through: so it is where a
    child dies in the middle of its meeting with libmpi. A batch program ends all the same."""
    with tempfile.TemporaryDirectory(prefix="sidestep-stage-") as folder:
        os.chmod(folder, 0o755)
        stage = shutil.copytree(where.stage, folder + "/stage", symlinks=True)
        connect = pathlib.Path(stage, "libexec/sidestep/sidestep-connect")
        connect.unlink()
        connect.write_text("#!/bin/sh\nexec sleep 100\n")
        connect.chmod(0o755)
        outcome = trial.run(Trial(parent="init spawn:2 recv disconnect finalize", child="sleep:60000 init finalize",
                                  condition=("MPIEXEC_TIMEOUT=3",)), Place(stage, where.mpi, where.guest), True, 60)
    assert outcome.status == -signal.SIGTERM and not outcome.left, outcome


@script("10 hydra's proxy is stopped")
def proxy_stopped(where):
    """MPI's error after 180 s would do; who is stopped alone is continued. Never a hang, and nothing is left."""
    done = []
    def stop():
        proxies = [] if done else named("hydra_pmi_proxy")
        for pid in proxies:
            processes.send(pid, signal.SIGSTOP)
        done.extend(proxies)
    with Disturbed(stop, lambda: 0.001):
        outcome = trial.run(Trial(parent="init errors spawn:1 recv disconnect leave:0"), where, True, 230)
    assert outcome.status != HANGS and not outcome.left, outcome


@script("16 a flood of connections")
def flood(where):
    """Thousands of connections on this host, and more to whatever listens on it: the spawns go on."""
    over = threading.Event()
    kept = []
    def connect():
        with socket.create_server(("127.0.0.1", 0), backlog=4000) as server:
            while len(kept) < 3000:
                kept.append(socket.create_connection(server.getsockname()))
                kept.append(server.accept()[0])
            over.wait(60)
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, max(8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
    thread = threading.Thread(target=connect)
    thread.start()
    try:
        outcome = trial.run(Trial(parent="init " + "spawn:1 recv disconnect " * 5 + "finalize"), where, True, 60)
    finally:
        over.set()
        thread.join()
        for one in kept:
            one.close()
    assert outcome.status == 0 and outcome.did("parent received") == 5 and not outcome.left, outcome


A_POOL_CRASHES = """
import os, time
from mpi4py.futures import MPIPoolExecutor
for crash in False, True, False, True:
    pool = MPIPoolExecutor(1)
    if crash:
        pool.submit(os.abort)
        time.sleep(2)
    else:
        print(pool.submit(abs, -1).result(), flush=True)
pool = MPIPoolExecutor(1)
print(pool.submit(abs, -1).result(), flush=True)
os._exit(0)
"""


def python(where, code, deadline, **variables):
    """@return the finished process, or None where it hangs; all of it is gone then"""
    process = subprocess.Popen(
        [*where.sidestep("run"), f"{where.mpi}/bin/python", "-c", code], stdin=subprocess.DEVNULL, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        env={**where.environment(), **variables})
    try:
        out, _ = process.communicate(timeout=deadline)
        return subprocess.CompletedProcess(process.args, process.returncode, out)
    except subprocess.TimeoutExpired:
        return None
    finally:
        processes.end_all()


@script("P5 pools of mpi4py, some of which crash")
def pools_of_mpi4py(where):
    done = python(where, A_POOL_CRASHES, 60, SIDESTEP_INTERACTIVE="1")
    assert done and done.returncode == 0 and done.stdout.split()[-1:] == ["1"] and done.stdout.count("1") >= 3, \
        done or "it hangs"
