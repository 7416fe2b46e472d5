# SPDX-License-Identifier: BSD-3-Clause
"""Whether a program did worse with sidestep than without it."""
import signal

from trial import HANGS

BETTER, EQUAL, WORSE = "better", "equal", "worse"
# What a program that was killed must have been able to do with sidestep, too.
DEEDS = ("parent init", "parent spawned", "parent received", "parent sent", "child detached lived")

ENDS = ("done", "leaves", "ends", "raises", "aborts")  # what the parent says last


def kinds(left):
    """What is left over, by name; the relay stands for the mpiexec that there would be."""
    return {"mpiexec" if name in ("mpiexec.hydra", "sidestep-relay") else name for name in left}


def was_killed(outcome, trial=None):
    """By a signal; a shell says so by a number, util-linux's setsid by the signal's own. hydra kills its caller."""
    if trial and "|" in trial.shell and not any(outcome.did(f"parent {end}") for end in ENDS):
        return True  # the status is that of what reads its output
    by_setsid = trial and "setsid" in trial.condition and outcome.status in (signal.SIGKILL, signal.SIGTERM)
    return outcome.status < 0 or outcome.status > 128 or by_setsid


def lacks(without, with_it, lines):
    """The lines of the journal that are there less often with sidestep."""
    return [f"{line!r} {with_it.did(line)} times, not {without.did(line)}" for line in lines
            if with_it.journal[line] < without.journal[line]]


def nobody_reads(trial):
    """Whether what takes its output ends before it does, or cannot take it."""
    return (trial.reader in ("head", "gone") or "head" in trial.shell or "true" in trial.shell
            or {trial.stdout, trial.stderr} & {"full", "readonly"})


def judge(trial, without, with_it):
    """@return one of the three words, and why it is worse"""
    if without.status == HANGS:
        return (EQUAL if with_it.status == HANGS else BETTER), ""
    if with_it.status == HANGS:
        return WORSE, "it hangs"
    if kinds(with_it.left) - kinds(without.left):
        return WORSE, f"it leaves {dict(with_it.left)}"
    if without.output_ended and not with_it.output_ended:
        return WORSE, "whoever reads its output waits for ever"
    if with_it.did("parent init") > without.did("parent init"):
        return BETTER, ""
    if with_it.status in (-signal.SIGHUP, 128 + signal.SIGHUP) and "HUP:" in trial.signals:
        return EQUAL, ""  # the remedy ucx-sighup: without it UCX keeps SIGHUP from a program that does not handle it
    if was_killed(without, trial):
        # By the signal that the trial sends, or by hydra as soon as that sees that nobody takes its output: at some
        # moment. How far it came then says nothing.
        sent = without.status < 0 and signal.Signals(-without.status).name[3:] + ":" in trial.signals
        missing = lacks(without, with_it, () if sent else DEEDS[:1] if nobody_reads(trial) else DEEDS)
        if missing:
            return WORSE, missing[0]
        return (EQUAL if was_killed(with_it, trial) else BETTER), ""
    if with_it.status != without.status:
        return (BETTER, "") if with_it.status == 0 else (WORSE, f"its status is {with_it.status}, not {without.status}")
    # Where it does not finalize, its children are ended at some moment; so they are where nobody reads, and where it is
    # the first process of a namespace.
    parent = trial.steps()[:trial.steps().index("--")]
    all_of_it = "finalize" in parent and not nobody_reads(trial) \
        and not [name for name in trial.condition if name.startswith("pid")]
    lines = [line for line in without.journal if "failed" not in line and "handled" not in line
             and (all_of_it or line in DEEDS)]
    missing = lacks(without, with_it, lines)
    if missing:
        return WORSE, missing[0]
    if all_of_it and with_it.lines < without.lines:
        return WORSE, f"{with_it.lines} of {without.lines} lines came"
    failed = [sum("failed" in line for line in it.journal.elements()) for it in (without, with_it)]
    return (BETTER if failed[1] < failed[0] else EQUAL), ""
