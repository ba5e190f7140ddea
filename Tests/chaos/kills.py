"""kill -9 at random moments of a run, again and again, until it is done."""

import collections
import os
import random
import signal
import time

from sandbox import KILLED, differences


class Timeline:
    """How long each part of an undisturbed run takes: before the first stage, each stage, after the last one."""

    def __init__(self, run):
        seconds = run.seconds
        starts = [(event["stage"], moment) for moment, event in run.events if event["event"] == "stage_started"]
        last = max(moment for moment, event in run.events if event["event"] == "stage_finished")
        self.seconds = seconds
        self.parts = [(None, starts[0][1])]
        for (stage, moment), following in zip(starts, [m for _, m in starts[1:]] + [last]):
            self.parts.append((stage, following - moment))
        self.parts.append(("", seconds - last))
        self.last_stage = starts[-1][0]


def aim(run, part, delay, timeline):
    """Waits for a random moment of a part of the run; false where the run ended before it came."""
    if part == "":
        reached = run.wait_for(
            lambda event: event["event"] in ("stage_finished", "stage_cached")
            and event["stage"] == timeline.last_stage)
    elif part is not None:
        reached = run.wait_for(
            lambda event: event["event"] in ("stage_started", "stage_cached") and event["stage"] == part)
    else:
        reached = True
    if reached:
        time.sleep(delay)
    return reached


def kill_run(sandbox, part, delay, timeline):
    """Starts a run and kills it at the moment aimed at."""
    run = sandbox.start()
    aim(run, part, delay, timeline)
    moment = time.monotonic() - run.started
    run.send(signal.SIGKILL)
    return run, run.end(), moment


def targets(generator, timeline):
    """Parts of the run in which one sandbox's kills are to fall, in the order in which they come. First each part
    once; later as chance will have it, so that some are hit twice in a row and some not at all."""
    yield list(timeline.parts)
    while True:
        chosen = [generator.randrange(len(timeline.parts)) for _ in range(generator.randint(6, 20))]
        yield [timeline.parts[index] for index in sorted(chosen)]


def fastest(runs):
    """The timeline of the run that took least: a machine that was busy meanwhile would let kills come late."""
    return Timeline(min(runs, key=lambda run: run.seconds))


def many_kills(new_sandbox, expected, timeline, count, seed, report, cover=()):
    """Kills `count` runs, and up to three times as many while a stage of `cover` has not been hit: some take
    milliseconds. Gives how many there were, in how many sandboxs, where they fell, and what went wrong."""
    generator = random.Random(seed)
    tally = collections.Counter()
    problems = []
    kills = sandboxs = 0

    def is_enough():
        missed = [stage for stage in cover if f"in stage '{stage}'" not in tally]
        return kills >= (3 * count if missed else count)

    for plan in targets(generator, timeline):
        if is_enough() or sandboxs > 3 * count:
            break
        sandboxs += 1
        sandbox = new_sandbox()
        before = sandbox.results()
        found = []
        history = []
        for part, seconds in plan:
            if is_enough() or found:
                break
            # One kill in five falls anywhere, whatever was aimed at.
            if generator.random() < 0.2 and sandboxs > 1:
                part, seconds = None, timeline.seconds
            run, status, moment = kill_run(sandbox, part, generator.uniform(0, seconds), timeline)
            if status == 0:
                continue  # Too late: it had ended.
            if status != KILLED:
                found.append(f"a run ended with {status}: {run.words()}")
                break
            kills += 1
            tally[run.place()] += 1
            history.append(f"{moment:.3f} s {run.place()}")
            report(f"kill {kills}: {history[-1]}")
            found += sandbox.store_problems()
            found += [f"{name} is half-written, or whole and different"
                      for name in sandbox.half_written(expected, before)]
        if not found:
            found = final_problems(sandbox, expected)
        if found:
            problems.append(f"kills of one sandbox, kept in {sandbox.folder}: " + ", ".join(history))
            problems += ["  " + problem for problem in found]
        else:
            sandbox.remove()
    return kills, sandboxs, tally, problems


def final_problems(sandbox, expected):
    """What is wrong after a last run that nobody disturbed."""
    run = sandbox.start()
    status = run.end()
    if status != 0:
        return [f"the last run ended with {status}: {run.words()}"]
    found = [f"{name} differs" for name in differences(expected, sandbox.results())]
    return found + sandbox.store_problems()


def kills_of_a_new_store(new_sandbox, count, generator):
    """Kills first runs while they make the store. Two more runs have to find a store there that is theirs."""
    first = new_sandbox()
    appeared, begun = store_appears(first.start("--until", "comments"), first)
    first.remove()
    problems = []
    kills = 0
    for _ in range(count * 3):
        if kills == count:
            break
        sandbox = new_sandbox()
        run = sandbox.start("--until", "comments")
        while run.process.poll() is None and not os.path.exists(sandbox.path("state.sqlite")):
            pass
        delay = generator.uniform(0, (begun - appeared) * 1.2)
        end = time.monotonic() + delay
        while time.monotonic() < end:
            pass
        run.send(signal.SIGKILL)
        kills += run.end() == KILLED
        found = sandbox.store_problems()
        for which in ("next", "one after"):
            again = sandbox.start("--until", "comments")
            status = again.end()
            if status != 0:
                found.append(f"the {which} run ended with {status}: {again.words()}")
                break
        if found:
            problems.append(f"killed {1000 * delay:.1f} ms after the file appeared; kept in {sandbox.folder}")
            problems += ["  " + problem for problem in found]
        else:
            sandbox.remove()
    return problems if kills == count else problems + [f"only {kills} runs were caught alive"]


def store_appears(run, sandbox):
    """Seconds from a first run's start until its store's file is there, and until the run begins."""
    while run.process.poll() is None and not os.path.exists(sandbox.path("state.sqlite")):
        pass
    appeared = time.monotonic() - run.started
    run.end()
    return appeared, next(moment for moment, event in run.events if event["event"] == "run_started")
