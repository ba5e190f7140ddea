#!/usr/bin/env python3
"""A year in miniature: many nights of one pipeline, with what happens in a year, and a model beside it that knows what the
store has to show.

    Tests/chaos/year.py .build/release/splitvote                       365 nights of 7,000 rows
    Tests/chaos/year.py .build/release/splitvote --nights 40 --rows 300    short

Each night brings a table of new comments and further looks at those of the last nights: votes that moved, texts that were
edited, comments that were removed and some that were shown again. On some nights the pipeline file is wrong (up and down
swapped; the title read as the text) and is repaired nights later; on others the table is unreadable, cut off in the middle,
or missing, and comes later; comments are forgotten, and old results collected. In the end the store has to show what the
model says, a fresh store that is given the same tables has to say the same, and no night may have taken more than twice
the tenth night's processor time for each row that changed (by the clock, a neighbor on the machine would decide; both
are printed). The kernel's share of that time is the machine's too: where a night took longer, the same year is lived a
second time, and each night counts by the shorter of its two times. Work that a night brings is there both times.

Nothing here is shared with the program: the model is a dictionary, the labels are computed by three comparisons.
"""

import argparse
import hashlib
import json
import os
import random
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

FIRST_DAY = 1735689600  # 2025-01-01T00:00:00Z
DAY = 86400
PIPELINE = """\
splitvote: 1
pipeline: year
store: {{state: state.sqlite, artifacts: artifacts, keep: {{runs: 30}}}}
stages:
  comments:
    uses: ingest.files
    with:
      paths: "tables/*.tsv"
      source: made
      columns: {{text: {text}, up: {up}, down: {down}, key: id, article: article, observed_at: seen, deleted: gone}}
  clean: {{uses: clean, from: comments, with: {{rules: none}}}}
  labels: {{uses: label, from: clean, with: {{min_votes: 10, controversial: [0.4, 0.6]}}}}
  sample: {{uses: sample, from: labels, with: {{per_label: 2000, seed: 1}}}}
  split: {{uses: split, from: sample, with: {{shares: {{train: 0.8, dev: 0.1, test: 0.1}}, salt: v1}}}}
  tsv: {{uses: export, from: split, with: {{path: "out/{{split}}.tsv"}}}}
"""
RIGHT = {"text": "comment", "up": "likes", "down": "dislikes"}
SWAPPED = {"text": "comment", "up": "dislikes", "down": "likes"}
WRONG_TEXT = {"text": "title", "up": "likes", "down": "dislikes"}
HEADER = "id\tarticle\ttitle\tcomment\tlikes\tdislikes\tseen\tgone\n"
SYLLABLES = [chr(0xAC00 + 588 * a + 28 * b) for a in range(19) for b in range(0, 21, 3)]


