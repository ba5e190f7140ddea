"""Word vectors of gensim for the very random numbers that its workers drew, and those of a NumPy oracle in blocks.

    python make_fixtures.py [--check]

The oracle is written from the formulas alone. With blocks of one example it must give what gensim gives; then it says what
larger blocks and mistakes give, which gensim has no switch for: a mistake must move the vectors by far more than the tolerance
of the comparison, or the comparison shows nothing. Writes word2vec.json beside this file.

Made with Python 3.11.7, gensim 4.4.0, numpy 2.4.6.
"""

import argparse
import json
from pathlib import Path

import gensim
import numpy as np
from gensim.models import word2vec

HERE = Path(__file__).parent
SIZE, SAMPLE, MIN_COUNT = 20, 0.0002, 3
# Window, words drawn and epochs of CBOW and of skip-gram, which has more examples of each word.
WINDOW, NEGATIVE, EPOCHS = (4, 2), (3, 2), (2, 1)
BLOCKS = (7, 64)
MASK = (1 << 48) - 1
# A product that falls between two entries of the table of sigmoids goes to one or the other by its rounding, which moves a
# vector by 1e-5 and more. Learning starts from the first numbers with which all products keep this far away, in entries.
MARGIN = 2e-5


def texts():
    """About 12,000 words of 60, with a favorite neighborhood each: two jobs an epoch, some words too rare to keep."""
    random = np.random.default_rng(7)
    names = [chr(0xAC00 + 37 * n) + chr(0xAC00 + 91 * n) for n in range(60)]
    weights = 1 / np.arange(1, 61)
    rows = []
    while sum(map(len, rows)) < 12000:
        start = random.choice(60, p=weights / weights.sum())
        steps = random.integers(-3, 4, size=random.integers(1, 25)).cumsum()
        rows.append([names[n] for n in (start + steps) % 60])
    rows.insert(5, [])
    rows.insert(9, ["드문말", "드문말", names[3], "한번"])
    rows.append([names[1]])
    return rows


class Logged(np.random.RandomState):
    """Notes what the workers draw: the start of a job, and the windows of its words."""

    def __init__(self, seed):
        super().__init__(seed)
        self.jobs, self.starts = [], []

    def randint(self, low, high=None, size=None, dtype=int):
        drawn = super().randint(low, high, size, dtype)
        if size is None:
            self.starts.append(int(drawn))
        else:
            first, second = self.starts[-2:]
            self.jobs.append({"state": (first << 24) + second, "windows": [int(n) for n in drawn]})
        return drawn


def gensim_model(sg, seed):
    model = word2vec.Word2Vec(
        vector_size=SIZE, window=WINDOW[sg], negative=NEGATIVE[sg], sample=SAMPLE, min_count=MIN_COUNT, sg=sg, workers=1,
        seed=3, epochs=EPOCHS[sg])
    rows = texts()
    model.build_vocab(rows)
    random = np.random.default_rng(seed)
    shape = model.wv.vectors.shape
    start = [(random.standard_normal(shape) * 0.9).astype(np.float32) for _ in range(2)]
    model.wv.vectors[:] = start[0]
    model.syn1neg[:] = start[1]
    model.random = Logged(5)
    model.train(rows, total_examples=len(rows), epochs=EPOCHS[sg])
    return model, start


