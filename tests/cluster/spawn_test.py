# SPDX-License-Identifier: BSD-3-Clause
"""MPI_Comm_spawn from a singleton to other hosts: by ssh, and where that fails."""
import contextlib
import functools
import signal
import unittest

import hosts
from installed import DEADLINE
from programs import BUILDS, LONG, env, python, set_up

# hydra from 4.2.0 to 4.3.1 gives up where one host's children end before another's (pmodels/mpich#7528).
ENDS_TOO_EARLY = ("4.2.3", "4.3.1")


class Spawn(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        set_up(cls, hosts.Cluster(3))
        cls.there, cls.third = cls.cluster.hosts[1:]

    def command(self, build, *arguments):
        return [*self.installed.run, *python(build, "spawn_hosts.py", *arguments)]

    def spawn(self, build, *arguments, **variables):
        """What the caller says. In the end nothing is left on any host."""
        done = self.here.run(*self.command(build, *arguments), env=env(build, **variables))
        self.assertEqual(done.returncode, 0, done.stderr)
        hosts.until(self.cluster.is_idle)
        return done.stdout.splitlines()

    @contextlib.contextmanager
    def held(self, build, *arguments, says="children on node2"):
        """A caller that has said this, and waits, with its children, for a file."""
        file = self.folder / "go-on"
        file.unlink(missing_ok=True)
        with self.here.start(*self.command(build, *arguments), env=env(build, SIDESTEP_TEST_HOLD=file),
                             stdout=hosts.PIPE) as caller:
            try:
                self.assertIn(says, caller.stdout.readline())
                yield caller
            finally:
                file.touch()
                hosts.until(lambda: caller.poll() is not None)

    def for_each(self, builds, test):
        for build in builds:
            with self.subTest(build=build):
                test(build)

    def test_to_another_host(self):
        self.for_each(BUILDS, lambda build: self.assertEqual(
            self.spawn(build, 2, "host=node2"), ["children on node2 node2", "goes on with 41"]))

    def test_to_several_hosts(self):
        self.for_each([build for build in BUILDS if build not in ENDS_TOO_EARLY], lambda build: self.assertEqual(
            self.spawn(build, 2, "host=node2,node3"), ["children on node2 node3", "goes on with 41"]))

    def test_by_a_file_of_hosts(self):
        """Of which the caller's own is none: hydra would put the caller on the first."""
        file = self.folder / "hosts"
        file.write_text("node2\nnode3\n")
        for build in "3.4.3", "5.0.2":
            for words, variables in (["hostfile=" + str(file)], {}), ([], {"HYDRA_HOST_FILE": file}):
                with self.subTest(build=build, variables=variables):
                    self.assertEqual(self.spawn(build, 2, *words, **variables)[0], "children on node2 node3")

    def test_the_library_is_in_the_caller_and_its_children_alone(self):
        for build in "4.0.3", "4.3.2":
            with self.subTest(build=build), self.held(build, 1, "host=node2") as caller:
                have = self.cluster.preloaded()
                self.assertEqual(have.pop("python"), {True})
                self.assertLessEqual({"ssh", "sshd", "hydra_pmi_proxy", "mpiexec.hydra"}, set(have))
                have.pop("sidestep-relay")  # which hydra before 4.1 runs as a rank
                self.assertEqual(set.union(*have.values()), {False}, have)
            self.assertEqual(caller.returncode, 0)

    def test_no_such_host(self):
        self.for_each(BUILDS, lambda build: self.assertRegex(
            " ".join(self.spawn(build, 1, "host=nowhere")), "^error: .*MPI error.* goes on with 41$"))

    def test_children_that_end_before_mpi_init(self):
        for build in BUILDS:
            # hydra may end with them: then the next spawn has another.
            ended = "before: .*MPI" if build in ENDS_TOO_EARLY else "before: .*ended before they called MPI_Init"
            with self.subTest(build=build):
                self.assertRegex(" ".join(self.spawn(build, 2, "host=node2", SIDESTEP_TEST_PROGRAM="sleep 1")),
                                 f"^before: .*ended before they called MPI_Init {ended}.* children on node2 node2 "
                                 "goes on with 41$")

    def test_its_sshd_is_gone(self):
        self.there.sshd_down()
        try:
            self.for_each(("3.4.3", "5.0.2"), lambda build: self.assertRegex(
                " ".join(self.spawn(build, 2, "host=node3,node2")), "^error: .*MPI error.* goes on with 41$"))
        finally:
            self.there.sshd_up()

    @unittest.skipUnless(LONG, "SIDESTEP_TEST_LONG=1: minutes each")
    def test_it_does_not_answer(self):
        """ssh gives up after 130 s, and the relay 180 s after ssh began to wait for an sshd that hangs."""
        # The kernel still takes connections for an sshd that is stopped.
        stop, go_on = (functools.partial(hosts.send, self.there.sshd, it) for it in (signal.SIGSTOP, signal.SIGCONT))
        for how, undo in (self.there.unplug, self.there.plug_in), (stop, go_on):
            how()
            try:
                self.for_each(("3.4.3", "5.0.2"), lambda build: self.assertRegex(
                    " ".join(self.spawn(build, 1, "host=node2")), "^error: .*MPI error.* goes on with 41$"))
            finally:
                undo()

    def test_the_network_is_cut_and_the_caller_killed(self):
        """Nobody can reach the children. The caller's own host is left clean, and theirs when the network is back."""
        for build in "4.0.3", "5.0.2":
            with self.subTest(build=build), self.held(build, 1, "host=node2") as caller:
                self.there.unplug()
                try:
                    hosts.send(caller, signal.SIGKILL)
                    caller.wait(DEADLINE)
                    hosts.until(lambda: not self.here.processes())
                    self.assertTrue(self.there.processes())
                finally:
                    self.there.plug_in()
                hosts.until(self.cluster.is_idle)

    def test_all_is_killed_after_a_spawn_that_failed(self):
        """As by timeout -s KILL, and with the relay; hydra of 3.4 still waits for a proxy of that host."""
        with self.held("3.4.3", 1, "host=nowhere", says="error: ") as caller:
            hosts.kill_group(caller)
            hosts.until(self.cluster.is_idle)


if __name__ == "__main__":
    hosts.main()