class Year:
    def __init__(self, command, folder, nights, rows, seed):
        self.command, self.folder = command, folder
        self.nights, self.rows = nights, rows
        self.random = random.Random(seed)
        self.shown = {}      # number -> [article, text, up, down, seen, gone]
        self.texts = {}
        self.recent = []
        self.next = 1
        self.forgotten = set()
        self.problems = []
        self.seconds = []    # (night, processor seconds, changed rows)
        self.wall = []       # (night, seconds by the clock)
        self.kept_back = []  # tables of outages, which come later
        os.makedirs(folder + "/tables")
        self.write_pipeline(RIGHT)

    def write_pipeline(self, columns):
        self.columns = columns
        with open(self.folder + "/p.yaml", "w") as file:
            file.write(PIPELINE.format(**columns))

    def text(self):
        return " ".join("".join(self.random.choices(SYLLABLES, k=self.random.randint(1, 4)))
                        for _ in range(self.random.randint(2, 9)))

    def votes(self):
        total = int(self.random.paretovariate(0.9)) + self.random.randint(0, 8)
        share = self.random.betavariate(1.2, 1.0)
        up = round(total * share)
        return up, total - up

    def table(self, night):
        """The rows of a night, which the model takes at once."""
        lines = [HEADER]
        moment = FIRST_DAY + night * DAY
        count = 0
        looks = self.random.sample(self.recent, min(len(self.recent), self.rows * 2 // 7))
        for number in looks:
            article, text, up, down, _, gone = self.shown[number]
            chance = self.random.random()
            if chance < 0.5:
                more_up, more_down = self.votes()
                up, down = up + more_up // 3, down + more_down // 3
            elif chance < 0.53:
                text = self.text()
            elif chance < 0.55:
                gone = not gone
            elif chance < 0.56 and up > 0:
                up -= 1
            lines.append(self.line(number, article, text, up, down, moment, gone))
            self.shown[number] = [article, text, up, down, moment, gone]
            count += 1
        fresh = []
        while count < self.rows:
            number = self.next
            self.next += 1
            article = f"a{night}-{self.random.randint(0, max(1, self.rows // 60))}"
            up, down = self.votes()
            text = self.text()
            lines.append(self.line(number, article, text, up, down, moment, False))
            self.shown[number] = [article, text, up, down, moment, False]
            fresh.append(number)
            count += 1
        self.recent = (self.recent + fresh)[-3 * self.rows:]
        return "".join(lines)

    def line(self, number, article, text, up, down, moment, gone):
        seen = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
        title = f"{article} 제목"
        return f"{number}\t{article}\t{title}\t{text}\t{up}\t{down}\t{seen}\t{'true' if gone else 'false'}\n"

    def put(self, night, data):
        with open(f"{self.folder}/tables/{night:03}.tsv", "wb") as file:
            file.write(data)

    def run(self, night, *flags, wanted=(0,)):
        date = time.strftime("%Y-%m-%d", time.gmtime(FIRST_DAY + night * DAY))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.monotonic()
        ended = subprocess.run([self.command, "run", "p.yaml", "--date", date, "--quiet", *flags], cwd=self.folder,
                               capture_output=True, text=True)
        wall = time.monotonic() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.wall.append((night, wall))
        if ended.returncode not in wanted:
            self.problems.append(f"night {night}: exit {ended.returncode} instead of {wanted}: {ended.stderr[-400:]}")
        self.said = ended.stdout + ended.stderr
        return seconds

    def night(self, night, outages, mistakes, forgets):
        data = self.table(night).encode()
        repaired = False
        for first, last, columns in mistakes:
            if night == first:
                self.write_pipeline(columns)
                repaired = True
            if night == last:
                self.write_pipeline(RIGHT)
                repaired = True
        kind = outages.get(night)
        if kind == "missing":
            self.kept_back.append((night, data))
        elif kind == "unreadable":
            # What a proxy says instead of a table.
            self.put(night, b"<html><head><title>502 Bad Gateway</title></head>\n<body>\n<h1>502</h1>\n</body></html>\n")
            self.kept_back.append((night, data))
        elif kind == "cut":
            # The transfer broke: half of the rows, and the end in the middle of one.
            self.put(night, data[:len(data) // 2])
            self.kept_back.append((night, data))
        else:
            for earlier, late in self.kept_back:
                self.put(earlier, late)
            changed = self.rows * (1 + len(self.kept_back))
            self.kept_back = []
            self.put(night, data)
            seconds = self.run(night)
            if not repaired:
                self.seconds.append((night, seconds, changed))
            if night in forgets:
                self.forget(night)
            if night % 30 == 0:
                self.tool("gc", "p.yaml", "--yes")
            return
        self.run(night, wanted=(1, 5) if kind == "unreadable" else (0,))

    def forget(self, night):
        numbers = [n for n in self.random.sample(self.recent, 5) if not self.shown[n][5]]
        with open(self.folder + "/forget.txt", "w") as file:
            file.writelines(f"made:{number}\n" for number in numbers)
        self.tool("forget", "p.yaml", "forget.txt")
        self.forgotten.update(numbers)

    def tool(self, *words):
        ended = subprocess.run([self.command, *words], cwd=self.folder, capture_output=True, text=True)
        if ended.returncode != 0:
            self.problems.append(f"{' '.join(words)}: exit {ended.returncode}: {ended.stderr[-400:]}")
        return ended.stdout + ended.stderr

    # What has to hold

    def label(self, up, down):
        total = up + down
        if total < 10:
            return "too_few_votes"
        if 0.4 <= up / total <= 0.6:
            return "controversial"
        return "uncontroversial" if up / total <= 0.2 or up / total >= 0.8 else "in_between"

    def expected(self):
        return {str(number): (article, text, up, down)
                for number, (article, text, up, down, _, gone) in self.shown.items()
                if not gone and number not in self.forgotten}

    def check(self, last):
        database = sqlite3.connect(f"file:{self.folder}/state.sqlite?mode=ro", uri=True)
        shown = {}
        for key, article, text, up, down, label in database.execute(
                "SELECT key, article, text, up, down, label FROM labelled_comment"):
            shown[key] = (article, text, up, down)
            if label != self.label(up, down):
                self.problems.append(f"{key}: label {label}, {self.label(up, down)} expected of {up}/{down}")
        self.same("labelled_comment", shown, self.expected())
        for pragma in "integrity_check", "foreign_key_check":
            rows = database.execute(f"PRAGMA {pragma}").fetchall()
            if rows not in ([], [("ok",)]):
                self.problems.append(f"{pragma}: {rows[:3]}")
        database.close()
        self.pasts(last)
        self.sizes()
        self.bytes_of_forgotten()

    def pasts(self, last):
        """Labels as of the first night are what they were, whatever came later."""
        self.run(last, "--as-of", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(FIRST_DAY + self.first_as_of * DAY)),
                 "--until", "labels")
        database = sqlite3.connect(f"file:{self.folder}/state.sqlite?mode=ro", uri=True)
        row = database.execute(
            "SELECT counts FROM label_set WHERE as_of IS NOT NULL ORDER BY created_at DESC").fetchone()
        database.close()
        if row is None:
            self.problems.append("no label set as of the first night")
            return
        counts = json.loads(row[0])
        for name, number in self.past.items():
            if counts.get(name) != number:
                self.problems.append(f"as of night {self.first_as_of}: {name} {counts.get(name)}, {number} expected")

    def remember_past(self, night):
        self.first_as_of = night
        counts = {}
        for number, (_, _, up, down, _, gone) in self.shown.items():
            if gone:
                continue
            label = self.label(up, down)
            counts[label] = counts.get(label, 0) + 1
        self.past = counts

    def forget_in_past(self, before):
        """Forgotten comments are gone from every past too."""
        for number in self.forgotten:
            if number in before and not before[number][5]:
                self.past[self.label(before[number][2], before[number][3])] -= 1

    def same(self, name, found, wanted):
        missing = [key for key in wanted if key not in found]
        extra = [key for key in found if key not in wanted]
        differing = [key for key in wanted if key in found and found[key] != wanted[key]]
        for words, keys in ("missing", missing), ("too many", extra), ("different", differing):
            if keys:
                first = keys[0]
                self.problems.append(f"{name}: {len(keys)} {words}, such as {first}: {found.get(first)} instead of "
                                     f"{wanted.get(first)}")

    def sizes(self):
        def size(path):
            files = [os.stat(os.path.join(root, name)) for root, _, names in os.walk(path) for name in names]
            # What results have in common is one file under several names.
            return sum({facts.st_ino: facts.st_size for facts in files}.values())
        self.store_size = os.path.getsize(self.folder + "/state.sqlite")
        self.artifacts_size = size(self.folder + "/artifacts")
        if self.artifacts_size > self.store_size:
            self.problems.append(f"artifacts hold {self.artifacts_size / 1e6:.0f} MB, the store {self.store_size / 1e6:.0f}")

    def bytes_of_forgotten(self):
        wanted = {self.shown[number][1].encode(): number for number in self.forgotten}
        for root, _, names in os.walk(self.folder):
            if "tables" in root:
                continue
            for name in names:
                with open(os.path.join(root, name), "rb") as file:
                    data = file.read()
                for text, number in wanted.items():
                    if text in data and len(text) > 20:
                        self.problems.append(f"the text of forgotten comment {number} stands in {name}")

    def speed(self):
        """Nights that took more than twice the tenth's processor time for each row, after printing what all took."""
        tenth = [seconds / changed for night, seconds, changed in self.seconds if 8 <= night <= 12]
        base = statistics.median(tenth)
        ratios = sorted(((seconds / changed) / base, night) for night, seconds, changed in self.seconds if night >= 10)
        late = statistics.median(ratio for ratio, night in ratios if night > self.nights * 0.9)
        wall = dict(self.wall)
        tenth_wall = statistics.median(wall[night] for night in range(8, 13) if night in wall)
        last_wall = statistics.median(seconds for night, seconds in self.wall if night > self.nights * 0.9)
        print(f"by the clock: tenth {tenth_wall:.3f} s, last tenth {last_wall:.3f} s, {last_wall / tenth_wall:.2f} x")
        print(f"processor seconds a night: tenth {base * self.rows:.3f}, last tenth {late:.2f} x, slowest {ratios[-1][0]:.2f} x "
              f"(night {ratios[-1][1]})")
        return [night for ratio, night in ratios if ratio > 2]

    def take_shorter(self, other):
        """Each night's time is the shorter one of this year's and of the same year lived again."""
        again = {night: seconds for night, seconds, _ in other.seconds}
        self.seconds = [(night, min(seconds, again[night]), changed) for night, seconds, changed in self.seconds]


def fresh_store(year, last):
    """A store that is given all tables at once says the same."""
    folder = year.folder + "/fresh"
    os.makedirs(folder)
    os.symlink(year.folder + "/tables", folder + "/tables")
    shutil.copy(year.folder + "/p.yaml", folder)
    date = time.strftime("%Y-%m-%d", time.gmtime(FIRST_DAY + last * DAY))
    ended = subprocess.run([year.command, "run", "p.yaml", "--date", date, "--quiet", "--until", "labels"], cwd=folder,
                           capture_output=True, text=True)
    if ended.returncode != 0:
        year.problems.append(f"fresh store: exit {ended.returncode}: {ended.stderr[-300:]}")
        return
    def rows(path):
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        with_votes = database.execute(
            "SELECT key, article, text, up, down, label, ratio FROM labelled_comment").fetchall()
        database.close()
        return {row[0]: row[1:] for row in with_votes}
    forgotten = {str(number) for number in year.forgotten}
    wanted = {key: row for key, row in rows(folder + "/state.sqlite").items() if key not in forgotten}
    year.same("fresh store", rows(year.folder + "/state.sqlite"), wanted)


def main():
    parser = argparse.ArgumentParser(description="Many nights of one pipeline, beside a model of what they have to show.")
    parser.add_argument("command", help="the splitvote to test")
    parser.add_argument("--nights", type=int, default=365)
    parser.add_argument("--rows", type=int, default=7000, help="of a night's table (default: 7,000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-clock", action="store_true", help="leave the times of nights unchecked")
    parser.add_argument("--keep", action="store_true", help="keep the folder")
    options = parser.parse_args()
    year = live(options)
    nights = options.nights
    year.forget_in_past(year.shown_then)
    year.check(nights)
    fresh_store(year, nights)
    if not options.no_clock:
        time_nights(year, options)
    print(f"{nights} nights of {options.rows:,} rows: {len(year.expected()):,} comments shown, store "
          f"{year.store_size / 1e6:.0f} MB, artifacts {year.artifacts_size / 1e6:.0f} MB, in "
          f"{sum(seconds for _, seconds, _ in year.seconds):.0f} s")
    for problem in year.problems[:40]:
        print(f"FAILED {problem}")
    if options.keep or year.problems:
        print(f"kept: {year.folder}")
    else:
        shutil.rmtree(year.folder)
    print("a year in miniature: every check holds" if not year.problems else f"{len(year.problems)} checks failed")
    return 1 if year.problems else 0


def live(options):
    """All nights of a year, in a new folder."""
    nights = options.nights
    year = Year(os.path.realpath(options.command), tempfile.mkdtemp(prefix="year-"), nights, options.rows, options.seed)
    at = lambda share: max(12, round(nights * share))
    outages = {at(0.3): "missing", at(0.45): "unreadable", at(0.7): "cut"}
    mistakes = [(at(0.35), at(0.35) + 3, SWAPPED), (at(0.55), at(0.55) + 2, WRONG_TEXT)]
    forgets = {at(0.5), at(0.8)}
    for night in range(1, nights + 1):
        year.night(night, outages, mistakes, forgets)
        if night == 11:
            year.remember_past(night)
            year.shown_then = {number: list(row) for number, row in year.shown.items()}
        if night % 50 == 0:
            print(f"night {night}: {year.seconds[-1][1]:.2f} s, {len(year.shown):,} comments", flush=True)
    return year


def time_nights(year, options):
    slow = year.speed()
    if slow:
        print(f"{len(slow)} nights took more than twice the tenth's time a row, such as {slow[:5]}: the same year again")
        again = live(options)
        shutil.rmtree(again.folder)
        year.problems += again.problems
        year.take_shorter(again)
        slow = year.speed()
    if slow:
        year.problems.append(f"{len(slow)} nights took more than twice the tenth's time a row both times, such as {slow[:5]}")


sys.exit(main())
