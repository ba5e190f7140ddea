"""A folder with a pipeline in it, the runs started there, and what they leave behind."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time

import store

HERE = os.path.dirname(os.path.abspath(__file__))
# Threads that wait for one another sleep instead of spinning: on a busy machine the runs are several times as fast, and
# every byte is the same.
ENVIRONMENT = {"OMP_WAIT_POLICY": "passive", **os.environ}
# A fixed logical date: nothing that a run writes depends on the day of the test.
DATE = "2026-01-10"
MASKED = b'"run": "(masked)"'


class Run:
    """A run of the pipeline, with its events as they come."""

    def __init__(self, command, folder, *flags):
        self.started = time.monotonic()
        self.events = []  # (seconds since the start, event)
        self.other_lines = []
        self._news = threading.Condition()
        self._ended = False
        self.process = subprocess.Popen(
            [command, "run", "p.yaml", "--date", DATE, "--log-format", "json", *flags],
            cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stderr:
            moment = time.monotonic() - self.started
            with self._news:
                try:
                    self.events.append((moment, json.loads(line)))
                except ValueError:
                    self.other_lines.append(line.decode("utf-8", "replace").rstrip())
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def wait_for(self, wanted, timeout=60):
        """Waits until an event passes `wanted`; false where the run ends before."""
        end = time.monotonic() + timeout
        seen = 0
        with self._news:
            while True:
                if any(wanted(event) for _, event in self.events[seen:]):
                    return True
                seen = len(self.events)
                if self._ended or time.monotonic() > end:
                    return False
                self._news.wait(0.5)

    def send(self, number):
        if self.process.poll() is None:
            self.process.send_signal(number)

    def end(self, timeout=60):
        """The exit status once the run has ended; one that hangs is killed and raises."""
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"a run did not end within {timeout} s; it was {self.place()}")
        self._reader.join(timeout)
        self.seconds = time.monotonic() - self.started
        return status

    def place(self):
        """Where in the pipeline the run is, as its events tell."""
        last = None
        for _, event in self.events:
            name, stage = event["event"], event.get("stage")
            if name == "run_finished":
                return "after the last stage"
            if name == "stage_started":
                last = f"in stage '{stage}'"
            elif name in ("stage_finished", "stage_cached"):
                last = f"after stage '{stage}'"
        return last or "before the first stage"

    def finished(self):
        return next((event for _, event in self.events if event["event"] == "run_finished"), None)

    def words(self):
        """Whatever it said about errors."""
        said = [f"{event.get('message')} {event.get('hint') or ''}" for _, event in self.events
                if event["event"] in ("stage_failed", "check_failed", "error")]
        return "\n".join(said + self.other_lines)


class Sandbox:
    """A folder that runs are started in."""

    def __init__(self, command, data, folder=None):
        self.command = command
        self.folder = folder or tempfile.mkdtemp(prefix="chaos-")
        shutil.copy(HERE + "/pipeline.yaml", self.folder + "/p.yaml")
        os.makedirs(self.folder + "/init")
        shutil.copy(HERE + "/config.json", self.folder + "/init/config.json")
        shutil.copytree(data, self.folder + "/data")

    @classmethod
    def after_a_night(cls, command, data):
        """A sandbox in which everything was done before the last file came."""
        sandbox = cls(command, data)
        last = max(os.listdir(sandbox.path("data")))
        os.rename(sandbox.path("data/" + last), sandbox.path(last))
        sandbox.run()
        os.rename(sandbox.path(last), sandbox.path("data/" + last))
        return sandbox

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self, *flags):
        return Run(self.command, self.folder, *flags)

    def run(self, *flags):
        run = self.start(*flags)
        status = run.end()
        if status != 0:
            raise AssertionError(f"a run that nobody disturbed ended with {status}: {run.words()}")
        return run

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def results(self):
        """SHA-256 by name of every published file, every artifact, and the rows of the store."""
        results = {}
        for top in ("out", "artifacts"):
            for name in self.files(top):
                results[name] = self.digest(name)
        for leftover in (".staging", ".work"):
            if any(True for _ in self.files("artifacts/" + leftover)):
                results["artifacts/" + leftover] = "left over"
        results.update(self.store_digests())
        return results

    def files(self, top):
        """Files below a folder. Hidden ones are work under way, and nobody's result."""
        for folder, folders, names in os.walk(self.path(top)):
            if not top.endswith((".staging", ".work")):
                folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                yield os.path.relpath(os.path.join(folder, name), self.folder)

    def digest(self, name):
        with open(self.path(name), "rb") as file:
            data = file.read()
        if name.endswith("manifest.json"):
            # The one thing that differs between two runs of the same: which run it was.
            try:
                run = json.loads(data).get("run")
            except ValueError:
                run = None
            if run:
                data = data.replace(f'"run": "{run}"'.encode(), MASKED)
        return hashlib.sha256(data).hexdigest()

    def store_digests(self):
        return store.digests(self.folder)

    def store_problems(self):
        return store.problems(self.folder)

    def half_written(self, expected, before=None):
        """Published files and artifacts that are there and are neither what they were nor what they are to be."""
        before = before or {}
        return [name for top in ("out", "artifacts") for name in self.files(top)
                if self.digest(name) not in (expected.get(name), before.get(name))
                and not is_under_way(name)]


def is_under_way(name):
    """Whether a published file is still being written, beside its place and under a name that says so."""
    base = os.path.basename(name)
    return name.startswith("out/") and base.startswith(".") and base.endswith(".part")


def differences(expected, found):
    """Names of what is missing, new or different."""
    return sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))


KILLED = -signal.SIGKILL
