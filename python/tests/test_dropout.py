"""Masks of dropout against a slow, plain way to draw them, and against losses that splitvote's own trainer is held to."""

import json
import pathlib
import sys
import unittest

import numpy
import torch
import transformers

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from splitvote_torchrun import dropout, model, philox

FAMILIES = pathlib.Path(__file__).resolve().parents[2] / "Tests/Fixtures/families"


def plain_line(number, row, count, step, place, rate, key):
    """Multipliers of one line, as CKernels.h says it."""
    threshold = min(round((1 - rate) * 2**32), philox.WORD)
    groups = -(-count // 64)
    found = []
    for group in range(groups):
        lanes = [
            philox.words(*[numpy.array([part], numpy.int64)
                           for part in (number * 16 * groups + 16 * group + lane, row, step, place)], key)
            for lane in range(16)]
        found += [1 / (1 - rate) if int(lanes[lane][word][0]) < threshold else 0.0
                  for word in range(4) for lane in range(16)]
    return found[:count]


class MaskTests(unittest.TestCase):
    def setUp(self):
        self.masks = dropout.Masks("bert", 2, seed=3, frozen=None)
        self.masks.step, self.masks.lengths = 5, torch.tensor([7, 20, 33])
        self.masks.rows = torch.tensor([4, 5, 6])

    def test_masks_of_states_are_those_of_the_plain_way(self):
        found = self.masks.tokens((3, 4, 96), 1 << 4 | 2, 0.3)
        for row in range(3):
            for token in range(4):
                expected = plain_line(token, 4 + row, 96, 5, 1 << 4 | 2, 0.3, self.masks.key)
                numpy.testing.assert_allclose(found[row, token], expected, rtol=1e-6)

    def test_masks_of_attention_go_by_the_rows_own_length(self):
        found = self.masks.attention((3, 2, 33, 33), 1 | 1 << 4, 0.2)
        for row, length in enumerate([7, 20, 33]):
            wide = -(-length // 16) * 16
            for head in range(2):
                expected = plain_line(0, 4 + row, length * wide, 5, 1 | 1 << 4 | head << 16, 0.2, self.masks.key)
                expected = numpy.array(expected).reshape(length, wide)[:, :length]
                numpy.testing.assert_allclose(found[row, head, :length, :length], expected, rtol=1e-6)

    def test_a_row_has_the_same_masks_wherever_it_is(self):
        whole = self.masks.attention((3, 2, 33, 33), 1, 0.2)
        self.masks.lengths, self.masks.rows = torch.tensor([20]), torch.tensor([5])
        alone = self.masks.attention((1, 2, 20, 20), 1, 0.2)
        self.assertTrue(torch.equal(whole[1, :, :20, :20], alone[0]))

    def test_a_call_too_many_or_too_few_is_an_error(self):
        values, lengths = torch.ones(1, 2, 4), torch.tensor([2])
        with self.assertRaisesRegex(AssertionError, "did not drop out at"):
            with self.masks.of(0, 0, lengths):
                torch.nn.functional.dropout(values, 0.1)
        with self.assertRaisesRegex(AssertionError, "at more places"):
            with self.masks.of(0, 0, lengths):
                for _ in range(9):
                    torch.nn.functional.dropout(values, 0.0)
        self.assertFalse(isinstance(torch.nn.functional.dropout, dropout.Masks))


class GoldenTests(unittest.TestCase):
    """dropout.json has the loss of each family with dropout everywhere; splitvote's tests hold its trainer to it."""

    def test_losses_of_every_family_are_those_of_the_fixture(self):
        golden = json.loads((FAMILIES / "dropout.json").read_text())
        batch = json.loads((FAMILIES / "golden.json").read_text())["batches"][0]
        hidden, attention, head = golden["rates"]
        for name, expected in golden["models"].items():
            with self.subTest(name):
                config = transformers.AutoConfig.from_pretrained(FAMILIES / name)
                for key, rate in [
                    ("hidden_dropout_prob", hidden), ("dropout", hidden), ("attention_probs_dropout_prob", attention),
                    ("attention_dropout", attention), ("classifier_dropout", head), ("classifier_dropout_prob", head),
                    ("seq_classif_dropout", head),
                ]:
                    if hasattr(config, key):
                        setattr(config, key, rate)
                network = transformers.AutoModelForSequenceClassification.from_pretrained(
                    FAMILIES / name, config=config, attn_implementation="eager").train()
                loss = self.loss(network, config, batch, golden)
                self.assertAlmostEqual(loss, expected["loss"], delta=2e-6 * abs(expected["loss"]))
                golden["step"] += 1
                self.assertNotAlmostEqual(self.loss(network, config, batch, golden), expected["loss"], places=4)
                golden["step"] -= 1

    def loss(self, network, config, batch, golden):
        masks = dropout.Masks(config.model_type, model.layers(config), golden["seed"], None)
        lengths = torch.tensor([len(row) for row in batch["rows"]])
        pad = lambda rows, value: torch.tensor([row + [value] * (int(lengths.max()) - len(row)) for row in rows])
        ids, segments = pad(batch["rows"], config.pad_token_id or 0), pad(batch["segments"], 0)
        with masks.of(golden["step"], 0, lengths), torch.no_grad():
            logits = network(**model.inputs(config, ids, segments, lengths)).logits
        return torch.nn.functional.cross_entropy(logits.double(), torch.tensor(batch["labels"])).item()


if __name__ == "__main__":
    unittest.main()
