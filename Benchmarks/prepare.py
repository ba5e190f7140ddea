"""Lays out the real comments as the benchmarks need them. The data's rows are only read; all is written to OUT.

    python3 prepare.py table SOURCE OUT      OUT: every row, no header, plain
    python3 prepare.py texts SOURCE OUT      OUT: every text that is not empty, one a line
    python3 prepare.py keyed SOURCE OUT      OUT: the same texts as a table of key, text, up, down, article
    python3 prepare.py comments SOURCE OUT   OUT: distinct comments as a table: key, article, text, up, down
    python3 prepare.py nights SOURCE OUT     OUT/first/*.tsv.gz and OUT/second/*.tsv.gz, the last 20,000 rows by date
    python3 prepare.py big SOURCE OUT        OUT/*.tsv.gz: every row ten times, each time under other article numbers
    python3 prepare.py many SOURCE OUT N     OUT/*.tsv.gz: every row N times, with other article numbers and other texts
    python3 prepare.py sentiment SOURCE OUT  OUT/*.tsv: every tenth labeled review as a table: key, text, up, down
    python3 prepare.py sample SOURCE OUT     OUT: 20,000 texts that are not empty, evenly from all, in a drawn order
    python3 prepare.py english SOURCE OUT    OUT: English paragraphs, one a line, each once

SOURCE is a folder of *.tsv.gz as described in pipelines/naver-2025.yaml; that of sentiment holds ratings_train.tsv.gz
with the columns id, document and label (0 or 1), that of english Python packages, whose docstrings are taken.
"""

import ast
import collections
import gzip
import hashlib
import itertools
import random
import sys
import warnings
from pathlib import Path

SECOND_NIGHT = 20_000
COPIES = 10
SAMPLED = 20_000
EVERY = 10
# Up and down votes by label. The label of a row comes from its votes alone, so these stand for it: a comment that
# everybody agrees with is of class 0, one that splits its readers of class 1.
VOTES = {b"0": b"100\t0", b"1": b"50\t50"}


def rows(path):
    """The header's column numbers by name and each line of a file, as bytes, its LF kept."""
    with gzip.open(path) as file:
        header = file.readline().rstrip(b"\n").split(b"\t")
        column = {name.decode(): index for index, name in enumerate(header)}
        for line in file:
            yield column, line


def sources(folder):
    return sorted(Path(folder).glob("*.tsv.gz"))


def table(folder, out):
    with open(out, "wb") as file:
        for path in sources(folder):
            file.writelines(line for _, line in rows(path))


def texts(folder, out):
    with open(out, "wb") as file:
        for path in sources(folder):
            for column, line in rows(path):
                text = line.rstrip(b"\n").split(b"\t")[column["contents"]]
                if text:
                    file.write(text + b"\n")


