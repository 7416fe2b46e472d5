# SPDX-License-Identifier: BSD-3-Clause
"""chaos.py [--stage DIR] [--minutes N] [--without] [--jobs N] [--deadline SECONDS] [VERSION...]

Programs spawn, talk with their children and spawn again, while all cores are busy. At a random moment one of the processes
that a spawn consists of, but for the caller, is killed, stopped, or stopped and continued. Prints what came of it, a row
of a table for each version; with --without a row too for the same without sidestep. It reports: it fails only where
nothing came right with sidestep.
"""
import argparse
import collections
import multiprocessing
import os
import random
import signal
import sys
import threading
import time

import place
import processes
import trial
from trial import HANGS, Trial

VERSIONS = ("3.4.3", "4.0.3", "4.1.3", "4.2.3", "4.3.1", "4.3.2", "5.0.2")
DEADLINE = 200  # seconds: the relay gives a proxy 180
DEADLINE_WITHOUT = 20  # nobody ends it
SPAWNS = 3
PROGRAM = Trial(parent=["init", "errors", *["spawn:2", "recv", "disconnect"] * SPAWNS, "finalize"],
                child="init send disconnect finalize")
COLUMNS = {"kills": "kills", "stops": "stops", "right": "right", "error": "MPI's error", "ended": "ended by SIGTERM",
           "crash": "crashes", "hang": "hangs", "left": "left over"}


def victims():
    """The processes of a spawn: neither this one's child, the leader, nor the leader's, the caller."""
    def parent(pid):
        return (processes.stat_of(pid) or ("", "", 0))[2]
    above = {pid: parent(pid) for pid in processes.below()}
    return [pid for pid, its in above.items() if its != os.getpid() and parent(its) != os.getpid()]


def strike(chance, longest, over, done):
    """Once, at a random moment: kills, stops, or stops and continues one. A child is not stopped for ever: who waits for
    it cannot know."""
    if over.wait(chance.uniform(0, longest)):
        return
    choice = victims()
    if not choice:
        return
    victim = chance.choice(choice)
    name = (processes.stat_of(victim) or ("",))[0]
    how = chance.choice(("kills", "kills", "kills", "stops", "stops and continues"))
    if not processes.send(victim, signal.SIGKILL if how == "kills" else signal.SIGSTOP):
        return
    done.append((how, name))
    if how == "stops and continues" or (how == "stops" and name == "spawn_steps"):
        over.wait(chance.uniform(0.05, 2))
        processes.send(victim, signal.SIGCONT)


def result_of(outcome):
    if outcome.status == HANGS:
        return "hang"
    if outcome.status in (-signal.SIGTERM, -signal.SIGKILL, 128 + signal.SIGTERM):
        return "ended" if outcome.status != -signal.SIGKILL else "crash"
    if outcome.status < 0:
        return "crash"
    right = outcome.status == 0 and outcome.did("parent received") == 2 * SPAWNS
    return "right" if right and not any("failed" in line for line in outcome.journal) else "error"


def work(where, deadline, with_sidestep, until, seed, results):
    """One process's part; a result is a word and what was done to whom."""
    processes.become_reaper()
    chance, longest = random.Random(seed), 2.0
    while time.monotonic() < until:
        over, done = threading.Event(), []
        thread = threading.Thread(target=strike, args=(chance, longest, over, done))
        thread.start()
        started = time.monotonic()
        outcome = trial.run(PROGRAM, where, with_sidestep, deadline, over.set)
        if not done:
            longest = 0.3 * (time.monotonic() - started) + 0.7 * longest
        over.set()
        thread.join()
        processes.end_all()
        results.put((result_of(outcome), bool(outcome.left), done[0] if done else ("", ""), str(outcome)))
    results.put(None)


def spin(niceness):
    os.nice(niceness)
    while os.getppid() != 1:
        pass


def round_of(version, where, with_sidestep, options, seconds):
    """@return counts by the words of COLUMNS; what went wrong with sidestep is told on stderr"""
    jobs, tell = options.jobs, with_sidestep
    deadline = options.deadline if with_sidestep else DEADLINE_WITHOUT
    counts, of_whom = collections.Counter(), collections.Counter()
    results = multiprocessing.Queue()
    until = time.monotonic() + seconds
    workers = [multiprocessing.Process(target=work, args=(where, deadline, with_sidestep, until, time.time_ns() + one,
                                                          results))
               for one in range(jobs)]
    for one in workers:
        one.start()
    left = jobs
    while left:
        result = results.get()
        if result is None:
            left -= 1
            continue
        word, is_left, (how, whom), said = result
        counts[word] += 1
        counts["left"] += is_left
        counts[how.split()[0] if how else "undisturbed"] += 1
        of_whom[whom] += bool(whom)
        if (word in ("hang", "crash") or is_left) and tell:
            print(f"  {version}: {word}{', left over' * is_left} after it {how} {whom}: {said}", file=sys.stderr, flush=True)
    for one in workers:
        one.join()
    if tell:
        print(f"  {version}: {dict(of_whom.most_common())}", file=sys.stderr, flush=True)
    return counts


def row(version, with_sidestep, counts):
    return f"| {version} | {'with' if with_sidestep else 'without'} | " + " | ".join(
        f"{counts[word]:,}" for word in COLUMNS) + " |"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--stage")
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--without", action="store_true")
    options.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)) + 1)
    options.add_argument("--deadline", type=float, default=DEADLINE)
    options.add_argument("versions", nargs="*")
    options = options.parse_args()
    places = place.places(options.stage, options.versions or VERSIONS)
    rounds = [(version, with_it) for version in places for with_it in ((False, True) if options.without else (True,))]
    spinners = [multiprocessing.Process(target=spin, args=(5,), daemon=True) for _ in os.sched_getaffinity(0)]
    for one in spinners:
        one.start()
    print(f"| MPICH | sidestep | {' | '.join(COLUMNS.values())} |\n|---|---|{'--:|' * len(COLUMNS)}", flush=True)
    wrong = False
    for version, with_it in rounds:
        counts = round_of(version, places[version], with_it, options, options.minutes * 60 / len(rounds))
        print(row(version, with_it, counts), flush=True)
        wrong |= with_it and not counts["right"]
    for one in spinners:
        one.terminate()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
