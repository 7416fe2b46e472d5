# SPDX-License-Identifier: BSD-3-Clause
"""differential_test.py [--stage DIR] [--mpi VERSION]... [--count N] [--seed S] [--jobs N] [NUMBER...]

Runs programs that spawn without sidestep and with it: combinations of what they do, and of how they are started. Fails
where one does worse with it, three times of three. A combination is its number: NUMBER runs it alone and shows both
outcomes. --count N runs those from --seed on; nothing of the kind: the sample that CI runs, or what is not in it.
"""
import argparse
import collections
import dataclasses
import os
import sys
import time

import parallel
import place
import trial
from combination import combination, described
from sample import SAMPLE
from verdict import WORSE, judge, was_killed

VERSIONS = ("4.2.3", "5.0.2")
FLAKY = "flaky"
AGAIN = 3  # times, before it counts


def open_one(output):
    return "pipe" if output == "closed" else output


def compare(number, where):
    """@return the verdict, why, and both outcomes"""
    tried = combination(number)
    without = trial.run(tried, where, False)
    deadline = trial.DEADLINE_WITHOUT if without.status == trial.HANGS else None
    with_it = trial.run(tried, where, True, deadline)
    verdict, why = judge(tried, without, with_it)
    # What hydra reads, or cannot write to, ends it, and its caller: before that could come to what it waits for itself.
    calm = dataclasses.replace(tried, stdin="null", shell="", stdout=open_one(tried.stdout), stderr=open_one(tried.stderr))
    if verdict == WORSE and was_killed(without, tried) and calm != tried:
        undisturbed = trial.run(calm, where, False)
        if undisturbed.status == trial.HANGS or not was_killed(undisturbed, calm):
            verdict, why = judge(tried, undisturbed, with_it)
    return verdict, why, without, with_it


def compare_until_sure(number, where):
    """The same, and the seconds. What is worse is run again: FLAKY is what is not so each time."""
    started = time.monotonic()
    first = compare(number, where)
    for _ in range(AGAIN - 1 if first[0] == WORSE else 0):
        again = compare(number, where)
        if again[0] != WORSE or again[-1].failed_upstream():
            first = (FLAKY, *first[1:])
            break
    return (*first, time.monotonic() - started)


def run_all(version, where, numbers, jobs, command):
    """@return how often each verdict came; prints what is worse, with its reproducer"""
    counts = collections.Counter()
    for number, result in zip(numbers, parallel.each(lambda it: compare_until_sure(it, where), numbers, jobs)):
        verdict, why, without, with_it, seconds = result
        counts[verdict] += 1
        if os.environ.get("SIDESTEP_TEST_TIMES"):
            print(f"{version} {number} {verdict} {seconds:.1f} s", flush=True)
        if verdict in (WORSE, FLAKY) or len(numbers) == 1:
            print(f"{version}  {number}  {verdict.upper()}  {why}\n  {described(combination(number))}\n"
                  f"  without: {without}\n  with:    {with_it}\n  again:   {command} --mpi {version} {number}", flush=True)
    return counts


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--stage")
    options.add_argument("--mpi", action="append")
    options.add_argument("--count", type=int)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)) + 1)
    options.add_argument("numbers", nargs="*", type=int)
    options = options.parse_args()
    numbers = options.numbers or (range(options.seed, options.seed + options.count) if options.count else SAMPLE)
    command = "python3 tests/differential/differential_test.py" + (f" --stage {options.stage}" if options.stage else "")
    worse = 0
    for version, where in place.places(options.stage, options.mpi or VERSIONS).items():
        counts = run_all(version, where, list(numbers), options.jobs, command)
        worse += counts[WORSE]
        print(f"{version}: " + ", ".join(f"{counts[word]} {word}" for word in ("better", "equal", WORSE, FLAKY)), flush=True)
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
