# SPDX-License-Identifier: BSD-3-Clause
"""Combinations of what a program does, and of how and where it is started: each from its number alone."""
import random

import conditions
import streams
from trial import Trial

SIGNALS = ("USR1", "USR2", "ALRM", "TERM", "INT", "HUP", "CONT", "TSTP,CONT", "STOP,CONT", "WINCH", "QUIT")
NUMBERS = {"USR1": 10, "USR2": 12, "ALRM": 14, "TERM": 15, "INT": 2, "HUP": 1, "WINCH": 28, "QUIT": 3, "CHLD": 17,
           "CONT": 18, "TSTP,CONT": 20, "STOP,CONT": 18}
MOMENTS = ("parent init", "parent spawned", "parent received", "child init")
SHELLS = ('"$@" | cat', '"$@" | head -1', '"$@" | true', 'set -m; "$@" & wait $!', '"$@" & wait $!', 'set -m; "$@" | cat',
          '"$@" 2>&1 | (sleep 4; cat)', 'yes | "$@"', '("$@"); exit $?', '"$@" > >(cat)', 'trap "" INT; "$@"',
          '"$@" 2>&1 | tee out.txt', 'echo a line | "$@"', 'ulimit -Su 4000; "$@"', '"$@" <&- 2>&-', 'x=$("$@"); echo "$x"')
TALK = ("", "print:1:1", "print:2:1", "print:1:2000", "print:2:2000", "print:1:2000:once", "print:1:20000:once",
        "print:2:20000", "print:1:100000:once", "print:1:1 sleep:600 print:1:2000 sleep:600 print:1:2000")
# A child's end; most of them are what programs do.
CHILDS_ENDS = ("finalize", "finalize end:3", "leave:0", "leave:3", "raise:11", "raise:9", "abort:5")
PARENTS_ENDS = ("finalize", "finalize end:3", "leave:4", "leave:0", "raise:9", "abort:6", "end:5")


def often(chance, usual, choices, one):
    """The usual, but for one of that many times a choice."""
    return chance.choice(choices) if chance.random() < one else usual


def child_steps(chance, answers, disconnects):
    steps = [often(chance, "", ("end:3", "raise:11", "sleep:800", "end:0"), 0.08), "init"]
    steps.append(often(chance, "", TALK, 0.6))
    steps.append(often(chance, "", ("sleep:300", "sleep:1500", "detach:1500", "detach:3000"), 0.4))
    steps.append("send" if answers else "")
    end = often(chance, "finalize", CHILDS_ENDS, 0.35)
    steps.append("disconnect" if disconnects else "")
    steps.append(often(chance, "", TALK[:6], 0.15))
    return [*" ".join([*steps, end]).split()]


def parent_steps(chance, handled, answers, disconnects):
    steps = [f"handle:{handled}" if handled else "", "init", often(chance, "", ("errors",), 0.4)]
    for spawn in range(chance.choice((1, 1, 1, 2, 3))):
        steps.append(f"spawn:{chance.choice((1, 2, 2, 3))}")
        steps.append(often(chance, "", ("sleep:300", "sleep:1500"), 0.3))
        steps.append("recv" if answers else "")
        steps.append("disconnect" if disconnects else "")
    steps.append("handled" if handled else "")
    steps.append(often(chance, "", ("sleep:700", "print:1:10", "daemon"), 0.3))
    end = often(chance, "finalize", PARENTS_ENDS, 0.3)
    steps.append("leave:0" if steps[-1] == "daemon" else end)  # MPICH's MPI_Finalize hangs in a daemon
    return [*" ".join(steps).split()]


def combination(number):
    """@return the Trial of that number"""
    chance = random.Random(number)
    signals, handled = "", 0
    if chance.random() < 0.3:
        name, whom = chance.choice(SIGNALS), chance.choice(("group", "alone"))
        signals = f"{name}:{whom}:{chance.choice(MOMENTS)}"
        handled = NUMBERS[name] if chance.random() < 0.6 else 0
    names = [name for name in conditions.CONDITIONS if not name.endswith(("EPERM", "ENOSYS", "kill"))]
    refusals = [name for name in conditions.CONDITIONS if name not in names]
    condition = []
    if chance.random() < 0.45:
        condition.append(chance.choice(names))
    if chance.random() < 0.15:
        condition.append(chance.choice(refusals))
    if chance.random() < 0.12:
        condition.append(chance.choice(names))
    # Both sides do the same: a program that waits for itself is no case.
    answers, disconnects = chance.random() < 0.88, chance.random() < 0.88
    return Trial(
        parent=parent_steps(chance, handled, answers, disconnects), child=child_steps(chance, answers, disconnects),
        stdin=often(chance, "null", streams.IN, 0.4),
        stdout=often(chance, "pipe", streams.OUT, 0.5),
        stderr=often(chance, "pipe", ("same", "same", "closed", "null", "file", "full"), 0.4),
        reader=often(chance, "all", streams.READERS, 0.35),
        condition=tuple(dict.fromkeys(condition)),
        shell=often(chance, "", SHELLS, 0.2),
        signals=signals, way=chance.choice(("run", "run", "preload")))


def described(trial):
    """In a line, what is not usual in it."""
    usual = Trial(parent="")
    odd = [f"{name} {getattr(trial, name)}" for name in (
        "stdin", "stdout", "stderr", "reader", "signals", "way", "variables")
           if getattr(trial, name) != getattr(usual, name)]
    odd += [*trial.condition, *([f"bash -c '{trial.shell}'"] if trial.shell else [])]
    return f"{' '.join(trial.parent)} -- {' '.join(trial.child)}  [{'; '.join(odd) or 'as usual'}]"
