"""Looks for what an exported dataset must not have: an article, or a copy of a text, on two sides. Needs Python 3 alone;
with pandas it also reads the tables as most people would.

    python leaks.py FOLDER STORE [SIDE.tsv...]

FOLDER holds the tables of one export, `train.tsv` and so on, with the columns `id` and `document`; STORE is the pipeline's
state file, for a pipeline that leaves texts as they are (`clean: rules: none`). Nothing is shared with the program under
test: rows are parsed here, copies are found here.

A copy of a text has the same characters once white space is left out and ASCII letters are lower-cased, or shares at least
0.85 of its runs of three characters (Jaccard index of the two sets); a text of fewer than three characters has only
exact copies. Two sets that are that much alike hold at least 0.85 of the larger one in common, so they share one of the
rarest 1 + n - ceil(0.85 n) runs of either (prefix filtering; Bayardo, Ma, Srikant 2007): every pair that could be a copy
is compared exactly, and none is missed.

Checks, each with the figure it found:
  1. no id is in the tables twice, and each is in the store;
  2. no article is on two sides;
  3. no text has a copy on another side;
  4. every text is the store's, byte for byte after undoing the escapes, as read here and as read by pandas;
  5. negative controls: with one row of `train` copied into the last side, 2 and 3 must find it; with one character of a
     text changed, 4 must.
"""
import collections
import math
import pathlib
import re
import sqlite3
import sys

PLAIN = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}
SHINGLE, THRESHOLD = 3, 0.85
SPACE = {*range(0x09, 0x0E), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000}


def unescape(text):
    return re.sub(r"\\(.)", lambda found: PLAIN[found[1]], text)


def read(path):
    """The rows of a table as dictionaries, texts still escaped."""
    lines = path.read_bytes().decode("utf-8").split("\n")
    assert lines[-1] == "", f"{path} does not end with a line feed"
    header = lines[0].split("\t")
    rows = [dict(zip(header, line.split("\t"), strict=True)) for line in lines[1:-1]]
    return rows


def folded(text):
    """What exact copies have in common."""
    return "".join(chr(ord(c) | 0x20) if "A" <= c <= "Z" else c for c in text if ord(c) not in SPACE)


def shingles(text):
    return {text[at:at + SHINGLE] for at in range(len(text) - SHINGLE + 1)}


def copies_across(texts):
    """Pairs of places whose texts are copies of each other on different sides, and how many were compared.

    texts: pairs of side and text.
    """
    pairs = set()
    by_folded = collections.defaultdict(list)
    for place, (_, text) in enumerate(texts):
        by_folded[folded(text)].append(place)
    for places in by_folded.values():
        pairs |= {(a, b) for i, a in enumerate(places) for b in places[i + 1:] if texts[a][0] != texts[b][0]}
    sets = [shingles(text) for _, text in texts]
    counts = collections.Counter(shingle for found in sets for shingle in found)
    by_rare = collections.defaultdict(list)
    compared = 0
    # Short sets first: a partner with fewer than 0.85 of the runs is out of reach.
    for place in sorted(range(len(texts)), key=lambda place: len(sets[place])):
        mine = sets[place]
        if not mine:
            continue
        rare = sorted(mine, key=lambda shingle: (counts[shingle], shingle))
        prefix = rare[:1 + len(mine) - math.ceil(THRESHOLD * len(mine))]
        candidates = {other for shingle in prefix for other in by_rare[shingle]}
        for other in candidates:
            if texts[other][0] == texts[place][0] or len(sets[other]) < THRESHOLD * len(mine) - 1e-9:
                continue
            compared += 1
            shared = len(mine & sets[other])
            if shared >= THRESHOLD * (len(mine) + len(sets[other]) - shared) - 1e-12:
                pairs.add((other, place))
        for shingle in prefix:
            by_rare[shingle].append(place)
    return pairs, compared


def on_two_sides(rows, articles):
    sides = collections.defaultdict(set)
    for side, key, _ in rows:
        sides[articles[key]].add(side)
    return sum(len(found) > 1 for found in sides.values())


def check(name, passed, figure):
    print(f"leaks: {name}: {figure}: {'ok' if passed else 'FAILED'}")
    if not passed:
        sys.exit(1)


def main():
    folder, state = pathlib.Path(sys.argv[1]), sys.argv[2]
    paths = [folder / name for name in sys.argv[3:]] or sorted(folder.glob("*.tsv"))
    store = sqlite3.connect(f"file:{state}?mode=ro", uri=True)
    known = {key: (text, article) for key, text, article in store.execute(
        "SELECT source || ':' || key, text, article FROM comment")}
    rows = [(path.stem, row["id"], unescape(row["document"])) for path in paths for row in read(path)]
    sides = collections.Counter(side for side, _, _ in rows)
    check("rows", len(rows) > 0 and len(sides) > 1, dict(sides))
    check("ids met twice or not in the store", len({key for _, key, _ in rows}) == len(rows)
          and all(key in known for _, key, _ in rows), len(rows) - len({key for _, key, _ in rows} & known.keys()))
    articles = {key: article for key, (_, article) in known.items()}
    check("articles on two sides", on_two_sides(rows, articles) == 0, on_two_sides(rows, articles))
    texts = [(side, text) for side, _, text in rows]
    pairs, compared = copies_across(texts)
    check("copies on two sides", not pairs, f"{len(pairs)} of {compared} pairs compared")
    wrong = sum(text != known[key][0] for _, key, text in rows)
    check("texts unlike the store's", wrong == 0, f"{wrong} of {len(rows)}")
    escaped = sum("\\" in row["document"] for path in paths for row in read(path))
    quotes = sum('"' in text for _, text in texts)
    print(f"leaks: texts with escapes: {escaped}; with quotation marks: {quotes}")
    with_pandas(paths, known, len(rows))
    controls(rows, texts, articles)


def with_pandas(paths, known, count):
    try:
        import pandas
    except ImportError:
        print("leaks: skipped, no pandas: tables as pandas reads them")
        return
    options = {"sep": "\t", "dtype": str, "keep_default_na": False}

    def wrong(**more):
        found = unlike = 0
        for path in paths:
            table = pandas.read_csv(path, **options, **more)
            found += len(table)
            unlike += sum(unescape(text) != known[key][0] for key, text in zip(table["id"], table["document"]))
        return unlike + abs(found - count)

    check("texts unlike the store's, as pandas reads them", wrong(quoting=3) == 0, f"{wrong(quoting=3)} of {count}")
    try:
        figure = f"{wrong()} differ"
        failed = wrong() > 0
    except Exception as error:
        figure, failed = f"does not read ({type(error).__name__})", True
    # A table without a quotation mark reads the same either way.
    if any(b'"' in path.read_bytes() for path in paths):
        check("negative control, pandas with quoting", failed, figure)


def controls(rows, texts, articles):
    side, key, text = next(row for row in rows if row[0] != rows[-1][0] and len(row[2]) > 60)
    other = rows[-1][0]
    check("negative control, a row on two sides", on_two_sides(rows + [(other, key, text)], articles) == 1, 1)
    pairs, _ = copies_across(texts + [(other, text[:30] + "#" + text[31:])])
    check("negative control, a text with another character", len(pairs) >= 1, f"{len(pairs)} copies")
    pairs, _ = copies_across(texts + [(other, " " + text.upper().replace(" ", "  "))])
    check("negative control, a text with other spaces", len(pairs) >= 1, f"{len(pairs)} copies")


if __name__ == "__main__":
    main()
