# SPDX-License-Identifier: BSD-3-Clause
"""Hosts of a cluster, each a set of namespaces of this machine: its own name, network, processes, /run and /dev/shm,
and an sshd. The rest is shared, as by NFS. Nothing of it is seen outside, and all of it ends with the test program."""
import collections
import contextlib
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
from subprocess import PIPE

import installed
from installed import CACHE, DEADLINE, LEFT_OUT, environment, works

PACKAGES = [CACHE / "cluster" / name for name in ("openssh-server", "slurm-wlm")]  # scripts/setup unpacks them
NAMESPACES = ("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
APART = "SIDESTEP_TEST_APART"  # set in the namespaces of the test program itself
NETWORK = "10.77.0.{}"

# /etc and /usr are this machine's, with files of the cluster above the one and its packages below the other. The first
# process ends, and with it the host, when the test program closes its input.
FIRST_PROCESS = """set -e
hostname {name}
mount -t overlay overlay -o ro,lowerdir={folder}/{name}:{folder}/etc:/etc /etc
mount -t overlay overlay -o ro,lowerdir=/usr:{packages} /usr
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /dev/shm
mkdir -p /run/sshd /run/lock
ip link set lo up
echo up
exec cat"""
SSHD = """HostKey {folder}/host_key
AuthorizedKeysFile {folder}/key.pub
StrictModes no
PidFile none
UsePAM no
LogLevel ERROR
"""
SSH = """IdentityFile {folder}/key
UserKnownHostsFile /dev/null
StrictHostKeyChecking no
LogLevel ERROR
"""
# A zombie has no command line.
SERVICE = re.compile(rb"sshd: /usr/sbin/sshd|munged|slurm(ctl)?d-wlm|: slurmscriptd")


class Host:
    """A host that is up, of a cluster that will take it down."""

    def __init__(self, cluster, number):
        self.name, self.address = f"node{number}", NETWORK.format(number)
        packages = ":".join(f"{package}/usr" for package in PACKAGES)
        script = FIRST_PROCESS.format(name=self.name, folder=cluster.folder, packages=packages)
        self.supervisor = subprocess.Popen(["unshare", *NAMESPACES, "--uts", "--ipc", "sh", "-c", script], text=True,
                                           env=environment(), stdin=PIPE, stdout=PIPE)
        if self.supervisor.stdout.readline() != "up\n":
            raise AssertionError(f"{self.name} did not come up")
        self.first, = children_of(self.supervisor)
        works("ip", "link", "add", self.name, "type", "veth", "peer", "name", "eth0", "netns", self.first)
        self.plug_in()
        self.works("ip", "address", "add", f"{self.address}/24", "dev", "eth0")
        self.works("ip", "link", "set", "eth0", "up")
        self.sshd_up()

    def sshd_up(self):
        self.sshd = self.start("/usr/sbin/sshd", "-D", "-e")
        until(lambda: not self.run("ssh", self.name, "true").returncode)

    def sshd_down(self):
        send(self.sshd, signal.SIGTERM)
        self.sshd.wait(DEADLINE)

    def plug_in(self):
        works("ip", "link", "set", self.name, "up", "master", "switch")

    def unplug(self):
        """From now on what this host sends, and what is sent to it, is lost, and nobody is told."""
        works("ip", "link", "set", self.name, "nomaster")

    def inside(self, command):
        return ["nsenter", "--target", self.first, "--all", "--", *map(str, command)]

    def start(self, *command, env=None, **options):
        """A running program; it ends with the host."""
        return subprocess.Popen(self.inside(command), env=env or environment(), stdin=subprocess.DEVNULL, text=True,
                                start_new_session=True, **options)

    def run(self, *command, **options):
        return installed.run(*self.inside(command), **options)

    def works(self, *command, **options):
        return works(*self.inside(command), **options)

    def processes(self):
        """What runs there but its services, as folders of /proc."""
        own = os.readlink(f"/proc/{self.first}/ns/pid")
        found = []
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
                words = (process / "cmdline").read_bytes()
                if words and os.readlink(process / "ns/pid") == own and process.name != self.first \
                        and not SERVICE.match(words):
                    found.append(process)
        return found

    def stop(self):
        self.supervisor.communicate(timeout=DEADLINE)
        self.sshd.wait(DEADLINE)


class Cluster(contextlib.ExitStack):
    """`count` hosts on one network; `hosts` are theirs."""

    def __init__(self, count):
        super().__init__()
        self.folder = self.enter_context(installed.Folder())
        with contextlib.ExitStack() as half_made:
            half_made.push(self)
            self.write(count)
            works("ip", "link", "add", "switch", "type", "bridge")
            self.callback(works, "ip", "link", "delete", "switch")
            works("ip", "link", "set", "switch", "up")
            self.hosts = []
            for number in range(1, count + 1):
                self.hosts.append(Host(self, number))
                self.callback(self.hosts[-1].stop)
            half_made.pop_all()

    def preloaded(self):
        """Of each program that runs, whether LD_PRELOAD has libsidestep.so: in some, in all, in none."""
        told = collections.defaultdict(set)
        for process in (process for host in self.hosts for process in host.processes()):
            name = os.path.basename(os.readlink(process / "exe")).rstrip("0123456789.")
            told[name].add(b"libsidestep.so" in (process / "environ").read_bytes())
        return dict(told)

    def is_idle(self):
        return not any(host.processes() for host in self.hosts)

    def write(self, count):
        """What the hosts have in /etc."""
        etc = self.folder / "etc"
        (etc / "ssh").mkdir(parents=True)
        for key in "key", "host_key":
            works(PACKAGES[0] / "usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / key)
        (etc / "ssh/sshd_config").write_text(SSHD.format(folder=self.folder))
        (etc / "ssh/ssh_config").write_text(SSH.format(folder=self.folder))
        users = [line for line in pathlib.Path("/etc/passwd").read_text().splitlines()
                 if not line.startswith(("root:", "sshd:"))]
        # root's own settings for ssh stay out.
        users = [f"root:x:0:0:root:{self.folder}:/bin/sh", "sshd:x:65533:65534::/run/sshd:/bin/false", *users]
        (etc / "passwd").write_text("\n".join(users) + "\n")
        (etc / "shadow").write_text("root:*:20000::::::\nsshd:*:20000::::::\n")
        names = ["127.0.0.1 localhost"] + [f"{NETWORK.format(i)} node{i}" for i in range(1, count + 1)]
        (etc / "hosts").write_text("\n".join(names) + "\n")
        for number in range(1, count + 1):
            own = self.folder / f"node{number}"
            own.mkdir()
            (own / "hostname").write_text(own.name + "\n")


def children_of(process):
    return pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()


def send(program, number):
    """A signal, to what Host.start has started alone; nsenter is its parent."""
    for child in children_of(program):
        os.kill(int(child), number)
    if number == signal.SIGCONT:
        program.send_signal(number)  # nsenter stopped itself when its child did


def kill_group(process):
    """SIGKILL, to all of its process group but nsenter. Without it nobody would wait for what it has started, and the
    kernel ends no host before."""
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            pid, group = int(stat.parent.name), int(stat.read_text().rpartition(")")[2].split()[2])
            if group == process.pid != pid:
                os.kill(pid, signal.SIGKILL)


def until(is_so):
    """Waits until it is so."""
    end = time.monotonic() + DEADLINE
    while not is_so():
        if time.monotonic() > end:
            raise AssertionError("it did not come to be in time")
        time.sleep(.05)


def why_not():
    """Why this machine cannot have such hosts, or None."""
    if os.geteuid():
        return "hosts are namespaces, and only root may make them"
    missing = [str(package) for package in PACKAGES if not package.exists()]
    if missing:
        return f"not here: {' '.join(missing)}; scripts/setup makes them"
    tried = subprocess.run(["unshare", *NAMESPACES, "sh", "-c", "ip link add switch type bridge && mount -t overlay "
                            "overlay -o lowerdir=/usr:/etc /usr"], capture_output=True, text=True)
    return f"no namespaces here: {tried.stderr.strip()}" if tried.returncode else None


def main():
    """installed.main, in namespaces of its own; or left out, with a reason."""
    if APART not in os.environ:
        reason = why_not()
        if reason:
            print("left out:", reason)
            sys.exit(LEFT_OUT)
        os.environ[APART] = "1"
        os.execvp("unshare", ["unshare", *NAMESPACES, sys.executable, *sys.argv])
    installed.main()
