"""Random numbers, orders, targets and scores: without torch.distributed."""

import json
import pathlib
import sys
import unittest
from unittest import mock

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from splitvote_torchrun import errors, order, philox, scores, shards, versions

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))


class PhiloxTests(unittest.TestCase):
    # Known answers of Random123, kat_vectors, philox4x32 10.
    ANSWERS = [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((philox.WORD,) * 4, (philox.WORD,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        ((0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0),
         (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)),
    ]

    def test_words_are_those_of_the_paper(self):
        for counter, key, expected in self.ANSWERS:
            found = philox.words(*[numpy.array([part], numpy.int64) for part in counter], key)
            self.assertEqual(tuple(int(word[0]) for word in found), expected)

    def test_a_stream_has_the_same_values_from_any_place(self):
        whole = philox.stream(7, "row order of epoch 0", 0, 101)
        for first in (0, 1, 2, 50, 99):
            numpy.testing.assert_array_equal(philox.stream(7, "row order of epoch 0", first, 2), whole[first : first + 2])


class OrderTests(unittest.TestCase):
    def test_each_epoch_has_every_row_once_in_an_order_of_its_own(self):
        first, second = (order.permutation(1000, 42, epoch) for epoch in (0, 1))
        for found in (first, second):
            numpy.testing.assert_array_equal(numpy.sort(found), numpy.arange(1000))
        self.assertGreater((first != second).sum(), 900)

    def test_the_quick_way_draws_what_the_plain_one_does(self):
        bounds = numpy.arange(500, 1, -1, dtype=numpy.uint64)
        quick, _ = order._products(philox.stream(3, "row order of epoch 5", 0, len(bounds)), bounds)
        numpy.testing.assert_array_equal(quick, order._one_by_one(500, 3, "row order of epoch 5"))

    def test_steps_take_neighbors_of_the_epochs_order_and_the_last_the_rest(self):
        rows = order.Order(10, 4, 1)
        taken = [rows.rows_of(step) for step in range(3)]
        self.assertEqual([len(part) for part in taken], [4, 4, 2])
        numpy.testing.assert_array_equal(numpy.concatenate(taken), order.permutation(10, 1, 0))
        numpy.testing.assert_array_equal(rows.rows_of(3), order.permutation(10, 1, 1)[:4])

    def test_processes_share_a_step_without_rest(self):
        for count in range(1, 20):
            for world in range(1, 9):
                parts = [list(order.share(count, rank, world)) for rank in range(world)]
                self.assertEqual(sum(parts, []), list(range(count)))


class TargetTests(unittest.TestCase):
    def rows(self):
        return shards.Rows([{
            "input_ids": numpy.arange(4000), "offsets": numpy.arange(4001), "labels": numpy.ones(4000, numpy.int64),
            "comment_ids": numpy.arange(4000) + (1 << 40),
            "p_controversial": numpy.full(4000, 0.25, numpy.float32)}])

    def targets(self, **settings):
        return shards.Targets({"targets": "labels", "label_smoothing": 0.0, "seed": 1, **settings}, 2)

    def test_labels_are_certain_and_smoothing_spreads_its_share(self):
        chosen = numpy.array([3])
        self.assertEqual(self.targets().of(self.rows(), chosen, 0).tolist(), [[0, 1]])
        found = self.targets(label_smoothing=0.2).of(self.rows(), chosen, 0)
        numpy.testing.assert_allclose(found, [[0.1, 0.9]], rtol=1e-7)

    def test_votes_are_their_probability(self):
        found = self.targets(targets="votes").of(self.rows(), numpy.array([0]), 0)
        self.assertEqual(found.tolist(), [[0.75, 0.25]])

    def test_drawn_votes_are_certain_each_time_and_right_on_average(self):
        rows, chosen = self.rows(), numpy.arange(4000)
        first, second = (self.targets(targets="votes_sampled").of(rows, chosen, epoch)[:, 1] for epoch in (0, 1))
        self.assertEqual(set(first.tolist()), {0.0, 1.0})
        self.assertAlmostEqual(first.mean(), 0.25, delta=4 * (0.25 * 0.75 / 4000) ** 0.5)
        self.assertGreater((first != second).sum(), 1000)
        numpy.testing.assert_array_equal(first, self.targets(targets="votes_sampled").of(rows, chosen, 0)[:, 1])


class ScoreTests(unittest.TestCase):
    LOGITS = numpy.array([[2, 0], [0, 2], [1, 1], [0, 1], [3, 0]], numpy.float32)
    LABELS = numpy.array([0, 1, 1, 0, 0])

    def test_scores_of_a_table_counted_by_hand(self):
        found = scores.scores(self.LOGITS, self.LABELS)
        # Of 3 rows of class 0 two are right, of 2 of class 1 one: the tie goes to the first class.
        self.assertAlmostEqual(found["accuracy"], 3 / 5)
        self.assertAlmostEqual(found["macro_f1"], (4 / 6 + 2 / 4) / 2)
        self.assertAlmostEqual(found["mcc"], (2 * 1 - 1 * 1) / (3 * 2 * 3 * 2) ** 0.5)
        self.assertAlmostEqual(found["roc_auc"], 5 / 6)

    def test_the_area_is_that_of_all_pairs_ties_counting_half(self):
        random = numpy.random.default_rng(1)
        values, positive = random.integers(0, 6, 80).astype(float), random.random(80) < 0.4
        pairs = [(a > b) + (a == b) / 2 for a in values[positive] for b in values[~positive]]
        self.assertAlmostEqual(scores.roc_auc(values, positive), sum(pairs) / len(pairs))

    def test_a_score_of_one_class_alone_has_no_area(self):
        self.assertIsNone(scores.scores(self.LOGITS, numpy.zeros(5, numpy.int64))["roc_auc"])

    def test_of_equal_scores_the_lower_loss_is_better(self):
        best = {"metric": 0.5, "loss": 0.4}
        self.assertTrue(scores.is_better("macro_f1", 0.6, 0.9, best))
        self.assertFalse(scores.is_better("macro_f1", 0.5, 0.4, best))
        self.assertTrue(scores.is_better("macro_f1", 0.5, 0.3, best))
        self.assertFalse(scores.is_better("loss", 0.6, 0.6, best))
        self.assertTrue(scores.is_better("loss", 0.4, 0.4, best))


class VersionTests(unittest.TestCase):
    FOUND = {"torch": "2.13.0+cu128", "transformers": "5.24.0", "safetensors": "0.8.0", "numpy": "2.4.6"}

    def problem(self, **changes):
        found = {**self.FOUND, **changes}
        with mock.patch.object(versions, "installed", found.get), self.assertRaises(errors.Problem) as caught:
            versions.check(pathlib.Path("/a b"))
        return caught.exception

    def test_builds_for_gpus_are_of_their_version(self):
        with mock.patch.object(versions, "installed", self.FOUND.get):
            self.assertEqual(versions.check(pathlib.Path("/x"))["torch"], "2.13.0+cu128")

    def test_what_is_missing_comes_with_the_one_command_that_installs_it(self):
        problem = self.problem(torch=None)
        self.assertEqual(str(problem), f"{sys.executable} has no torch")
        self.assertEqual(
            problem.hint, f"install it with: {sys.executable} -m pip install -r '/a b/requirements.txt'")

    def test_other_versions_are_refused_with_those_that_work(self):
        problem = self.problem(torch="2.1.2")
        self.assertEqual(str(problem), "torch 2.1.2 is installed; 2.9 or newer and older than 3 is needed")
        self.assertIn("-m pip install -r", problem.hint)


if __name__ == "__main__":
    unittest.main()
