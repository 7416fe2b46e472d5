# SPDX-License-Identifier: BSD-3-Clause
"""sidestep-mpiexec on several hosts, and with many ranks."""
import collections
import json
import unittest

import hosts
from installed import DEADLINE
from programs import BUILDS, LONG, env, python, set_up

RANKS = 64


class Mpiexec(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        set_up(cls, hosts.Cluster(4))

    def start(self, build, *arguments, guest=("ranks.py",), launcher=None, **variables):
        done = self.here.run(launcher or self.installed.mpiexec, *arguments, *python(build, *guest),
                             env=env(build, SIDESTEP_MARK="mark", **variables))
        hosts.until(self.cluster.is_idle)
        return done

    def ranks(self, *arguments, **options):
        """What each rank told: its host, its mark, whether it has the library, its descriptors."""
        done = self.start(*arguments, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        told = [line.split() for line in done.stdout.splitlines()]
        self.assertEqual([int(one[0]) for one in told], list(range(len(told))))
        return [one[1:] for one in told]

    def test_four_hosts(self):
        names = [host.name for host in self.cluster.hosts]
        file = self.folder / "hosts"
        file.write_text("\n".join(names) + "\n")
        for build in BUILDS:
            arguments = ("-f", file) if build in ("3.4.3", "5.0.2") else ("-hosts", ",".join(names))
            with self.subTest(build=build, arguments=arguments):
                told = self.ranks(build, "-n", 4, *arguments)
                self.assertEqual([one[:3] for one in told], [[name, "mark", "True"] for name in names])

    def test_the_library_is_in_the_ranks_alone(self):
        file = self.folder / "go-on"
        with self.here.start(self.installed.mpiexec, "-n", 2, "-hosts", "node1,node2", *python("4.3.2", "ranks.py"),
                             env=env("4.3.2", SIDESTEP_TEST_HOLD=file), stdout=hosts.PIPE) as mpiexec:
            try:
                mpiexec.stdout.readline()
                have = self.cluster.preloaded()
            finally:
                file.touch()
                mpiexec.communicate(timeout=DEADLINE)
        self.assertEqual(have.pop("python"), {True})
        self.assertLessEqual({"ssh", "sshd", "hydra_pmi_proxy", "mpiexec.hydra"}, set(have))
        self.assertEqual(set.union(*have.values()), {False}, have)
        self.assertEqual(mpiexec.returncode, 0)

    def test_exit_status(self):
        for build in "3.4.3", "5.0.2":
            with self.subTest(build=build):
                done = self.start(build, "-n", 4, "-hosts", "node1,node2,node3,node4", guest=("ranks.py", 7))
                self.assertEqual(done.returncode, 7, done.stderr)

    def test_many_ranks_with_every_remedy(self):
        report = self.folder / "report"
        for build in ("4.2.3", "5.0.2") if LONG else ("5.0.2",):
            with self.subTest(build=build):
                report.unlink(missing_ok=True)
                plain = self.ranks(build, "-n", RANKS, launcher="mpiexec")
                told = self.ranks(build, "-n", RANKS, SIDESTEP_REPORT=report)
                self.assertEqual([one[2] for one in plain + told], ["False"] * RANKS + ["True"] * RANKS)
                # The library keeps no descriptor.
                self.assertEqual(max(int(one[3]) for one in told), max(int(one[3]) for one in plain))
                entries = collections.Counter(json.loads(line)["rank"] for line in report.read_text().splitlines())
                self.assertEqual(sorted(entries), list(range(RANKS)))
                self.assertEqual(len(set(entries.values())), 1, entries)


if __name__ == "__main__":
    hosts.main()
