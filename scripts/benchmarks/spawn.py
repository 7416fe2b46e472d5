# SPDX-License-Identifier: BSD-3-Clause
"""A singleton's MPI_Comm_spawn on MPICH 4.2.3: as it is, with sidestep, and with the relay that an old hydra needs."""
import os
import statistics
import subprocess

from .stage import GUESTS, LIBRARY, over_mpich, preloaded

KINDS = {"as it is": (None, {}), "sidestep": (LIBRARY, {}), "sidestep, relay": (LIBRARY, {"SIDESTEP_FORCE": "spawn-relay"})}


def microseconds(builds, library, spawns, **settings):
    """Of each spawn of one process and its disconnect, the first (which starts the launcher) included."""
    program = os.path.join(GUESTS, "bench_spawn")
    said = subprocess.run([program, str(spawns)], env=preloaded(library, **over_mpich(builds), **settings), check=True,
                          capture_output=True, text=True, timeout=300)
    return [float(line) for line in said.stdout.split()]


def spawn(builds, rounds, spawns):
    first = {kind: [] for kind in KINDS}
    later = {kind: [] for kind in KINDS}
    for round_ in range(rounds + 1):
        for kind, (preload, settings) in KINDS.items():  # in turn, so that the machine's moods hit all alike
            times = microseconds(builds, preload, spawns, **settings)
            if round_:  # the first round warms the caches
                first[kind].append(times[0])
                later[kind].append(statistics.mean(times[1:]))
    print(f"MPI_Comm_spawn of one process and its disconnect, MPICH 4.2.3, {rounds} processes of {spawns} spawns each:")
    print(f"  {'':16} {'first spawn':>12} {'ratio':>6}   {'later spawns':>12} {'ratio':>6}   {'whole':>6}")
    whole = {kind: [a + b * (spawns - 1) for a, b in zip(first[kind], later[kind])] for kind in KINDS}
    for kind in KINDS:
        cells = []
        for table in (first, later):
            ratio = statistics.median(a / b for a, b in zip(table[kind], table["as it is"]))
            cells.append(f"{statistics.median(table[kind]) / 1000:9.2f} ms {ratio:6.3f}")
        ratio = statistics.median(a / b for a, b in zip(whole[kind], whole["as it is"]))
        print(f"  {kind:16} {cells[0]}   {cells[1]}   {ratio:6.3f}")
