# SPDX-License-Identifier: BSD-3-Clause
"""What real programs broke on once: each case with what has to come of it, with sidestep.

A case is a function of `tried`, which runs a Trial with sidestep; its name begins with the finding's. It raises
AssertionError. NOT_FOR tells which versions of MPICH cannot do it either way.
"""
import signal

from trial import HANGS, Trial

CASES = {}  # name: function
NOT_FOR = {}  # name: versions
SPAWN = "init spawn:2 recv disconnect finalize"


def pinned(name, not_for=(), **fields):
    """Makes a case of a check of an Outcome, and the fields of its Trial."""
    def keep(check):
        def case(tried):
            outcome = tried(Trial(**fields))
            try:
                check(outcome)
            except AssertionError as error:
                raise AssertionError(f"{error or 'not so'}: {outcome}") from None
        CASES[name], NOT_FOR[name] = case, not_for
        return check
    return keep


def ends(outcome):
    """By itself or by a signal; nothing is left, and whoever reads its output sees the end."""
    assert outcome.status != HANGS, "it hangs"
    assert not outcome.left, "something is left"
    assert outcome.output_ended, "its output does not end"


def no_crash(outcome):
    ends(outcome)
    assert outcome.status in (0, -signal.SIGTERM), "it crashes"


def works(outcome):
    ends(outcome)
    assert outcome.status == 0, "its exit status is not 0"
    assert not [line for line in outcome.journal if "failed" in line], "MPI failed"


def all_lines(count):
    def check(outcome):
        works(outcome)
        assert outcome.lines == count, f"not all of {count} lines came"
    return check


def did(times, what, also=works):
    def check(outcome):
        also(outcome)
        assert outcome.did(what) == times, f"not {times} times {what!r}"
    return check


# P1: SIGCHLD ignored: a relay for ever.
pinned("P1 inherited", parent=SPAWN, condition=("CHLD ignored",))(did(2, "parent received"))
pinned("P1 by the program", parent="ignore:17 " + SPAWN)(did(2, "parent received"))
pinned("P1 in a pipeline", parent=SPAWN, condition=("CHLD ignored",), shell='"$@" | cat')(did(2, "parent received"))

# P2: output is lost when its reader pauses.
# The children have ended, and hydra still has their lines: as many as fit into its sockets.
QUITS = "init spawn:2 disconnect finalize"
for seconds in 0, 4, 10:
    for count, how in (1000, ""), (10000, ""), (2000, ":once"), (3000, ":once"), (10000, ":once"):
        pinned(f"P2 pause {seconds}, {count} lines{' at' * bool(how)}{how.replace(':', ' ')}", parent=QUITS,
               reader=f"pause:{seconds}", child=f"init print:1:{count}{how} disconnect finalize")(all_lines(2 * count))
PRINTS = "init print:1:2000:once disconnect finalize"
pinned("P2 stderr", parent=QUITS, reader="pause:8", child=PRINTS.replace(":1", ":2"))(all_lines(4000))
pinned("P2 stopped terminal", parent=QUITS, reader="pause:8", stdout="terminal", stderr="same", child=PRINTS)(
    all_lines(4000))
pinned("P2 socket", parent=QUITS, reader="pause:8", stdout="stream", child=PRINTS.replace("2000", "6000"))(
    all_lines(12000))
pinned("P2 non-blocking", parent=QUITS, reader="pause:8", stdout="nonblocking", child=PRINTS)(all_lines(4000))
pinned("P2 one more spawn", parent="init spawn:2 disconnect sleep:1000 spawn:2 disconnect finalize", reader="pause:8",
       child=PRINTS)(all_lines(8000))
pinned("P2 in a pipeline", parent=QUITS, shell='"$@" | (sleep 8; cat)', child=PRINTS)(all_lines(4000))

