"""Dropout with the masks that splitvote draws: Philox numbers of the row's number in the step, the token, the step and the
place in the model. So a row's masks depend neither on the other rows of a batch nor on the process that has it.

PyTorch draws its own masks inside ``torch.nn.functional.dropout``. While a batch goes forward ``Masks`` stands in for that
function; models call it at their places in a fixed order, and one call too many, or a mask of another rate, is an error.
"""

import contextlib

import torch

from . import philox

KINDS = ["embeddings", "attention", "attention_output", "feed_forward_output", "pooled", "head_input"]
# Where each family drops out in a layer, and in the head, in the order of its calls.
PLACES = {
    "bert": (["attention", "attention_output", "feed_forward_output"], ["pooled"]),
    "ernie": (["attention", "attention_output", "feed_forward_output"], ["pooled"]),
    "electra": (["attention", "attention_output", "feed_forward_output"], ["head_input", "pooled"]),
    "roberta": (["attention", "attention_output", "feed_forward_output"], ["head_input", "pooled"]),
    "distilbert": (["attention", "feed_forward_output"], ["pooled"]),
    "albert": (["attention", "attention_output"], ["pooled"]),
}
GROUP, LANES = 64, 16


def masks(elements: int, c0, c1, c3, step: int, rate: float, key: tuple[int, int]) -> torch.Tensor:
    """Multipliers of lines of ``elements``: element e is lane e % 16 and word e % 64 / 16 of its group e / 64.

    ``c0`` counts a line's first group, ``c1`` is its row and ``c3`` its place; all int64, broadcasting to ``[...]``.
    Returns ``[..., elements]`` of float32.
    """
    groups = -(-elements // GROUP)
    lanes = torch.arange(groups * LANES, device=c0.device)
    counters = c0.unsqueeze(-1) + lanes
    drawn = philox.words(
        counters, c1.unsqueeze(-1), torch.full_like(lanes, step), c3.unsqueeze(-1) + torch.zeros_like(lanes), key)
    lines = torch.stack(drawn, dim=-2).unflatten(-1, (groups, LANES)).transpose(-2, -3).flatten(-3)
    threshold = min(round((1 - rate) * 2**32), philox.WORD)
    return (lines[..., :elements] < threshold).to(torch.float32) * (1 / (1 - rate))


class Masks:
    """The dropouts of one batch, in place of PyTorch's."""

    def __init__(self, model_type: str, layers: int, seed: int, frozen: int | None):
        inner, head = PLACES[model_type]
        self.places = [("embeddings", 0)] + [(kind, layer) for layer in range(layers) for kind in inner]
        self.places += [(kind, 0) for kind in head]
        # Frozen layers run without dropout.
        self.still = {place for place in self.places if self._is_frozen(*place, frozen)}
        self.key = philox.stream_key(seed, "dropout")

    @staticmethod
    def _is_frozen(kind: str, layer: int, frozen: int | None) -> bool:
        if frozen is None or kind in ("pooled", "head_input"):
            return False
        return kind == "embeddings" or layer < frozen

    @contextlib.contextmanager
    def of(self, step: int, first_row: int, lengths: torch.Tensor):
        """Within it the model drops out as splitvote does: rows ``first_row`` and following of a step, counted from 0."""
        self.step, self.lengths, self.calls = step, lengths, iter(self.places)
        self.rows = first_row + torch.arange(len(lengths), device=lengths.device)
        usual = torch.nn.functional.dropout
        torch.nn.functional.dropout = self
        try:
            yield
        finally:
            torch.nn.functional.dropout = usual
        left = next(self.calls, None)
        assert left is None, f"the model did not drop out at {left}"

    def __call__(self, values, p=0.5, training=True, inplace=False):
        if not training:
            return values
        place = next(self.calls, None)
        assert place is not None, "the model drops out at more places than are known"
        if p == 0 or place in self.still:
            return values
        kind, layer = place
        code = KINDS.index(kind) | layer << 4
        mask = self.attention(values.shape, code, p) if kind == "attention" else self.tokens(values.shape, code, p)
        return (values.float() * mask).to(values.dtype)

    def tokens(self, shape, code: int, rate: float) -> torch.Tensor:
        """Masks of states ``[rows, tokens, width]``, or of those of first tokens, ``[rows, width]``."""
        width = shape[-1]
        tokens = shape[1] if len(shape) == 3 else 1
        groups = -(-width // GROUP)
        numbers = torch.arange(tokens, device=self.rows.device) * (LANES * groups)
        c0, c1 = torch.broadcast_tensors(numbers[None, :], self.rows[:, None])
        return masks(width, c0, c1, torch.full_like(c0, code), self.step, rate, self.key).reshape(shape)

    def attention(self, shape, code: int, rate: float) -> torch.Tensor:
        """Masks of ``[rows, heads, queries, keys]``: one line for each row and head, whose queries lie as far apart as the
        row's own length says, rounded up to 16."""
        rows, heads, queries, keys = shape
        wide = (self.lengths + LANES - 1) // LANES * LANES
        head = torch.arange(heads, device=self.rows.device)
        c1, c3 = torch.broadcast_tensors(self.rows[:, None], (code | head << 16)[None, :])
        elements = max(queries * int(wide.max()), (queries - 1) * int(wide.max()) + keys)
        lines = masks(elements, torch.zeros_like(c1), c1, c3, self.step, rate, self.key)
        device = lines.device
        places = torch.arange(queries, device=device)[None, :, None] * wide[:, None, None]
        places = places + torch.arange(keys, device=device)[None, None, :]
        return lines.gather(2, places.reshape(rows, 1, -1).expand(-1, heads, -1)).reshape(shape)
