# SPDX-License-Identifier: BSD-3-Clause
"""lab_session.py URL TOKEN CELL: what a notebook's page in a browser does, by JupyterLab's own interface.

Runs the cell in CELL, which spawns, presses Stop in a cell that waits, runs both on, and presses Restart. Says what came of
each. For the Python of JupyterLab's environment.
"""
import json
import pathlib
import sys
import uuid

import requests
import websocket

url, token, cell = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]).read_text(encoding="utf-8")
LIMIT = 120  # seconds for an answer
HEADERS = {"Authorization": f"token {token}"}
WAITS = "import time\nprint('waiting', flush=True)\nwhile True: time.sleep(0.1)\n"


class Died(Exception):
    """Jupyter says that the kernel appears to have died."""


class Notebook:
    def __init__(self):
        reply = requests.post(f"{url}api/kernels", json={"name": "mpi"}, headers=HEADERS, timeout=LIMIT)
        reply.raise_for_status()
        self.kernel, self.session = reply.json()["id"], uuid.uuid4().hex
        self.ended = {}  # how cells ended: of what comes by two channels, the end may overtake what a cell has printed
        self.connect()

    def connect(self):
        self.socket = websocket.create_connection(
            f"{url.replace('http', 'ws', 1)}api/kernels/{self.kernel}/channels?session_id={self.session}",
            header=[f"Authorization: token {token}"], timeout=LIMIT)

    def press(self, button):
        requests.post(f"{url}api/kernels/{self.kernel}/{button}", headers=HEADERS, timeout=LIMIT).raise_for_status()

    def shut_down(self):
        requests.delete(f"{url}api/kernels/{self.kernel}", headers=HEADERS, timeout=LIMIT).raise_for_status()

    def start(self, code):
        header = {"msg_id": uuid.uuid4().hex, "session": self.session, "username": "", "msg_type": "execute_request",
                  "version": "5.3", "date": ""}
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False,
                   "stop_on_error": False}
        self.socket.send(json.dumps({"channel": "shell", "header": header, "parent_header": {}, "metadata": {},
                                     "content": content}))
        return header["msg_id"]

    def messages(self, request):
        """Those of one cell."""
        while True:
            message = json.loads(self.socket.recv())
            if message["content"].get("execution_state") in ("restarting", "autorestarting", "dead"):
                raise Died
            if message["parent_header"].get("msg_id") == request:
                if message["msg_type"] == "execute_reply":
                    self.ended[request] = message["content"].get("ename", "ok")
                yield message

    def prints(self, request, text):
        """Waits until a cell has printed that."""
        said = ""
        for message in self.messages(request):
            if message["msg_type"] == "stream":
                said += message["content"]["text"]
            elif message["msg_type"] == "error":
                sys.exit("\n".join(message["content"]["traceback"]))
            if text in said:
                return request

    def ends(self, request):
        """The name of the error that ends a cell, or "ok"."""
        messages = self.messages(request)
        while request not in self.ended:
            next(messages)
        return self.ended[request]

    def run(self, code, text):
        return self.ends(self.prints(self.start(code), text))


notebook = Notebook()
try:
    print("spawns:", notebook.run(cell, "workers: [0, 1]"), flush=True)
    waiting = notebook.prints(notebook.start(WAITS), "waiting")
    notebook.press("interrupt")
    print("Stop:", notebook.ends(waiting), flush=True)
    print("goes on:", notebook.run("print(workers.remote_size)", "2"), flush=True)
    print("spawns:", notebook.run(cell, "workers: [0, 1]"), flush=True)
    notebook.press("restart")
    notebook.socket.close()
    notebook.connect()
    print("Restart, spawns:", notebook.run(cell, "workers: [0, 1]"), flush=True)
    notebook.shut_down()
except Died:
    print("the kernel died", flush=True)