# P3: the reader goes away. Q2: the disk is full. Q3: MPICH's own limit. Whatever ends it, it ends.
TALKS = "init print:1:1 sleep:700 print:1:3000 sleep:500 print:1:3000 sleep:500 send disconnect finalize"
pinned("P3 head", parent=SPAWN, child=TALKS, reader="head")(ends)
pinned("P3 gone", parent=SPAWN, child=TALKS, reader="gone")(ends)
pinned("P3 stderr gone", parent=SPAWN, child=TALKS.replace("print:1", "print:2"), reader="gone")(ends)
pinned("P3 in a pipeline", parent=SPAWN, child=TALKS, shell='"$@" | head -1')(ends)
pinned("P3 socket", parent=SPAWN, child=TALKS, stdout="stream", reader="head")(ends)
pinned("P3 PIPE ignored", parent=SPAWN, child=TALKS, reader="head", condition=("PIPE ignored",))(ends)
pinned("Q2 /dev/full", parent=SPAWN, child=TALKS, stdout="full")(ends)
pinned("Q2 /dev/full as stderr", parent=SPAWN, child=TALKS.replace("print:1", "print:2"), stderr="full")(ends)
pinned("Q2 read-only", parent=SPAWN, child=TALKS, stdout="readonly")(ends)
pinned("Q3", parent=SPAWN, child="init sleep:60000 send disconnect finalize", condition=("MPIEXEC_TIMEOUT=3",))(ends)
# Before 4.2 hydra does not notice: the program waits, as without sidestep.
pinned("Q3 and it leaves", parent=SPAWN, child="init leave:3", not_for=("3.4.3", "4.0.3", "4.1.3"))(ends)
# libmpi asks its launcher for dead processes where SIGUSR1 comes: that is no sign that the program works on.
pinned("Q3 and SIGUSR1", parent=SPAWN, child="init raise:9", signals="USR1,USR1,USR1,USR1:alone:child init")(ends)

# P4: stdout or stderr closed.
pinned("P4 stderr", parent=SPAWN, child="init print:2:1 sleep:500 send disconnect finalize", stderr="closed")(works)
pinned("P4 stdout", parent=SPAWN, child="init sleep:700 print:1:1 sleep:500 send disconnect finalize",
       stdout="closed")(works)
for pair in "01", "12", "02", "012":
    pinned(f"P4 {pair} closed later", child="init print:1:1 print:2:1 sleep:500 print:1:1 send disconnect finalize",
           parent=["init", *(f"close:{fd}" for fd in pair), "spawn:2", "recv", "disconnect", "finalize"])(works)
pinned("P4 all closed", parent=SPAWN, child="init print:1:1 print:2:1 sleep:500 print:1:1 send disconnect finalize",
       stdin="closed", stdout="closed", stderr="closed")(works)

# P5: one crash ends spawning for good.
TWO = "init errors spawn:1 recv disconnect sleep:1500 spawn:1 recv disconnect finalize"
pinned("P5 crash before MPI_Init", parent=TWO, child="only:1:raise:11 init send disconnect finalize")(
    did(1, "parent received", ends))
pinned("P5 crash", parent=TWO, child="init send disconnect only:1:raise:11 finalize")(did(2, "parent received"))
pinned("P5 killed", parent=TWO, child="init send disconnect only:1:raise:9 finalize")(did(2, "parent received"))
pinned("P5 no MPI_Finalize", parent=TWO, child="init send disconnect only:1:leave:3 finalize")(did(2, "parent received"))
PROMPT = (("SIDESTEP_INTERACTIVE", "1"),)
pinned("P5 crash while connected, at a prompt", parent="init errors spawn:1 sleep:2500 spawn:1 recv disconnect leave:0",
       child="init only:1:raise:11 send disconnect finalize", variables=PROMPT)(did(1, "parent received"))
pinned("P5 abort, at a prompt", parent="init errors spawn:1 sleep:2500 spawn:1 recv disconnect leave:0",
       child="init only:1:abort:7 send disconnect finalize", variables=PROMPT)(did(1, "parent received"))
POOLS = [step for number in range(1, 51)
         for step in ["spawn:2", "recv", "disconnect", *(["sleep:1200"] if number % 5 == 0 else [])]]
pinned("P5 50 pools", parent=["init", "errors", *POOLS, "finalize"], variables=PROMPT, deadline=90,
       child="init send disconnect each:5:sleep:300 each:5:raise:9 finalize")(did(100, "parent received"))

# A child of libmpi with UCX that is killed between its first message and its second. At once: libmpi may send to it no
# more, and take the error for a request; later: libmpi waits for what it was to send next. Chaos, made certain.
for milliseconds in 0, 500:
    pinned(f"14 broken off {milliseconds} ms after its address", parent="init errors spawn:1 spawn:1 leave:0", deadline=45,
           child=f"only:1:break_off:{milliseconds} init disconnect finalize")(no_crash)

# hydra, which does not notice, waits for it for ever: the next spawn is another hydra's.
pinned("14 hydra has lost its proxy", parent="init errors spawn:1 recv disconnect sleep:1500 spawn:1 recv disconnect leave:0",
       child="init send disconnect only:1:raise_in_proxy:9 sleep:100 leave:0", deadline=45)(did(2, "parent received", ends))

# P6: a program that becomes a daemon after its spawn. 5.0.2 cannot, either way.
pinned("P6", parent="init spawn:2 daemon sleep:3500 send recv leave:0", child="init recv send disconnect finalize",
       not_for=("5.0.2", "4.3.1", "4.3.2"))(did(2, "parent received"))

