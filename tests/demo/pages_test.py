# SPDX-License-Identifier: BSD-3-Clause
"""The pages of scripts/demo --all and of sidestep report, as Chromium shows them: wide, narrow, light, dark; by key and by touch."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

try:
    from selenium import webdriver
except ImportError:
    # Debian's Python has Debian's selenium; another one in PATH has not.
    if os.path.realpath(sys.executable) == os.path.realpath("/usr/bin/python3") or not os.path.exists("/usr/bin/python3"):
        print("there is no selenium here")
        sys.exit(77)
    os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

BUILD = pathlib.Path(os.environ["SIDESTEP_TEST_ROOT"])
WIDE, NARROW = (1280, 900), (390, 800)
# In the page: what is wider than the window, and texts that are wider than their boxes.
OVERFLOWS = """
const wide = document.documentElement.scrollWidth > window.innerWidth ? ["the page"] : [];
for (const one of document.querySelectorAll("h1,h2,h3,h4,p,th,td,i,b,strong,li,summary,pre,code,a"))
  if (one.offsetParent && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display != "inline")
    wide.push(one.tagName + ": " + one.textContent.slice(0, 60));
for (const one of document.querySelectorAll(".wide"))
  if (one.scrollWidth > one.clientWidth && getComputedStyle(one).overflowX != "auto") wide.push("a table");
return wide;"""


def entry(host, number, remedy, outcome, why):
    return json.dumps({"remedy": remedy, "outcome": outcome, "why": why, "mpi": "MPICH 4.2.3", "pid": number, "program": "python",
                       "host": host, "rank": number, "job": "4711", "time": 1700000000 + number, "sidestep": "0.1.0",
                       "command": "python -u /home/somebody/a/long/folder/of/theirs/simulation.py --steps=1000000 --restart"}) + "\n"


def report():
    """A job of 40 ranks on five hosts."""
    outcomes = {"spawn-stdin": "applied", "spawn-session": "applied", "spawn-launcher": "cannot help", "ucx-signals": "applied",
                "ucx-memtype-cache": "left to the user", "ucx-patch-wait": "applied", "cuda-allocations": "not needed", "julia-precompile": "not needed",
                "crash-trace": "applied"}
    return "".join(entry(f"node{number % 5:03}.cluster.example.org", number, remedy,
                         "not needed" if number == 3 else outcome, f"a reason of {remedy}, which is a sentence of some length")
                   for number in range(40) for remedy, outcome in outcomes.items())


def demo(page, *titles):
    only = [word for title in titles for word in ("--only", title)]
    return [BUILD / "tests/matrix/demo", "--html", page, "--commit", "0123abc", *only]


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        cls.pages = {"demo": cls.folder / "demo.html", "report": cls.folder / "report.html"}
        shown = subprocess.run(demo(cls.pages["demo"], "C: libmpi opened with RTLD_DEEPBIND, out of reach", "stdin is closed",
                                    "no mpiexec anywhere: an MPI error, and the program goes on"), text=True, capture_output=True)
        assert shown.returncode == 0, shown.stdout + shown.stderr
        (cls.folder / "job.json").write_text(report())
        subprocess.run([BUILD / "stage/bin/sidestep", "report", "-o", cls.pages["report"], cls.folder / "job.json"], check=True)
        options = webdriver.ChromeOptions()
        for option in ("--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={cls.folder}/profile"):
            options.add_argument(option)
        options.binary_location = shutil.which("chromium")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        cls.browser = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)

    @classmethod
    def tearDownClass(cls):
        cls.browser.quit()
        shutil.rmtree(cls.folder, ignore_errors=True)

    def open(self, name, size=WIDE, scheme="light"):
        send = self.browser.execute_cdp_cmd
        send("Emulation.setDeviceMetricsOverride", {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size == NARROW})
        send("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        self.browser.get("about:blank")
        self.browser.get(self.pages[name].as_uri())

    def sections(self):
        return [one for one in self.browser.find_elements(By.CSS_SELECTOR, ".evidence") if one.is_displayed()]

    def check_evidence(self):
        shown, = self.sections()
        for words in ("$ ", "--- printed", "without sidestep", "with sidestep"):
            self.assertIn(words, shown.text)

    def test_nothing_overflows_and_nothing_is_cut(self):
        for name in self.pages:
            for size in (WIDE, NARROW):
                for scheme in ("light", "dark"):
                    with self.subTest(name=name, size=size, scheme=scheme):
                        self.open(name, size, scheme)
                        self.assertEqual(self.browser.execute_script(OVERFLOWS), [])
                        paper = self.browser.execute_script("return getComputedStyle(document.body).backgroundColor")
                        self.assertEqual(paper, {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 27)"}[scheme])
                        # The browser's own pages complain of a busy machine.
                        self.assertEqual([entry for entry in self.browser.get_log("browser")
                                          if not entry["message"].startswith("chrome://")], [])

    def test_a_cell_opens_by_key(self):
        self.open("demo")
        body = self.browser.find_element(By.TAG_NAME, "body")
        self.assertEqual(self.sections(), [])
        cell = self.browser.find_element(By.CSS_SELECTOR, "table.matrix a")
        for _ in range(3):  # a table that scrolls takes a Tab itself
            if self.browser.switch_to.active_element == cell:
                break
            self.browser.switch_to.active_element.send_keys(Keys.TAB)
        self.assertEqual(self.browser.switch_to.active_element, cell)
        cell.send_keys(Keys.ENTER)
        self.check_evidence()
        body.send_keys(Keys.TAB)
        close = self.browser.switch_to.active_element
        self.assertEqual(close.text, "close")
        close.send_keys(Keys.ENTER)
        self.assertEqual(self.sections(), [])

    def test_a_cell_opens_by_touch_and_its_evidence_fits(self):
        self.open("demo", NARROW)
        cell = self.browser.find_element(By.CSS_SELECTOR, "table.matrix a")
        place = self.browser.execute_script(
            "arguments[0].scrollIntoView(); const box = arguments[0].getBoundingClientRect(); return [box.x + 5, box.y + 5]", cell)
        for kind, points in (("touchStart", [{"x": place[0], "y": place[1]}]), ("touchEnd", [])):
            self.browser.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        self.check_evidence()
        self.assertEqual(self.browser.execute_script(OVERFLOWS), [])

    def test_the_facts_are_there(self):
        self.open("demo")
        text = self.browser.find_element(By.CSS_SELECTOR, ".facts").text
        for fact in ("date 20", "commit 0123abc", "machine ", "system ", "Linux", "processor ", "took "):
            self.assertIn(fact, text)
        self.assertIn("MPICH 3.4.3", self.browser.find_element(By.CSS_SELECTOR, "thead").text)
        self.open("report")
        text = self.browser.find_element(By.CSS_SELECTOR, ".facts").text
        for fact in ("job 4711", "host node000.cluster.example.org", "date 2023-11-14", "sidestep 0.1.0"):
            self.assertIn(fact, text)

    def test_a_page_is_left_after_ctrl_c(self):
        page = self.folder / "interrupted.html"
        with subprocess.Popen(demo(page, "lines typed after the spawn (python -i)"), text=True, stdout=subprocess.PIPE) as run:
            for line in run.stdout:
                if "1/" in line:
                    break
            run.send_signal(signal.SIGINT)
            rest = run.stdout.read()
        self.assertEqual(run.returncode, 128 + signal.SIGINT)
        self.assertRegex(rest, "cells? works? with sidestep")
        self.assertRegex(page.read_text(), "interrupted after <b>[1-7] of [78] cells")


if __name__ == "__main__":
    unittest.main()