def keyed(folder, out):
    count = 0
    with open(out, "wb") as file:
        file.write(b"key\ttext\tup\tdown\tarticle\n")
        for path in sources(folder):
            for column, line in rows(path):
                text = line.rstrip(b"\n").split(b"\t")[column["contents"]]
                if text:
                    file.write(b"%d\t%s\t0\t0\t%d\n" % (count, text, count // 100))
                    count += 1


def comments(folder, out):
    """Repeats of a text under an article are one comment, with the counts of the latest day."""
    latest = {}
    for path in sources(folder):
        for column, line in rows(path):
            fields = line.rstrip(b"\n").split(b"\t")
            text = fields[column["contents"]]
            if not text:
                continue
            article = fields[column["oid"]] + b"/" + fields[column["aid"]]
            key = hashlib.sha256(article + b"\x1f" + text).hexdigest()[:16]
            seen = (fields[column["rankDate"]], fields[column["sympathyCount"]], fields[column["antipathyCount"]])
            if key not in latest or latest[key][2][0] < seen[0]:
                latest[key] = (article, text, seen)
    with open(out, "wb") as file:
        file.write(b"key\tarticle\ttext\tup\tdown\n")
        for key, (article, text, (_, up, down)) in latest.items():
            file.write(b"\t".join((key.encode(), article, text, up, down)) + b"\n")


def nights(folder, out):
    days = collections.Counter()
    for path in sources(folder):
        days.update(line.split(b"\t")[column["rankDate"]] for column, line in rows(path))
    left, border = SECOND_NIGHT, None
    for day in sorted(days, reverse=True):
        border = day
        if days[day] >= left:
            break
        left -= days[day]
    stays = days[border] - left  # rows of the border's day that belong to the first night
    first, second = Path(out, "first"), Path(out, "second")
    first.mkdir(parents=True)
    second.mkdir()
    late = []
    header = b""
    for path in sources(folder):
        with gzip.open(path) as file:
            header = file.readline()
        with gzip.open(first / path.name, "wb", compresslevel=6) as file:
            file.write(header)
            for column, line in rows(path):
                day = line.split(b"\t")[column["rankDate"]]
                if day > border or (day == border and stays == 0):
                    late.append((day, line))
                    continue
                if day == border:
                    stays -= 1
                file.write(line)
    late.sort(key=lambda row: row[0])
    with gzip.open(second / "second-night.tsv.gz", "wb", compresslevel=6) as file:
        file.write(header)
        file.writelines(line for _, line in late)


def big(folder, out):
    """Comments without a number are named by article and text, so other article numbers make them other comments."""
    Path(out).mkdir(parents=True)
    for path in sources(folder):
        with gzip.open(path) as file:
            header = file.readline()
        table = list(rows(path))
        for copy in range(COPIES):
            with gzip.open(Path(out, f"{copy}-{path.name}"), "wb", compresslevel=1) as file:
                file.write(header)
                for column, line in table:
                    fields = line.split(b"\t")
                    end = b"\n" if column["aid"] == len(fields) - 1 else b""
                    fields[column["aid"]] = b"%d%s%s" % (copy, fields[column["aid"]].rstrip(b"\n"), end)
                    file.write(b"\t".join(fields))


def many(folder, out, times):
    """Syllables of Hangul are moved on, all of a copy alike, so that texts differ from copy to copy as those of one do."""
    Path(out).mkdir(parents=True)
    first, syllables = 0xAC00, 11_172
    for copy in range(int(times)):
        moved = {first + place: first + (place + 97 * copy) % syllables for place in range(syllables)}
        for path in sources(folder):
            with gzip.open(path, "rt", encoding="utf-8", newline="\n") as read, gzip.open(
                    Path(out, f"{copy:03}-{path.name}"), "wt", compresslevel=1, encoding="utf-8", newline="\n") as file:
                header = read.readline()
                names = header.rstrip("\n").split("\t")
                text, number = names.index("contents"), names.index("aid")
                file.write(header)
                for line in read:
                    fields = line.rstrip("\n").split("\t")
                    fields[text] = fields[text].translate(moved)
                    fields[number] = f"{copy}{fields[number]}"
                    file.write("\t".join(fields) + "\n")


def sentiment(folder, out):
    """Evenly from the whole file, which holds one label after the other."""
    Path(out).mkdir(parents=True)
    with open(Path(out, "reviews.tsv"), "wb") as file:
        file.write(b"key\ttext\tup\tdown\n")
        for column, line in itertools.islice(rows(Path(folder, "ratings_train.tsv.gz")), 0, None, EVERY):
            fields = line.rstrip(b"\n").split(b"\t")
            votes = VOTES[fields[column["label"]]]
            file.write(b"\t".join((fields[column["id"]], fields[column["document"]], votes)) + b"\n")


def sample(folder, out):
    texts(folder, out)
    lines = Path(out).read_bytes().splitlines(keepends=True)
    Path(out).write_bytes(b"".join(random.Random(1).sample(lines, SAMPLED)))


def english(folder, out):
    """Docstrings are English prose of every subject that packages are about, and every Python has them."""
    warnings.simplefilter("ignore")
    named = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    seen = set()
    with open(out, "w", encoding="utf-8", newline="\n") as file:
        for path in sorted(Path(folder).rglob("*.py")):
            try:
                tree = ast.parse(path.read_bytes())
            except (SyntaxError, ValueError, RecursionError):
                continue
            for node in ast.walk(tree):
                text = ast.get_docstring(node) if isinstance(node, named) else None
                for paragraph in (text or "").split("\n\n"):
                    line = " ".join(paragraph.split())
                    if line and line not in seen and line.isprintable():
                        seen.add(line)
                        file.write(line + "\n")


if __name__ == "__main__":
    layouts = {
        "table": table, "texts": texts, "keyed": keyed, "comments": comments, "nights": nights, "big": big,
        "many": many, "sentiment": sentiment, "sample": sample, "english": english,
    }
    layouts[sys.argv[1]](*sys.argv[2:])