# P7: what mpiexec left in the environment.
pinned("P7 PMI_FD", parent=SPAWN, condition=("stale PMI_FD",))(works)
pinned("P7 PMIX_RANK", parent=SPAWN, condition=("stale PMIX_RANK",))(works)
pinned("P7 below mpiexec", parent="init finalize", child="",
       condition=("below mpiexec, descriptors closed",))(did(1, "parent finalized"))

# P8: what only sidestep calls; and a /proc, a /dev/null that is not there.
for call in "accept4", "ppoll", "memfd_create":
    for refused in "EPERM", "ENOSYS":
        pinned(f"P8 {call} {refused}", parent=SPAWN, condition=(f"{call} {refused}",))(works)
for limited in "C", "preload":
    pinned(f"P8 ulimit -f 0, {limited}", parent=SPAWN, condition=("ulimit -f 0",), not_for=("5.0.2",),
           way="run" if limited == "C" else limited)(ends)  # without: killed
pinned("P8 no /dev/null", parent=SPAWN, stdin="line", condition=("no /dev/null",))(works)
pinned("P8 no /dev/null, all closed", parent=SPAWN, stdin="closed", stdout="closed", stderr="closed",
       child="init print:2:1 send disconnect finalize", condition=("no /dev/null",))(works)
pinned("P8 no /proc", parent="init finalize", child="", condition=("/proc absent",), not_for=("5.0.2",))(works)

# Q1: a signal to the process group that the program handles.
for name in "USR1", "USR2", "ALRM":
    number = getattr(signal, "SIG" + name).value
    pinned(f"Q1 {name} after", parent=f"handle:{number} init spawn:1 recv sleep:1500 handled disconnect finalize",
           child="init send disconnect finalize", signals=f"{name}:group:parent received")(did(1, "parent handled 1"))
    pinned(f"Q1 {name} while they work", parent=f"handle:{number} init spawn:1 recv handled disconnect finalize",
           child="init sleep:1500 send disconnect finalize",
           signals=f"{name}:group:parent spawned")(did(1, "parent received"))
pinned("Q1 by timeout", parent="handle:10 init spawn:1 recv sleep:3000 handled disconnect finalize",
       condition=("timeout -s USR1",))(did(1, "parent received"))
# A sandbox that refuses hydra its own session: without sidestep it passes a stop on to who is continued already.
pinned("Q1 TSTP, no setsid", parent="handle:20 init spawn:1 sleep:1500 recv disconnect spawn:2 recv disconnect finalize",
       child="init sleep:300 send disconnect finalize", condition=("setsid ENOSYS",),
       signals="TSTP,CONT:group:parent spawned")(did(3, "parent received"))


@pinned("Q4", parent="blocked init spawn:1 recv disconnect finalize", child="blocked init send disconnect finalize",
        condition=tuple(f"{name} blocked" for name in ("INT", "TERM", "USR1", "ALRM", "CHLD", "PIPE")))
def blocks_the_same(outcome):
    works(outcome)
    blocked = {line.partition(" ")[2] for line in outcome.journal if "blocked" in line}
    assert len(blocked) == 1, "the child blocks other signals than the caller"


# Q6: a newline in an argument. adversary 12: a long one.
@pinned("Q6", parent="init errors spawn:1 recv disconnect finalize", child=["say:one\ntwo", "init", "send", "disconnect",
                                                                            "finalize"])
def an_error(outcome):
    ends(outcome)
    assert outcome.status == 0 and outcome.did("parent spawned failed:") == 1, "no error"


for size in 66000, 300000:
    pinned(f"12 argument of {size}", child="init send disconnect finalize",
           parent=["init", "errors", "spawn:1:say:" + "x" * min(size, 130000), *["spawn:1", "recv", "disconnect"],
                   "finalize"])(did(1, "parent received", ends))

# adversary 10: an error, never a hang.
pinned("10 a blank in the path", parent="init errors spawn:1 spawn:1 recv disconnect finalize",
       child="only:1:end:3 init send disconnect finalize", condition=("a blank in paths",))(
           did(1, "parent received", ends))
pinned("10 no loopback", parent="init errors spawn:1 recv disconnect leave:0", condition=("net, lo down",),
       deadline=100)(ends)

# adversary 11: filters that kill.
for call in "memfd_create", "close_range", "pidfd_open":
    pinned(f"11 {call} kills", parent=SPAWN, condition=(f"{call} kill",))(works)

# adversary 19: a daemon that a child has detached.
pinned("19 the caller is killed", parent="init spawn:1 recv raise:9", child="init detach:2500 send recv")(
    did(1, "child detached lived", ends))
pinned("19 the caller ends", parent=SPAWN, child="init detach:2500 send disconnect finalize")(
    did(2, "child detached lived"))
