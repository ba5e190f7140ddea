"""A disk that is full: a small file system in memory with just so much room left."""

import os
import subprocess
import tempfile

from kills import kill_run
from sandbox import DATE, ENVIRONMENT, Sandbox, differences


def has_mounts():
    """Whether this process may mount a file system of its own."""
    folder = tempfile.mkdtemp(prefix="chaos-mount-")
    try:
        done = mount(folder, 1 << 20)
        if done:
            subprocess.run(["umount", folder], capture_output=True)
        return done
    finally:
        os.rmdir(folder)


def mount(folder, size):
    try:
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


SIZE = 48 << 20


class SmallDisk:
    """A file system of its own, of which everything but some bytes is taken."""

    def __enter__(self):
        self.mount = tempfile.mkdtemp(prefix="chaos-disk-")
        if not mount(self.mount, SIZE):
            os.rmdir(self.mount)
            raise AssertionError("cannot mount a tmpfs")
        self.folder = self.mount + "/work"
        os.mkdir(self.folder)
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "-l", self.mount], capture_output=True)
        os.rmdir(self.mount)

    def used(self):
        facts = os.statvfs(self.mount)
        return (facts.f_blocks - facts.f_bfree) * facts.f_frsize

    def fill(self, leaving):
        facts = os.statvfs(self.mount)
        with open(self.mount + "/filler", "wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, facts.f_bavail * facts.f_frsize - leaving))

    def free(self):
        os.remove(self.mount + "/filler")


def full_disk(command, data, expected, rooms, generator):
    """Runs with less and less room. Gives how many runs found the disk full and everything that went wrong."""
    problems = []
    full = 0
    with SmallDisk() as disk:
        sandbox = Sandbox(command, data, folder=disk.folder)
        before = disk.used()
        sandbox.run()
        needed = disk.used() - before
    for index in range(rooms):
        room = int(needed * (index + generator.random()) / rooms)
        with SmallDisk() as disk:
            sandbox = Sandbox(command, data, folder=disk.folder)
            disk.fill(room)
            run = sandbox.start()
            status = run.end()
            where = f"with {room // 1024} KiB of room, {run.place()}"
            if status not in (0, 1):
                problems.append(f"{where}: ended with {status}: {run.words()}")
            if status != 0:
                full += 1
                said = run.words().lower()
                if not any(words in said for words in ("disk is full", "no space left")):
                    problems.append(f"{where}: does not say that the disk is full: {run.words()!r}")
            problems += [f"{where}: store: {problem}" for problem in sandbox.store_problems()]
            problems += [f"{where}: {name} is half-written, or whole and different"
                         for name in sandbox.half_written(expected)]
            disk.free()
            again = sandbox.start()
            status = again.end()
            if status != 0:
                problems.append(f"{where}, then freed: ended with {status}: {again.words()}")
                continue
            changed = differences(expected, sandbox.results())
            if changed:
                problems.append(f"{where}, then freed: differs: {', '.join(changed)}")
    if not full:
        problems.append("no run found the disk full")
    return full, problems


def full_init(command, rooms, generator):
    """`init` with less room than it needs leaves nothing, says why, and works once there is room."""
    problems = []
    with SmallDisk() as disk:
        for index in range(rooms):
            room = int((64 << 10) * (index + generator.random()) / rooms)
            disk.fill(room)
            run = subprocess.run([command, "init", "new"], cwd=disk.folder, env=ENVIRONMENT, capture_output=True,
                                 text=True)
            said = (run.stdout + run.stderr).lower()
            if run.returncode != 1 or "no space left" not in said:
                problems.append(f"init with {room // 1024} KiB of room ended with {run.returncode}: {said!r}")
            if os.listdir(disk.folder):
                problems.append(f"init with {room // 1024} KiB of room left {os.listdir(disk.folder)}")
            disk.free()
        again = subprocess.run([command, "init", "new"], cwd=disk.folder, env=ENVIRONMENT, capture_output=True)
        if again.returncode != 0:
            problems.append(f"init with room ended with {again.returncode}: {again.stderr!r}")
    return problems


def full_log(sandbox):
    """Standard error cannot be written, as when it goes to a log on the full disk: the run goes on without it."""
    problems = []
    for form in ("json", "text"):
        with open("/dev/full", "wb") as full:
            status = subprocess.run(
                [sandbox.command, "run", "p.yaml", "--date", DATE, "--log-format", form], cwd=sandbox.folder,
                env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=full).returncode
        if status != 0:
            problems.append(f"with --log-format {form} the run ended with {status}")
    return problems


def outputs_elsewhere(sandbox, timeline, generator, kills):
    """Published files on another file system than the artifacts, so that they cannot simply be moved there."""
    problems = []
    with SmallDisk() as disk:
        os.symlink(disk.folder, sandbox.path("out"))
        parts = [part for part in timeline.parts if part[0] in ("tsv", "model", "report")]
        for number in range(kills):
            part, seconds = parts[number * len(parts) // kills]
            kill_run(sandbox, part, generator.uniform(0, seconds), timeline)
            problems += sandbox.half_written(sandbox.expected)
        sandbox.run()
        problems += [f"{name} differs" for name in differences(sandbox.expected, sandbox.results())]
        os.remove(sandbox.path("out"))
    return problems
