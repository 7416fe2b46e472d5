# SPDX-License-Identifier: BSD-3-Clause
"""What counts as worse with sidestep, by outcomes that are made up."""
import collections
import unittest

from combination import combination
from sample import SAMPLE
from trial import HANGS, Outcome, Trial
from verdict import BETTER, EQUAL, WORSE, judge

WORK = ("parent init", "parent spawned", "parent received", "parent finalized")


def outcome(status=0, journal=WORK, lines=10, ended=True, left=()):
    return Outcome(status, collections.Counter(journal), lines, ended, collections.Counter(left), "")


class Verdict(unittest.TestCase):
    def judged(self, wanted, without, with_it, parent="init spawn:1 recv finalize"):
        self.assertEqual(judge(Trial(parent), without, with_it)[0], wanted)

    def test_a_hang(self):
        self.judged(WORSE, outcome(), outcome(HANGS))
        self.judged(WORSE, outcome(-9, WORK[:2]), outcome(HANGS, WORK[:2]))
        self.judged(BETTER, outcome(HANGS), outcome(-15))
        self.judged(EQUAL, outcome(HANGS), outcome(HANGS))

    def test_a_program_that_hydra_killed(self):
        self.judged(EQUAL, outcome(-9, WORK[:2]), outcome(143, WORK[:2]))
        self.judged(BETTER, outcome(137, WORK[:2]), outcome())
        self.judged(WORSE, outcome(-9, WORK[:2]), outcome(15, WORK[:1]))

    def test_a_signal_as_others_tell_it(self):
        trial = Trial("init spawn:1 finalize", condition=("setsid",))
        self.assertEqual(judge(trial, outcome(9, WORK[:2]), outcome(15, WORK[:2]))[0], EQUAL)
        trial = Trial("init spawn:1 finalize", shell='"$@" | cat')
        self.assertEqual(judge(trial, outcome(1, (*WORK[:2], "child sent")), outcome(1, WORK[:2]))[0], EQUAL)
        self.assertEqual(judge(trial, outcome(0, (*WORK, "parent done")), outcome(0, WORK[:2]))[0], WORSE)
        trial = Trial("init spawn:1 finalize", signals="HUP:alone:parent init")
        for status in -1, 129:
            self.assertEqual(judge(trial, outcome(-9, WORK[:2]), outcome(status, WORK[:1]))[0], EQUAL)
            self.assertEqual(judge(trial, outcome(), outcome(status, WORK[:1]))[0], EQUAL)

    def test_a_program_whose_output_nobody_reads(self):
        for fields in {"reader": "gone"}, {"shell": '"$@" | head -1'}, {"stdout": "full"}:
            trial = Trial("init spawn:1 recv finalize", **fields)
            self.assertEqual(judge(trial, outcome(-9, WORK[:3]), outcome(-15, WORK[:1]))[0], EQUAL)
            self.assertEqual(judge(trial, outcome(-9, WORK[:3]), outcome(HANGS, WORK[:1]))[0], WORSE)

    def test_what_is_less(self):
        self.judged(WORSE, outcome(), outcome(15))
        self.judged(BETTER, outcome(15), outcome())
        self.judged(WORSE, outcome(), outcome(lines=9))
        self.judged(WORSE, outcome(), outcome(journal=WORK[:3]))
        self.judged(EQUAL, outcome(lines=10), outcome(lines=9), parent="init spawn:1 recv leave:0")

    def test_what_is_left(self):
        self.judged(WORSE, outcome(), outcome(left=["sidestep-relay"]))
        self.judged(WORSE, outcome(), outcome(ended=False))
        self.judged(EQUAL, outcome(left=["mpiexec"]), outcome(left=["sidestep-relay", "mpiexec.hydra"]))

    def test_a_combination_is_its_number(self):
        for number in SAMPLE:
            self.assertEqual(combination(number), combination(number))
        self.assertGreater(len({str(combination(number)) for number in SAMPLE}), len(SAMPLE) - 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
