# SPDX-License-Identifier: BSD-3-Clause
"""A prefix is uninstalled, or one of several versions is: only what was installed goes, and programs go on."""
import shutil
import subprocess
import threading

from changed import Case, spawn_after
from installed import BUILD, PREFIX, SOURCE, environment, files_of, main, run, spawn
from installed import works

UNINSTALL = SOURCE / "scripts/uninstall"
OWN = {"etc/sidestep.conf", "bin/sidestep-other", "libexec/sidestep/own", "share/sidestep/sites.txt",
       "share/modulefiles/sidestep/.version"}  # a site's, beside ours
LIST = "share/sidestep/installed"


class Uninstall(Case):
    def test_the_list_is_what_is_installed(self):
        self.assertEqual((self.installed / LIST).read_text().splitlines(), sorted(files_of(self.installed)))

    def test_nothing_is_left_of_a_prefix_that_was_moved(self):
        prefix = self.prefix()
        self.assertEqual(works(UNINSTALL, f"{prefix}/"), "")
        self.assertFalse(prefix.exists())
        self.assertTrue(prefix.parent.exists())

    def test_what_others_put_beside_it_stays(self):
        prefix = self.prefix()
        for name in OWN:
            (prefix / name).parent.mkdir(exist_ok=True)
            (prefix / name).write_text("own\n")
        (prefix / "lib/empty").mkdir()
        works(UNINSTALL, prefix)
        self.assertEqual(files_of(prefix), OWN)
        self.assertEqual(sorted(folder.name for folder in prefix.iterdir()), ["bin", "etc", "lib", "libexec", "share"])
        again = run(UNINSTALL, prefix)
        self.assertEqual((again.returncode, again.stdout), (1, ""))
        self.assertIn(f"no {prefix}/{LIST}: ", again.stderr)

    def test_a_removal_that_was_interrupted_is_done_again(self):
        prefix = self.prefix()
        (prefix / "lib/libsidestep.so").unlink()
        shutil.rmtree(prefix / "libexec")
        works(UNINSTALL, prefix)
        self.assertFalse(prefix.exists())

    def test_a_list_that_leads_elsewhere_is_refused(self):
        for name in "../other", "bin/../../other", "/etc/passwd":
            with self.subTest(name=name):
                prefix = self.prefix()
                (prefix.parent / "other").write_text("")
                with (prefix / LIST).open("a") as listed:
                    listed.write(f"{name}\n")
                before = files_of(prefix)
                refused = run(UNINSTALL, prefix)
                self.assertEqual((refused.returncode, refused.stdout), (1, ""))
                self.assertIn(f"{LIST}: {name} is ", refused.stderr)
                self.assertEqual(files_of(prefix), before)

    def test_another_version_over_it_leaves_none_of_its_files(self):
        destdir = self.folder / "over"
        prefix = destdir / PREFIX.lstrip("/")
        shutil.copytree(self.installed, prefix)
        (prefix / "etc").mkdir()
        for name in "etc/sidestep.conf", "share/modulefiles/sidestep/0.0.9", "libexec/sidestep/older/part":
            (prefix / name).parent.mkdir(exist_ok=True)
            (prefix / name).write_text("")
        with (prefix / LIST).open("a") as listed:
            listed.write("share/modulefiles/sidestep/0.0.9\nlibexec/sidestep/older/part\n")
        works(SOURCE / "scripts/install", BUILD, env=environment(DESTDIR=destdir))
        self.assertEqual(files_of(prefix), files_of(self.installed) | {"etc/sidestep.conf"})
        self.assertFalse((prefix / "libexec/sidestep/older").exists())

    def test_a_program_that_runs_spawns_as_without_sidestep(self):
        for build, said in {"4.2.3": "got 7", "5.0.2": "got 7", "4.0.3": "error"}.items():  # 4.0.3 alone: it hangs
            with self.subTest(build=build):
                prefix = self.prefix()
                done = spawn_after(f"HOME=/ {UNINSTALL} {prefix}", build, prefix)
                self.assertEqual((done.returncode, done.stdout), (0, f"{said}\ngoes on\n"), done.stderr)
                self.assertFalse(prefix.exists())

    def test_a_program_that_starts_says_so_and_runs(self):
        """As every program does whose LD_PRELOAD names a file that is not there: unload the module, or log in anew."""
        prefix = self.prefix()
        works(UNINSTALL, prefix)
        done = run("/bin/echo", "runs", env={"LD_PRELOAD": f"{prefix}/lib/libsidestep.so"})
        self.assertEqual((done.returncode, done.stdout), (0, "runs\n"))
        self.assertRegex(done.stderr, r"\AERROR: ld\.so: object '[^']*libsidestep\.so' .* cannot be preloaded .*: ignored\.\n\Z")


class Versions(Case):
    """A folder for each version, and a link `current`, which is moved: of an unpacked archive, or of prefixes."""

    def versions(self):
        first, second = self.prefix("0.1.0"), self.prefix("0.2.0")
        current = first.parent / "current"
        current.unlink(missing_ok=True)
        current.symlink_to(first.name)
        return first, second, current

    @staticmethod
    def switch(current, version):
        """As documented."""
        return f"ln -s {version.name} {current}.new && mv -fT {current}.new {current}"

    def test_a_program_that_runs_spawns_after_the_switch_and_after_the_old_one_is_gone(self):
        for build in "4.0.3", "4.2.3":
            with self.subTest(build=build):
                first, second, current = self.versions()
                done = spawn_after(self.switch(current, second), build, current)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "got 7\ngoes on\n", ""))
                self.assertEqual(spawn(build, current / "bin/sidestep", "run"), "sum 2\n")
                done = spawn_after(f"{self.switch(current, second)}; HOME=/ {UNINSTALL} {first}", build, first)
                self.assertEqual((done.returncode, done.stdout), (0, {"4.0.3": "error", "4.2.3": "got 7"}[build] +
                                                                  "\ngoes on\n"), done.stderr)

    def test_a_session_keeps_the_version_that_it_began_with(self):
        first, second, current = self.versions()
        kept = works(current / "bin/sidestep", "run", "sh", "-c", f"{self.switch(current, second)}; echo $LD_PRELOAD")
        self.assertEqual(kept, f"{first}/lib/libsidestep.so\n")
        self.assertEqual(works(current / "bin/sidestep", "run", "sh", "-c", "echo $LD_PRELOAD"),
                         f"{second}/lib/libsidestep.so\n")

    def test_no_start_finds_the_link_missing(self):
        first, second, current = self.versions()
        script = f"while read -r; do {self.switch(current, first)}; {self.switch(current, second)}; echo; done"
        with subprocess.Popen(["bash", "-ec", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            stop, rounds = threading.Event(), []

            def switch():
                while not stop.is_set():
                    process.stdin.write(b"\n")
                    process.stdin.flush()
                    process.stdout.readline()
                    rounds.append(1)
                process.stdin.close()

            thread = threading.Thread(target=switch)
            thread.start()
            said = []
            while thread.is_alive() and len(rounds) < 100:
                said.append(run("/bin/true", env={"LD_PRELOAD": f"{current}/lib/libsidestep.so"}).stderr)
            stop.set()
            thread.join()
        print(f"{len(said)} starts during {2 * len(rounds)} switches")
        self.assertEqual(set(said), {""})

    def test_one_is_uninstalled(self):
        first, second, current = self.versions()
        works(UNINSTALL, first)
        self.assertFalse(first.exists())
        self.assertEqual(files_of(second), files_of(self.installed))


if __name__ == "__main__":
    main()
