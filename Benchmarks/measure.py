"""Runs commands as whole processes and keeps what they cost."""

import dataclasses
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path


class Failed(Exception):
    """A measured command did not succeed; holds the end of what it said."""


@dataclasses.dataclass(frozen=True)
class Cost:
    """What one process cost: seconds on the clock, seconds of CPU, and peak memory in bytes."""

    wall: float
    cpu: float
    memory: int


def run(command, folder, output=None, source=None):
    """Runs a command in `folder` and waits for it.

    Standard output goes to the file `output` (/dev/null where it is None) and standard error to `folder`/stderr.txt.
    Standard input comes from the command `source`, which is not measured, or is /dev/null. Earlier runs' dirty pages are written out first, so that no run pays for another's.

    Returns: its Cost. Raises Failed where the exit status is not 0.
    """
    os.sync()
    errors = Path(folder, "stderr.txt")
    with open(errors, "wb") as said, open(output or os.devnull, "wb") as out:
        start = time.perf_counter()
        feeder = source and subprocess.Popen([str(word) for word in source], stdout=subprocess.PIPE)
        process = subprocess.Popen(
            [str(word) for word in command], cwd=folder, stdin=feeder.stdout if feeder else subprocess.DEVNULL,
            stdout=out, stderr=said)
        if feeder:
            feeder.stdout.close()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        wall = time.perf_counter() - start
        if feeder:
            feeder.wait()
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        tail = errors.read_text(errors="replace").strip().splitlines()[-5:]
        raise Failed(f"{' '.join(map(str, command[:3]))} …: exit {process.returncode}: " + " | ".join(tail))
    scale = 1 if sys.platform == "darwin" else 1024
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * scale)


def median(costs):
    """The median of each part of several costs."""
    return Cost(
        statistics.median(cost.wall for cost in costs),
        statistics.median(cost.cpu for cost in costs),
        int(statistics.median(cost.memory for cost in costs)),
    )
