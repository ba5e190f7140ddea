"""The folder that a training happens in. ``splitvote train`` writes it; nothing outside of it is read or written.

- ``settings.json``: everything that decides the model, resolved; what does not is under ``upkeep``
- ``shards/``: token shards with their ``manifest.json``
- ``init/``: the model to start from, as Hugging Face lays it out, with every weight, those of a new head included
- ``state/``: checkpoints, while it trains
- ``out/``: what came of it; there only when it is whole
"""

import fcntl
import hashlib
import json
import os
import pathlib
import shutil
import time

from .errors import Problem

FORMAT, FORMAT_VERSION = "splitvote-torchrun", 1
RESULT = "result.json"


def digest(path: pathlib.Path) -> str:
    found = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            found.update(piece)
    return found.hexdigest()


def canonical(value) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sync(path: pathlib.Path):
    """Makes what a file or a folder holds safe on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def write(path: pathlib.Path, data: bytes):
    """Writes a file whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    with open(partial, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
    sync(path.parent)


def replace_folder(partial: pathlib.Path, path: pathlib.Path):
    """Puts a finished folder in place of what is there."""
    for file in partial.iterdir():
        sync(file)
    sync(partial)
    if path.exists():
        shutil.rmtree(path)
    os.replace(partial, path)
    sync(path.parent)


class Folder:
    def __init__(self, path: pathlib.Path):
        self.path = path
        file = path / "settings.json"
        if not file.exists():
            raise Problem(f"{path} has no settings.json", "name the folder that splitvote wrote")
        self.settings = json.loads(file.read_bytes())
        mark = self.settings.get("format"), self.settings.get("version")
        if mark != (FORMAT, FORMAT_VERSION):
            raise Problem(
                f"{file} is of format {mark[0]!r}, version {mark[1]}; {FORMAT!r}, version {FORMAT_VERSION} is read",
                "make the folder again with the splitvote that is installed")
        self.shards, self.init = path / "shards", path / "init"
        self.state, self.out = path / "state", path / "out"

    @property
    def training(self) -> dict:
        return self.settings["training"]

    @property
    def upkeep(self) -> dict:
        return self.settings["upkeep"]

    @property
    def identity(self) -> str:
        """Tells this training from others: all that decides its model, the digests of shards and first weights included."""
        return hashlib.sha256(canonical({k: v for k, v in self.settings.items() if k != "upkeep"})).hexdigest()

    def check(self, manifest: dict):
        """Refuses shards and weights that the settings were not made for."""
        said = self.settings["shards"]
        if manifest["tokenizer"]["digest"] != said["tokenizer_digest"]:
            raise Problem(
                f"{self.shards} was made with another tokenizer: digest {manifest['tokenizer']['digest'][:16]}…, "
                f"settings.json says {said['tokenizer_digest'][:16]}…",
                "copy the shards again from where they were made, or make the folder again")
        found = digest(self.shards / "manifest.json")
        if found != said["manifest_sha256"]:
            raise Problem(
                f"{self.shards} holds other shards than settings.json was made for: the SHA-256 of manifest.json is "
                f"{found[:16]}…, settings.json says {said['manifest_sha256'][:16]}…",
                "make the folder again")
        weights = self.init / "model.safetensors"
        if not weights.exists():
            raise Problem(f"{weights} is missing", "copy the whole folder that splitvote wrote")
        found = digest(weights)
        if found != self.settings["init_sha256"]:
            raise Problem(
                f"{weights} was changed since the folder was made: its SHA-256 is {found[:16]}…, settings.json says "
                f"{self.settings['init_sha256'][:16]}…",
                "copy it again from where it was made, or make the folder again")

    def lock(self, seconds: float = 60):
        """Keeps other trainings out of the folder until this process ends. One that was left alone, because what had started
        it was killed, ends by itself at its next step, and is waited for."""
        file = open(self.path / "lock", "a+")
        end = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() >= end:
                    file.seek(0)
                    raise Problem(
                        f"another training is at work in {self.path}: process {file.read().strip()}",
                        "wait until it has ended, or end it") from None
                time.sleep(0.2)
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self.held = file

    def finished(self) -> dict | None:
        """What is in ``out``, if it is of this very training."""
        file = self.out / RESULT
        if not file.exists():
            return None
        result = json.loads(file.read_bytes())
        return result if result.get("identity") == self.identity else None
