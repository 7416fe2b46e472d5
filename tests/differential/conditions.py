# SPDX-License-Identifier: BSD-3-Clause
"""The conditions under which a program is started: by name, what is put before it, done before it, and in its
environment. All are inherited by what the program starts."""
import functools
import os
import pathlib
import resource
import signal
import typing

import refusals


class Condition(typing.NamedTuple):
    words: tuple = ()  # a command in front of the program
    setup: typing.Optional[typing.Callable] = None  # called in the process that becomes it
    variables: typing.Callable = lambda environment: environment


def plain(words=(), setup=None, variables=lambda it: it):
    return lambda place, folder: Condition(tuple(words), setup, variables)


def with_variables(**changes):
    return plain(variables=lambda environment: environment | changes)


def limited(which, value):
    return plain(setup=lambda: resource.setrlimit(which, (value, value)))


def disposition(number, how):
    return plain(setup=lambda: signal.signal(number, signal.SIG_IGN) if how == "ignored" else
                 signal.pthread_sigmask(signal.SIG_BLOCK, [number]))


def in_namespace(options, script):
    """Of util-linux's unshare; the script is sh's, and "$@" the program."""
    return plain(["unshare", *options.split(), "sh", "-c", script + ' exec "$@"', "sh"])


def own_hold(place, folder):
    """The MPI and the working folder below a name with a blank, bind mounted."""
    there = pathlib.Path(folder) / "with a blank"
    there.mkdir(exist_ok=True)
    script = f"mount --bind '{place.mpi}' '{there}' && cd '{there}' && "
    def moved(environment):
        return {name: value.replace(str(place.mpi), str(there)) for name, value in environment.items()}
    return Condition(("unshare", "-m", "sh", "-c", script + 'exec "$@"', "sh"), None, moved)


CONDITIONS = {
    # what limits it
    "ulimit -n 32": limited(resource.RLIMIT_NOFILE, 32),
    "ulimit -n 64": limited(resource.RLIMIT_NOFILE, 64),
    "ulimit -f 0": limited(resource.RLIMIT_FSIZE, 0),
    "ulimit -v 4G": limited(resource.RLIMIT_AS, 4 << 30),
    "ulimit -s unlimited": limited(resource.RLIMIT_STACK, resource.RLIM_INFINITY),
    "ulimit -s 256": limited(resource.RLIMIT_STACK, 256 << 10),
    "ulimit -c 0": limited(resource.RLIMIT_CORE, 0),
    "ulimit -l 0": limited(resource.RLIMIT_MEMLOCK, 0),
    "umask 777": plain(setup=lambda: os.umask(0o777)),
    "nice 10": plain(setup=lambda: os.nice(10)),
    # its environment
    "env -i": plain(variables=lambda environment: {"LD_LIBRARY_PATH": environment["LD_LIBRARY_PATH"]}),
    "PATH empty": with_variables(PATH=""),
    "TMPDIR missing": with_variables(TMPDIR="/nowhere/at/all"),
    "MPIEXEC_TIMEOUT=3": with_variables(MPIEXEC_TIMEOUT="3"),
    "HYDRA_DEBUG=1": with_variables(HYDRA_DEBUG="1"),
    "HYDRA_LAUNCHER=fork": with_variables(HYDRA_LAUNCHER="fork"),
    "HYDRA_ENV=none": with_variables(HYDRA_ENV="none"),
    "stale PMI_FD": with_variables(PMI_FD="77", PMI_RANK="0", PMI_SIZE="1"),
    "stale PMIX_RANK": with_variables(PMIX_RANK="0"),
    # namespaces, for root
    "net, lo down": in_namespace("-n", ""),
    "net, lo up": in_namespace("-n", "ip link set lo up;"),
    "pid": in_namespace("-p -f --mount-proc", ""),
    "pid, /proc of outside": in_namespace("-p -f", ""),
    "/proc absent": in_namespace("-m", "umount -l /proc;"),
    "/proc empty": in_namespace("-m", "mount -t tmpfs none /proc;"),
    "/proc hidepid": in_namespace("-m", "mount -o remount,hidepid=2 /proc 2>/dev/null;"),
    "user 1000": in_namespace("-U --map-user=1000", ""),
    "user unmapped": in_namespace("-U", ""),
    "no /dev/null": in_namespace("-m", "mount -t tmpfs none /dev; mkdir -m 1777 /dev/shm;"
                                 " mknod -m 666 /dev/urandom c 1 9; mknod -m 666 /dev/zero c 1 5;"),
    "/dev/shm read-only": in_namespace("-m", "mount -t tmpfs -o ro none /dev/shm;"),
    "/tmp read-only": in_namespace("-m", "mount -o remount,ro,bind /tmp 2>/dev/null;"),
    "uts": in_namespace("-u", "hostname elsewhere;"),
    "a blank in paths": own_hold,
    # who starts it
    "setsid": plain(["setsid", "-w"]),
    "nohup": plain(["nohup"]),
    "timeout": plain(["timeout", "25"]),
    "timeout --foreground": plain(["timeout", "--foreground", "25"]),
    "timeout -s USR1": plain(["timeout", "--preserve-status", "-s", "USR1", "2"]),
    "stdbuf": plain(["stdbuf", "-oL"]),
    "setpriv no-new-privs": plain(["setpriv", "--no-new-privs"]),
    "folder deleted": plain(["sh", "-c", 'mkdir gone; cd gone; rmdir ../gone; exec "$@"', "sh"]),
    "a child of its own": plain(["sh", "-c", 'sleep 3 & exec "$@"', "sh"]),
    "below mpiexec, descriptors closed": plain(
        ["mpiexec", "-n", "1", "bash", "-c", 'eval "exec $PMI_FD>&-"; exec "$@"', "bash"]),
}
for name in "CHLD", "PIPE", "HUP", "INT", "QUIT", "TERM", "USR1", "USR2", "ALRM", "TSTP", "XFSZ":
    for how in "ignored", "blocked":
        CONDITIONS[f"{name} {how}"] = disposition(getattr(signal, "SIG" + name), how)
for call in refusals.CALLS:
    for how in refusals.HOWS if call in refusals.NEW_CALLS else refusals.HOWS[:2]:
        CONDITIONS[f"{call} {how}"] = plain(setup=functools.partial(refusals.refuse, call, how))