class Oracle:
    """CBOW and skip-gram as gensim computes them, or with one of several mistakes."""

    def __init__(self, model, start, sg, block=1, mistake=None):
        self.sg, self.block, self.mistake, self.margin = sg, block, mistake, 1
        self.input, self.output = (table.copy() for table in start)
        self.index = model.wv.key_to_index
        counts = np.array([model.wv.get_vecattr(word, "count") for word in model.wv.index_to_key], dtype=np.float64)
        powers = counts ** 0.75
        self.sums = np.round(powers.cumsum() / powers.sum() * (2 ** 31 - 1)).astype(np.uint32)
        limit = SAMPLE * counts.sum()
        share = (np.sqrt(counts / limit) + 1) * limit / counts
        self.keeps = [int(p * (2 ** 32 - 1)) if p < 1 else 2 ** 32 - 1 for p in share]
        place = np.arange(1000, dtype=np.float32) / np.float32(1000) * 2 - 1
        power = np.exp((place * 6).astype(np.float64)).astype(np.float32)
        self.sigmoid = power / (power + np.float32(1))

    def draw(self):
        drawn = self.state >> 16
        self.state = (self.state * 25214903917 + 11) & MASK
        return drawn

    def targets(self, word):
        found = [word]
        for _ in range(NEGATIVE[self.sg]):
            target = int(np.searchsorted(self.sums, self.draw() % int(self.sums[-1])))
            while self.mistake == "redraws" and target == word:
                target = int(np.searchsorted(self.sums, self.draw() % int(self.sums[-1])))
            found.append(None if target == word else target)
        return found

    def examples(self, rows, job):
        self.state, windows = job["state"], iter(job["windows"])
        texts = []
        for row in rows:
            words = [self.index[word] for word in row if word in self.index]
            kept = [word for word in words if self.keeps[word] >= self.draw()]
            texts.append((kept, [next(windows) for _ in kept]))
        for text, reduced in texts:
            for place, word in enumerate(text):
                reach = WINDOW[self.sg] - (0 if self.mistake == "whole windows" else reduced[place])
                around = [text[n] for n in range(max(0, place - reach), min(len(text), place + reach + 1)) if n != place]
                if self.sg:
                    for other in around:
                        yield [other], self.targets(word)
                else:
                    yield around, self.targets(word)

    def gain(self, f, positive, rate):
        place = (float(f) + 6) * 83
        if f != 0:  # without contexts it is 0 for everyone
            self.margin = min(self.margin, abs(place - round(place)))
        if abs(f) >= 6:
            if self.mistake != "does not skip":
                return np.float32(0)
            sigmoid = np.float32(1 / (1 + np.exp(-np.float64(f))))
        else:
            sigmoid = self.sigmoid[int((f + np.float32(6)) * (1000 / 12 if self.mistake == "83.33" else 83))]
        return (np.float32(positive) - sigmoid) * rate

    def learn(self, rows, job, rate):
        block = []
        for example in self.examples(rows, job):
            block.append(example)
            if len(block) == self.block:
                self.learn_block(block, rate)
                block = []
        self.learn_block(block, rate)

    def learn_block(self, block, rate):
        changes = []
        for contexts, targets in block:
            hidden = self.input[contexts].sum(axis=0, dtype=np.float32) if contexts else np.zeros(SIZE, np.float32)
            if contexts:
                hidden = hidden * (np.float32(1) / np.float32(len(contexts)))
            errors = np.zeros(SIZE, np.float32)
            for place, target in enumerate(targets):
                if target is None:
                    continue
                gain = self.gain(np.dot(hidden, self.output[target]), place == 0, rate)
                errors += gain * self.output[target]
                if self.block == 1:
                    self.output[target] += gain * hidden
                else:
                    changes.append((self.output, target, gain * hidden))
            if self.mistake == "true gradient" and contexts:
                errors /= np.float32(len(contexts))
            changes += [(self.input, context, errors) for context in contexts]
        for table, row, change in changes:
            table[row] += change

    def train(self, rows, jobs):
        cut, words = [[]], 0
        for row in rows:
            if words + len(row) > 10000 and cut[-1]:
                cut.append([])
                words = 0
            cut[-1].append(row)
            words += len(row)
        jobs = iter(jobs)
        for epoch in range(EPOCHS[self.sg]):
            before = 0
            for part in cut:
                rate = 0.025 - (0.025 - 0.0001) * (epoch + before / len(rows)) / EPOCHS[self.sg]
                self.learn(part, next(jobs), np.float32(max(rate, 0.0001)))
                before += len(part)
        return self


def numbers(table, digits=9):
    return [float(f"{value:.{digits}g}") for value in table.ravel()]


def apart(one, other):
    return float(max(abs(one.input - other.input).max(), abs(one.output - other.output).max()))


def start_away_from_entries(sg):
    rows = texts()
    for seed in range(100):
        model, start = gensim_model(sg, seed)
        jobs = model.random.jobs
        assert len(jobs) == 2 * EPOCHS[sg], len(jobs)
        found = []
        for size in (1, *BLOCKS):
            found.append(Oracle(model, start, sg, block=size).train(rows, jobs))
            if found[-1].margin < MARGIN:
                break
        else:
            print(f"start {seed}")
            return model, start, found[0], dict(zip(BLOCKS, found[1:]))
    raise SystemExit("no start keeps away from the entries")


def case(sg):
    model, start, oracle, blocks = start_away_from_entries(sg)
    rows, jobs = texts(), model.random.jobs
    distance = max(abs(oracle.input - model.wv.vectors).max(), abs(oracle.output - model.syn1neg).max())
    print(f"{'skip-gram' if sg else 'CBOW'}: the oracle is {distance:.1e} from gensim, which moved "
          f"{abs(model.wv.vectors - start[0]).max():.2f}")
    assert distance < 2e-6, distance
    mistakes = ["83.33", "redraws", "does not skip", "whole windows"] + ([] if sg else ["true gradient"])
    wrong = {name: Oracle(model, start, sg, mistake=name).train(rows, jobs) for name in mistakes}
    for name, found in [*wrong.items(), *blocks.items()]:
        print(f"    {name}: {apart(found, oracle):.1e}")
        assert apart(found, oracle) > 1e-3, name
    return {
        "architecture": "skip_gram" if sg else "cbow", "window": WINDOW[sg], "negative": NEGATIVE[sg],
        "epochs": EPOCHS[sg], "words": model.wv.index_to_key,
        "counts": [int(model.wv.get_vecattr(word, "count")) for word in model.wv.index_to_key],
        "jobs": [{"state": job["state"], "windows": "".join(map(str, job["windows"]))} for job in jobs],
        "start": {"input": numbers(start[0]), "output": numbers(start[1])},
        "found": {"input": numbers(model.wv.vectors), "output": numbers(model.syn1neg)},
        "blocks": {str(size): {"input": numbers(found.input), "output": numbers(found.output)} for size, found in blocks.items()},
        "mistakes": {name: numbers(found.input, 4) for name, found in wrong.items()},
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args()
    document = {
        "made_with": {"gensim": gensim.__version__, "numpy": np.__version__}, "size": SIZE, "sample": SAMPLE,
        "min_count": MIN_COUNT,
        "texts": [" ".join(row) for row in texts()], "cases": [case(0), case(1)],
    }
    if not options.check:
        (HERE / "word2vec.json").write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")


main()
