"""Which packages are needed, and what is there. Imports none of them."""

import importlib.metadata
import pathlib
import shlex
import sys

from .errors import Problem

PYTHON = (3, 10)
# Oldest version that has what is used, and the first that may not have it any more.
NEEDED = {
    "torch": ("2.9", "3"),
    "transformers": ("5.0", "6"),
    "safetensors": ("0.5", "1"),
    "numpy": ("1.26", "3"),
}


def release(version: str) -> tuple:
    """``(2, 13, 0)`` of ``2.13.0+cu128`` or ``2.13.0rc1``."""
    numbers = []
    for part in version.split("+")[0].split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits))
    return tuple(numbers)


def command(folder: pathlib.Path) -> str:
    """The one command that installs what is missing."""
    return f"{shlex.quote(sys.executable)} -m pip install -r {shlex.quote(str(folder.resolve() / 'requirements.txt'))}"


def installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def check(folder: pathlib.Path) -> dict:
    """Version by name of each package.

    Raises ``Problem`` where one is missing or of a version that is not known to work.
    """
    if sys.version_info < PYTHON:
        raise Problem(
            f"{sys.executable} is Python {sys.version_info[0]}.{sys.version_info[1]}; {PYTHON[0]}.{PYTHON[1]} or newer is "
            "needed",
            "name another one: python in 'engine' of the train stage, --python, or the variable PYTHON for run.sh")
    found = {name: installed(name) for name in NEEDED}
    missing = [name for name, version in found.items() if version is None]
    if missing:
        raise Problem(f"{sys.executable} has no {', '.join(missing)}", f"install it with: {command(folder)}")
    for name, (oldest, end) in NEEDED.items():
        if not release(oldest) <= release(found[name]) < release(end):
            raise Problem(
                f"{name} {found[name]} is installed; {oldest} or newer and older than {end} is needed",
                f"install the versions that are known to work: {command(folder)}")
    return found
