# SPDX-License-Identifier: BSD-3-Clause
"""Under Slurm: ranks that srun starts, by sidestep-mpiexec and without; spawns from inside an allocation."""
import unittest

import hosts
from installed import MPI_BUILDS, SOURCE
from pages import block_named, blocks
from programs import BUILDS, env, python, set_up
from slurm import SlurmCluster


class Slurm(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        set_up(cls, SlurmCluster(3))

    def said(self, *command, build="4.2.3", **variables):
        done = self.here.run(*command, env=env(build, SIDESTEP_MARK="mark", **variables))
        self.assertEqual(done.returncode, 0, done.stderr)
        hosts.until(self.cluster.is_idle)
        return done.stdout.splitlines()

    def ranks(self, *command, **options):
        """What each rank told: its host, its mark, whether it has the library."""
        lines = self.said(*command, *python(options.get("build", "4.2.3"), "ranks.py"), **options)
        self.assertEqual([line.split()[0] for line in lines], [str(rank) for rank in range(len(lines))])
        return [line.split()[1:4] for line in lines]

    def wrapped(self, *arguments, **options):
        return self.ranks(self.installed.mpiexec, "--mpi=pmi2", "-N", 2, "-n", 2, *arguments, SIDESTEP_MPIEXEC="srun",
                          **options)

    both = [[name, "mark", "True"] for name in ("node1", "node2")]

    def test_srun(self):
        for build in "3.4.3", "4.2.3", "5.0.2":
            with self.subTest(build=build):
                self.assertEqual(self.wrapped(build=build), self.both)

    def test_srun_exports_as_the_user_wishes(self):
        for wish in "NONE", "PATH,HOME=/":
            with self.subTest(wish=wish):
                self.assertEqual(self.wrapped(f"--export={wish}"), self.both)
                self.assertEqual(self.wrapped(SLURM_EXPORT_ENV=wish), self.both)
        self.assertEqual([one[1:] for one in self.wrapped("--export=SIDESTEP_MARK=mine")], [["mine", "True"]] * 2)

    def test_srun_of_several_programs(self):
        program = python("4.2.3", "ranks.py")
        self.assertEqual(self.wrapped(*program, ":", "-N", 1, "-n", 1), [*self.both, ["node3", "mark", "True"]])

    def test_srun_alone(self):
        """What docs/site-admins.md says of it."""
        srun = ["srun", "--mpi=pmi2", "-N", 2, "-n", 2]
        preload = {"LD_PRELOAD": self.installed.library}
        self.assertEqual(self.ranks(*srun, **preload), self.both)
        self.assertEqual([one[2] for one in self.ranks(*srun, "--export=NONE", **preload)], ["False"] * 2)
        self.assertEqual([one[2] for one in self.ranks(*srun, "--export=PATH", **preload)], ["False"] * 2)
        self.assertEqual([one[2] for one in self.ranks(*srun, "--export=NONE", *self.installed.run)], ["True"] * 2)

    def test_srun_without_pmi(self):
        """Each rank is 0 of 1, which the first says; where a script of sbatch's runs one program, nobody does."""
        ranks = [*self.installed.run, *python("4.2.3", "ranks.py")]
        for launcher, lines in (["srun", "-N", 2, "-n", 2], 1), (["salloc", "-Q", "-N", 2, "-n", 2], 0):
            with self.subTest(launcher=launcher[0]):
                done = self.here.run(*launcher, *ranks, env=env("4.2.3"))
                self.assertEqual((done.returncode, done.stderr.count("sidestep: every rank is 0 of 1")), (0, lines))
                hosts.until(self.cluster.is_idle)

    def test_task_prolog(self):
        prolog = self.folder / "prolog"
        prolog.write_text(f"#!/bin/sh\necho export LD_PRELOAD={self.installed.library}\n")
        prolog.chmod(0o755)
        self.assertEqual(self.ranks("srun", "--mpi=pmi2", "-N", 2, "-n", 2, "--task-prolog", prolog), self.both)

    def test_sbatch(self):
        script, output = self.folder / "script", self.folder / "output"
        words = [self.installed.mpiexec, "--mpi=pmi2", "-n", 3, *python("4.2.3", "ranks.py")]
        script.write_text("#!/bin/sh\n" + " ".join(map(str, words)) + "\n")
        for export in "ALL", "SIDESTEP_MPIEXEC,SIDESTEP_MARK":
            with self.subTest(export=export):
                self.said("sbatch", "--wait", "-Q", "-N", 3, f"--output={output}", f"--export={export}", script,
                          SIDESTEP_MPIEXEC="srun")
                self.assertEqual([line.split()[1:4] for line in output.read_text().splitlines()],
                                 [*self.both, ["node3", "mark", "True"]])

    def test_the_script_of_the_guide(self):
        """docs/slurm.md: its job.sh, with the programs of mpi4py.md, prints what the page shows."""
        shown, = (block.text for block in blocks(SOURCE / "docs/slurm.md") if block.language == "text")
        for build in "3.4.3", "4.2.3":
            with self.subTest(build=build):
                folder = self.folder / build
                folder.mkdir()
                for name, page in ("job.sh", "slurm"), ("app.py", "mpi4py"), ("workers.py", "mpi4py"):
                    (folder / name).write_text(block_named(name, f"docs/{page}.md"))
                path = f"{self.installed.mpiexec.parent}:{MPI_BUILDS / build}/bin:/usr/sbin:/usr/bin:/sbin:/bin"
                self.said("sbatch", "--wait", "-Q", f"--chdir={folder}", folder / "job.sh", build=build, PATH=path)
                # Then Slurm takes the allocation back, and may say so of a worker that has not ended yet.
                self.assertEqual((folder / "job.out").read_text()[:len(shown)], shown)
                self.assertIn("spawn-launcher", (folder / "job.html").read_text())

    def test_mpiexec_in_an_allocation(self):
        """hydra starts its proxies by srun there."""
        for build in "3.4.3", "5.0.2":
            with self.subTest(build=build):
                told = self.ranks("salloc", "-Q", "-N", 3, self.installed.mpiexec, "-n", 3, "-ppn", 1, build=build)
                self.assertEqual(told, [*self.both, ["node3", "mark", "True"]])

    def test_spawn_in_an_allocation(self):
        for build in BUILDS:
            with self.subTest(build=build):
                said = self.said("salloc", "-Q", "-N", 3, *self.installed.run, *python(build, "spawn_hosts.py", 3),
                                 build=build)
                # Then Slurm takes the allocation back, and may end a child before it has ended.
                self.assertEqual(said[:2], ["children on node1 node2 node3", "goes on with 41"])


if __name__ == "__main__":
    hosts.main()
