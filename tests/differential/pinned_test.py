# SPDX-License-Identifier: BSD-3-Clause
"""pinned_test.py [--stage DIR] [--mpi VERSION] [--jobs N] [--list] [NAME...]

Runs the cases of pinned_cases.py and pinned_scripts.py whose names begin so ("P1", "P2 pause 4"), with sidestep as staged in DIR: build/test/stage.
"""
import argparse
import os
import sys
import time

import parallel
import place
import trial
from pinned_cases import CASES, NOT_FOR
from pinned_scripts import SCRIPTS

EVERY = {**CASES, **SCRIPTS}
SLOW = ("10 hydra's proxy is stopped", "10 no loopback")  # minutes: run where they are named, or with SIDESTEP_TEST_LONG=1


def tried(one, where):
    for _ in range(5):
        outcome = trial.run(one, where, True)
        if not outcome.failed_upstream():
            break
    return outcome


def run_case(name, where):
    """@return why it fails, or nothing; and the seconds it took"""
    started = time.monotonic()
    try:
        if name in SCRIPTS:
            SCRIPTS[name](where)
        else:
            CASES[name](lambda one: tried(one, where))
        return "", time.monotonic() - started
    except AssertionError as error:
        return str(error) or "not so", time.monotonic() - started


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--stage")
    options.add_argument("--mpi", action="append")
    options.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)) + 1)
    options.add_argument("--list", action="store_true")
    options.add_argument("names", nargs="*")
    options = options.parse_args()
    wanted = tuple(options.names) or (("",) if os.environ.get("SIDESTEP_TEST_LONG") == "1" else ())
    names = [name for name in EVERY if (name.startswith(wanted) if wanted else name not in SLOW)]
    if options.list or not names:
        print("\n".join(names or EVERY))
        return 0 if options.list else 2
    failed = 0
    for version, where in place.places(options.stage, options.mpi or ["4.2.3"]).items():
        mine = [name for name in names if version not in NOT_FOR.get(name, ())]
        for name, (wrong, seconds) in zip(mine, parallel.each(lambda name: run_case(name, where), mine, options.jobs)):
            failed += bool(wrong)
            print(f"{version}  {'FAILS' if wrong else 'ok   '}  {name:<40} {seconds:5.1f} s  {wrong}", flush=True)
    print(f"{failed} of them failed" if failed else "all right")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
