# SPDX-License-Identifier: BSD-3-Clause
"""input_reader.py LINES BEFORE [FILE]: reads BEFORE of LINES lines, spawns, reads the others, and says what happened.

It reads from fd 0, and opens FILE first where it has no stdin. All along one thread opens and closes files, and another
watches that fd 0 stays the file that it is. Run without arguments, by MPI_Comm_spawn, it is the child.
"""
import os
import sys
import threading


def stdin():
    """What fd 0 is; None where it is closed."""
    try:
        status = os.fstat(0)
        return status.st_dev, status.st_ino
    except OSError:
        return None


if len(sys.argv) > 3:
    assert os.open(sys.argv[3], os.O_RDONLY) == 0, "fd 0 was not free"
at_first = stdin()  # before MPI: a closed fd 0 is free for libmpi to use, as for everybody

from mpi4py import MPI

faults = set()
done = threading.Event()


def watch():
    while not done.is_set():
        if stdin() != at_first:
            faults.add("fd 0 becomes another file")


def open_and_close():
    with open(__file__, "rb") as file:
        text = file.read()
    while not done.is_set():
        fd = os.open(__file__, os.O_RDONLY)
        if at_first and fd == 0:
            faults.add("fd 0 becomes free")
        if os.read(fd, len(text) + 1) != text:
            faults.add("a file of the program's becomes another")
        os.close(fd)


def read_line():
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            break
        line += byte
    return line


def read_on(children):
    """The rest of the input, in between asking the children."""
    for count in range(1 << 30):
        if count % 8 == 0:
            children.send(count, 0)
            assert children.recv(source=0) == count + 1
        text = os.read(0, 16384)
        if not text:
            return
        yield text


def main(lines, before):
    works = [open_and_close, watch] if at_first else [open_and_close]
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    for thread in threads:
        thread.start()
    came = [read_line() for _ in range(before)]
    children = MPI.COMM_SELF.Spawn(sys.executable, [__file__])
    came += read_on(children) if at_first else []
    children.send(-1, 0)
    children.recv(source=0)
    children.Disconnect()
    done.set()
    for thread in threads:
        thread.join()
    if b"".join(came) != b"".join(b"line %d\n" % line for line in range(lines)):
        faults.add("loses input")
    if not at_first and stdin() and os.readlink("/proc/self/fd/0") == os.devnull:
        faults.add("fd 0 becomes /dev/null")  # which is the launcher's, if at all
    print("happened:", ", ".join(sorted(faults)) or "works")


def serve(parent):
    number = 0
    while number >= 0:
        number = parent.recv(source=0)
        parent.send(number + 1, 0)
    parent.Disconnect()


parent = MPI.Comm.Get_parent()
if parent == MPI.COMM_NULL:
    main(int(sys.argv[1]), int(sys.argv[2]))
else:
    serve(parent)
