# SPDX-License-Identifier: BSD-3-Clause
"""kernel_session.py: a Jupyter kernel, as a notebook drives one.

Says "born" after a first spawn, "interrupted" when a cell that waits for ever was stopped by the notebook's button and the
next cell spawned again, "restarted" when the kernel was restarted while its children ran, and spawned once more.
"""
import queue
import sys

from jupyter_client.manager import KernelManager

SPAWN = """
import sys
from mpi4py import MPI
# A plain send may need progress that never comes.
child = "from mpi4py import MPI; MPI.Comm.Get_parent().ssend(MPI.COMM_WORLD.rank, dest=0); import time; time.sleep(1000)"
children = MPI.COMM_SELF.Spawn(sys.executable, ["-c", child], 2)
print("children:", [children.recv(source=rank) for rank in range(2)])
"""
WAIT = """
import time
print("waiting")
while True: time.sleep(1)
"""
LIMIT = 60


def says(client, code, wanted):
    """Runs a cell until it prints what is wanted."""
    # Or what comes soon after an interrupted cell is dropped.
    request = client.execute(code, stop_on_error=False)
    said = ""
    while wanted not in said:
        try:
            message = client.get_iopub_msg(timeout=LIMIT)
        except queue.Empty:
            sys.exit(f"the kernel is silent; it said {said!r}")
        if message["parent_header"].get("msg_id") != request:
            continue
        if message["msg_type"] == "stream":
            said += message["content"]["text"]
        elif message["msg_type"] == "error":
            sys.exit("\n".join(message["content"]["traceback"]))
    return request


def finishes(client, request):
    """Waits for a cell's end."""
    while True:
        reply = client.get_shell_msg(timeout=LIMIT)
        if reply["parent_header"].get("msg_id") == request:
            return reply["content"]["status"]


def start(manager):
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=LIMIT)
    return client


manager = KernelManager(kernel_name="python3")
manager.start_kernel()
client = start(manager)
born = manager.provisioner.process.pid
assert finishes(client, says(client, SPAWN, "children: [0, 1]")) == "ok"
print("born", flush=True)

waiting = says(client, WAIT, "waiting")
manager.interrupt_kernel()
assert finishes(client, waiting) == "error"
assert finishes(client, says(client, SPAWN, "children: [0, 1]")) == "ok"
assert manager.is_alive() and manager.provisioner.process.pid == born
print("interrupted", flush=True)

client.stop_channels()
# By SIGKILL: where a kernel ends by itself, from MPICH 4.3 on its children live on, as under mpiexec.
manager.restart_kernel(now=True)
client = start(manager)
assert finishes(client, says(client, SPAWN, "children: [0, 1]")) == "ok"
print("restarted", flush=True)
client.stop_channels()
manager.shutdown_kernel(now=True)
