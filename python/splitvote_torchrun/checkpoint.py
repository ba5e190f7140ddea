"""Checkpoints: everything that a training needs to continue, in one file that is there whole or not at all.

``state/state.safetensors`` is the last one. It refers to ``state/best-<step>.safetensors``, the weights that score best so
far, and to ``state/dev-<step>.safetensors``, the scores of the dev rows at each evaluation; both are written before it and
removed after it, so that a kill between two files loses nothing.
"""

import hashlib
import json
import os
import pathlib

import safetensors
import safetensors.torch
import torch

from . import folder
from .errors import Problem


def save(path: pathlib.Path, tensors: dict, facts: dict):
    """Writes tensors with what is to be known of them; the same content gives the same bytes."""
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    metadata = {"format": "pt", "facts": json.dumps(facts, sort_keys=True), "sha256": digest(tensors)}
    partial = path.with_name(path.name + ".partial")
    safetensors.torch.save_file(tensors, partial, metadata=metadata)
    folder.sync(partial)
    os.replace(partial, path)
    folder.sync(path.parent)


def load(path: pathlib.Path) -> tuple[dict, dict]:
    """The tensors and facts of a file.

    Raises ``Problem`` where it is damaged.
    """
    hint = f"remove {path.parent} to start over"
    try:
        with safetensors.safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}
        facts = json.loads(metadata["facts"])
    except (safetensors.SafetensorError, KeyError, ValueError, OSError) as error:
        raise Problem(f"{path} is damaged: {error}", hint) from None
    if digest(tensors) != metadata.get("sha256"):
        raise Problem(f"{path} is damaged: its numbers are not those that were written", hint)
    return tensors, facts


def digest(tensors: dict) -> str:
    found = hashlib.sha256()
    for name in sorted(tensors):
        found.update(name.encode() + b"\0")
        found.update(tensors[name].contiguous().view(-1).view(torch.uint8).numpy())
    return found.hexdigest()


class States:
    """The checkpoints of a training in its folder ``state``."""

    def __init__(self, path: pathlib.Path):
        self.path = path
        self.file = path / "state.safetensors"

    def best(self, step: int) -> pathlib.Path:
        return self.path / f"best-{step}.safetensors"

    def dev(self, step: int) -> pathlib.Path:
        return self.path / f"dev-{step}.safetensors"

    def load(self, identity: dict) -> tuple[dict, dict] | None:
        """The last checkpoint; None if there is none.

        Raises ``Problem`` for one of another training, or of another version of PyTorch, which would give other bytes.
        """
        if not self.file.exists():
            return None
        tensors, facts = load(self.file)
        for key, value in identity.items():
            if facts["identity"].get(key) == value:
                continue
            if key == "training":
                raise Problem(
                    f"{self.path} holds the checkpoint of another training: settings, shards or first weights differ",
                    f"remove {self.path} to start over")
            raise Problem(
                f"{self.path} holds a checkpoint that was made with {key} {facts['identity'].get(key)}; this is {key} "
                f"{value}, whose numbers may differ",
                f"install {key} {facts['identity'].get(key)} to continue, or remove {self.path} to start over")
        return tensors, facts

    def save(self, tensors: dict, facts: dict):
        save(self.file, tensors, facts)
        steps = [report["step"] for report in facts["evaluations"]]
        best = facts["best"]["step"] if facts["best"] else None
        kept = {self.dev(step).name for step in steps} | {self.best(best).name if best else ""}
        for file in self.path.glob("*.safetensors"):
            if file.name.startswith(("best-", "dev-")) and file.name not in kept:
                file.unlink()
