"""In which order rows are trained on: a new shuffle for each epoch, found from the seed and the epoch alone."""

import numpy

from . import philox


def permutation(rows: int, seed: int, epoch: int) -> numpy.ndarray:
    """All rows in the order of an epoch, counted from 0: Fisher and Yates, with Lemire's way to an integer below a bound."""
    name = f"row order of epoch {epoch}"
    bounds = numpy.arange(rows, 1, -1, dtype=numpy.uint64)
    values = philox.stream(seed, name, 0, len(bounds))
    places, low = _products(values, bounds)
    if (low < bounds).any():  # about once in 2^64 / rows² epochs; then a value may be drawn again
        places = _one_by_one(rows, seed, name)
    order = numpy.arange(rows).tolist()
    for left, place in zip(range(rows - 1, 0, -1), places.tolist()):
        order[left], order[place] = order[place], order[left]
    return numpy.array(order, dtype=numpy.int64)


def _products(values: numpy.ndarray, bounds: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
    """High and low half of value · bound, for bounds below 2^32."""
    shift, mask = numpy.uint64(32), numpy.uint64(philox.WORD)
    low, high = (values & mask) * bounds, (values >> shift) * bounds
    middle = high + (low >> shift)
    return middle >> shift, values * bounds


def _one_by_one(rows: int, seed: int, name: str) -> numpy.ndarray:
    taken, places = 0, []
    for bound in range(rows, 1, -1):
        threshold = (1 << 64) % bound
        while True:
            product = int(philox.stream(seed, name, taken, 1)[0]) * bound
            taken += 1
            if product & philox.LONG >= threshold:
                break
        places.append(product >> 64)
    return numpy.array(places, dtype=numpy.uint64)


class Order:
    """The rows of each step."""

    def __init__(self, rows: int, batch_size: int, seed: int):
        self.rows, self.batch_size, self.seed = rows, batch_size, seed
        self.steps_per_epoch = -(-rows // batch_size)
        self._epoch, self._permutation = -1, None

    def epoch(self, step: int) -> int:
        return step // self.steps_per_epoch

    def rows_of(self, step: int) -> numpy.ndarray:
        """Rows of a step, counted from 0; the last step of an epoch has the remainder."""
        if self._epoch != self.epoch(step):
            self._epoch = self.epoch(step)
            self._permutation = permutation(self.rows, self.seed, self._epoch)
        start = step % self.steps_per_epoch * self.batch_size
        return self._permutation[start : start + self.batch_size]


def share(count: int, rank: int, world: int) -> range:
    """The places of a step that one of its processes takes: neighbors, so that a row keeps its number in the step."""
    return range(count * rank // world, count * (rank + 1) // world)
