# SPDX-License-Identifier: BSD-3-Clause
"""How long UCX takes for small messages in one process: as it is, with its memory type cache off, and with it kept."""
import os
import subprocess
import sys

from .stage import GUESTS, KEEP, LIBRARY, ROOT, over_ucx, preloaded

KINDS = {"as it is": (None, {}), "off": (LIBRARY, {}), "kept": (LIBRARY, KEEP)}


def has_gpu():
    """Whether the driver finds a device; why not goes to stderr."""
    return subprocess.run([os.path.join(ROOT, "scripts", "test-gpu"), "--has-gpu"], stdout=sys.stderr).returncode == 0


def latency(builds, rounds):
    on_gpu = has_gpu()
    program = os.path.join(GUESTS, "device_memory")
    best = {kind: {} for kind in KINDS}
    for _ in range(rounds):
        for kind, (preload, settings) in KINDS.items():
            said = subprocess.run([program, "handle", "cuMemAlloc_v2", "latency"],
                                  env=preloaded(preload, **over_ucx(builds, on_gpu), **settings), check=True,
                                  capture_output=True, text=True, timeout=300)
            for line in said.stdout.splitlines():
                where, size, time = line.split()
                best[kind][where, size] = min(float(time), best[kind].get((where, size), float("inf")))
    driver = "this machine's GPU" if on_gpu else "a stand-in of the driver, which answers faster than a real one"
    print(f"nanoseconds of a message within one process, UCX 1.22.0, {driver}:")
    print(f"  {'':16} {'as it is':>8}   {'cache off':>9} {'ratio':>6}   {'kept':>8} {'ratio':>6}")
    for (where, size), plain in best["as it is"].items():
        off, kept = best["off"][where, size], best["kept"][where, size]
        print(f"  {where:6} {size:>4} bytes {plain:9.1f}   {off:9.1f} {off / plain:6.3f}   {kept:8.1f} {kept / plain:6.3f}")
