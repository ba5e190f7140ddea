"""Token shards: rows of ids without padding, with what is to be learned of each."""

import hashlib
import json
import pathlib

import numpy
import safetensors.numpy

from . import philox
from .errors import Problem


class Rows:
    """The rows of one side, from all of its shards, in memory."""

    def __init__(self, files: list[dict]):
        def joined(name, kind, default=None):
            parts = [file[name] if name in file else default(file) for file in files]
            return numpy.concatenate(parts).astype(kind) if parts else numpy.zeros(0, kind)

        count = lambda file: len(file["labels"])
        self.ids = joined("input_ids", numpy.int64)
        ends, start = [numpy.zeros(1, numpy.int64)], 0
        for file in files:
            ends.append(file["offsets"][1:] + start)
            start += file["offsets"][-1]
        self.offsets = numpy.concatenate(ends)
        self.labels = joined("labels", numpy.int64)
        self.comments = joined("comment_ids", numpy.int64)
        self.weights = joined("weights", numpy.float32, lambda file: numpy.ones(count(file), numpy.float32))
        self.segments = joined("segment_ids", numpy.int64, lambda file: numpy.zeros(len(file["input_ids"]), numpy.int64))
        self.has_segments = any("segment_ids" in file for file in files)
        self.probabilities = None
        if files and all("p_controversial" in file for file in files):
            self.probabilities = joined("p_controversial", numpy.float32)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def lengths(self) -> numpy.ndarray:
        return numpy.diff(self.offsets)

    def padded(self, rows: numpy.ndarray, pad: int) -> tuple[numpy.ndarray, numpy.ndarray, numpy.ndarray]:
        """Ids, segments and lengths of some rows: ``[rows, longest]`` twice, and ``[rows]``."""
        lengths = self.lengths[rows]
        ids = numpy.full((len(rows), int(lengths.max(initial=1))), pad, numpy.int64)
        segments = numpy.zeros_like(ids)
        for place, row in enumerate(rows):
            start, end = self.offsets[row], self.offsets[row + 1]
            ids[place, : end - start] = self.ids[start:end]
            segments[place, : end - start] = self.segments[start:end]
        return ids, segments, lengths


class Folder:
    """A folder of shards. Every file of a side that is read must be what the manifest says of it."""

    def __init__(self, path: pathlib.Path):
        self.path = path
        file = path / "manifest.json"
        if not file.exists():
            raise Problem(f"{path} has no manifest.json", "copy the whole folder that splitvote wrote")
        self.manifest = json.loads(file.read_bytes())
        mark = self.manifest.get("format"), self.manifest.get("version")
        if mark != ("splitvote-shards", 1):
            raise Problem(
                f"{file} is of format {mark[0]!r}, version {mark[1]}; 'splitvote-shards', version 1 is read",
                "make the folder again with the splitvote that is installed")

    @property
    def digests(self) -> dict:
        return {file["path"]: file["sha256"] for file in self.manifest["files"]}

    def rows(self, side: str) -> Rows:
        files = [self._tensors(file) for file in self.manifest["files"] if file["split"] == side]
        rows = Rows(files)
        said = self.manifest["rows"].get(side, 0)
        if len(rows) != said:
            raise Problem(f"{self.path}: side '{side}' has {len(rows)} rows; the manifest says {said}")
        return rows

    def _tensors(self, file: dict) -> dict:
        path = self.path / file["path"]
        if not path.exists():
            raise Problem(f"{path} is missing", "copy the whole folder that splitvote wrote")
        data = path.read_bytes()
        found = hashlib.sha256(data).hexdigest()
        if found != file["sha256"]:
            raise Problem(
                f"{path} was changed since it was made: its SHA-256 is {found}, the manifest says {file['sha256']}",
                "copy the shards again from where they were made, or make them again")
        return safetensors.numpy.load(data)


class Targets:
    """What rows are trained toward: a probability of each class.

    Source of smoothing: Szegedy et al., "Rethinking the Inception Architecture" (2016), section 7, arXiv:1512.00567.
    """

    def __init__(self, settings: dict, classes: int):
        self.classes = classes
        self.kind, self.smoothing = settings["targets"], settings["label_smoothing"]
        self.key = philox.stream_key(settings["seed"], "sampled votes")

    def of(self, rows: Rows, chosen: numpy.ndarray, epoch: int) -> numpy.ndarray:
        """``[rows, classes]``, float32. Classes that are drawn are drawn again in each epoch, by seed, comment and epoch."""
        targets = numpy.zeros((len(chosen), self.classes))
        targets[numpy.arange(len(chosen)), rows.labels[chosen]] = 1
        if self.kind != "labels":
            second = rows.probabilities[chosen].astype(numpy.float64)
            if self.kind == "votes_sampled":
                comments = rows.comments[chosen]
                zero = numpy.zeros_like(comments)
                drawn, *_ = philox.words(
                    comments & philox.WORD, (comments >> 32) & philox.WORD, zero + epoch, zero, self.key)
                second = (drawn * 2.0**-32 < second).astype(numpy.float64)
            targets = numpy.stack([1 - second, second], axis=1)
        return ((1 - self.smoothing) * targets + self.smoothing / self.classes).astype(numpy.float32)
