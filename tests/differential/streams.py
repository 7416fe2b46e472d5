# SPDX-License-Identifier: BSD-3-Clause
"""What a program has as stdin, stdout and stderr, and who reads them.

A kind is a word of IN or OUT. A reader is "all", "pause:SECONDS" (then all), "head" (a line) or "gone" (at once).
"""
import errno
import os
import socket
import threading
import time

IN = ("null", "closed", "empty", "line", "file", "open", "full")
OUT = ("pipe", "null", "closed", "file", "full", "stream", "datagrams", "tcp", "terminal", "nonblocking", "readonly")
READERS = ("all", "pause:0", "pause:4", "head", "gone")


def tcp_pair():
    with socket.create_server(("127.0.0.1", 0)) as server:
        there = socket.create_connection(server.getsockname())
        here, _ = server.accept()
    return here, there


class Output:
    """One stream. `fd` is the program's end (None: closed), which goes with close_theirs."""

    def __init__(self, kind, reader, folder, name):
        self.kind, self.reader, self.data, self.ended = kind, reader, bytearray(), threading.Event()
        self.fd = self.ours = None
        self.path = folder / name
        make = {"pipe": os.pipe, "nonblocking": os.pipe, "terminal": os.openpty,
                "stream": lambda: self.sockets(*socket.socketpair()), "tcp": lambda: self.sockets(*tcp_pair()),
                "datagrams": lambda: self.sockets(*socket.socketpair(type=socket.SOCK_DGRAM))}
        if kind in make:
            self.ours, self.fd = make[kind]()
        elif kind == "file":
            self.fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        elif kind == "readonly":
            self.path.touch()
            self.fd = os.open(self.path, os.O_RDONLY)
        elif kind in ("null", "full"):
            self.fd = os.open("/dev/" + kind, os.O_WRONLY)
        if kind == "nonblocking":
            os.set_blocking(self.fd, False)

    def sockets(self, here, there):
        self.datagrams = here.type == socket.SOCK_DGRAM
        return here.detach(), there.detach()

    def close_theirs(self):
        if self.fd is not None:
            os.close(self.fd)

    def start(self):
        if self.ours is None:
            self.ended.set()
        else:
            threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        if self.reader.startswith("pause:"):
            time.sleep(float(self.reader.partition(":")[2]))
        try:
            while self.reader != "gone" and not (self.reader == "head" and b"\n" in self.data):
                got = os.read(self.ours, 1 if self.reader == "head" else 65536)
                if not got:
                    break
                self.data += got
        except OSError as error:
            if error.errno not in (errno.EIO, errno.ECONNRESET):
                raise
        os.close(self.ours)
        self.ended.set()

    def wait(self, deadline):
        """Whether the stream has ended. A socket of datagrams never says so."""
        return self.ended.wait(0.3 if self.kind == "datagrams" else deadline) or self.kind == "datagrams"

    def text(self):
        return self.path.read_bytes() if self.kind == "file" else bytes(self.data)

    def lines(self):
        """How many of the guests' lines came. Hydra may mix what several children print, within a line."""
        return self.text().count(b"~")


def make_input(kind, folder, terminal=None):
    """The program's descriptor; None: closed. And our end, to be closed when the program has ended."""
    if kind == "closed":
        return None, None
    if terminal is not None:
        return os.dup(terminal), None
    if kind in ("null", "full"):
        return os.open("/dev/" + kind, os.O_RDONLY), None
    if kind == "file":
        (folder / "input").write_text("a line\n" * 100)
        return os.open(folder / "input", os.O_RDONLY), None
    there, ours = os.pipe()
    if kind == "line":
        os.write(ours, b"a line\n")
    if kind == "open":
        return there, ours
    os.close(ours)
    return there, None
