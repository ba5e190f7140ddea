"""Recomputes labels, sample and split from the store with plain SQL and SHA-256, and compares with what the run made.

    python recompute.py FOLDER

The statements are what another engine would run: two window functions for the sample, one hash for each group for the
split. SQLite has no SHA-256 and no integer out of hexadecimal digits, so these two functions come from Python:

    sha256(text)   64 hex digits
    unit(hex)      the first 8 bytes as a big-endian number, shifted right by 11, divided by 2^53

Checks, each with the figure it found, and after each a negative control with a slightly different parameter.
"""
import hashlib
import pathlib
import sqlite3
import sys

LABELS = """
SELECT label.comment,
    CASE
        WHEN vote.up + vote.down < :min_votes OR vote.up + vote.down = 0 THEN 3
        WHEN vote.up * 1.0 / (vote.up + vote.down) BETWEEN :low AND :high THEN 1
        WHEN vote.up * 1.0 / (vote.up + vote.down) <= :at_most THEN 0
        WHEN vote.up * 1.0 / (vote.up + vote.down) >= :at_least THEN 0
        ELSE 2
    END
FROM label JOIN current_vote AS vote ON vote.comment = label.comment
ORDER BY label.comment
"""

SAMPLE = """
WITH ranked AS (
    SELECT comment.id, comment.article, label.code,
        sha256(:seed || char(31) || comment.source || ':' || comment.key) AS u
    FROM label JOIN comment ON comment.id = label.comment
    WHERE label.code IN (0, 1)
), capped AS (
    SELECT id, code, u, row_number() OVER (PARTITION BY code, article ORDER BY u, id) AS place FROM ranked
), kept AS (
    SELECT id, u, row_number() OVER (PARTITION BY code ORDER BY u, id) AS place FROM capped WHERE place <= :per_article
)
SELECT id FROM kept WHERE place <= :per_label ORDER BY u, id
"""

SIDES = """
WITH family AS (
    SELECT DISTINCT article.source || ':' || article.key AS group_key
    FROM sample_member JOIN comment ON comment.id = sample_member.comment JOIN article ON article.id = comment.article
), placed AS (
    SELECT group_key, unit(sha256(:salt || char(31) || group_key)) AS u FROM family
)
SELECT group_key, CASE WHEN u < :train THEN 'train' WHEN u < :train + :dev THEN 'dev' ELSE 'test' END
FROM placed ORDER BY group_key
"""

RULE = {"min_votes": 15, "low": 0.35, "high": 0.6, "at_most": 0.2, "at_least": 0.8}
CHOICE = {"seed": "7", "per_article": 12, "per_label": 900}
SPLIT = {"salt": "recompute", "train": 0.7, "dev": 0.1}


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def unit(digits):
    return (int(digits[:16], 16) >> 11) / 2 ** 53


def check(name, passed, figure):
    print(f"recompute: {name}: {figure}: {'ok' if passed else 'FAILED'}")
    if not passed:
        sys.exit(1)


def unlike(one, other):
    """How many rows stand in one list and not at the same place in the other."""
    return sum(a != b for a, b in zip(one, other)) + abs(len(one) - len(other))


def compare(store, name, statement, parameters, changed, expected):
    found = store.execute(statement, parameters).fetchall()
    different = unlike(found, expected)
    check(name, different == 0 and len(found) > 100, f"{different} of {len(expected)} differ")
    control = store.execute(statement, parameters | changed).fetchall()
    check(f"negative control, {changed}", unlike(control, expected) > 0, f"{unlike(control, expected)} differ")


def main():
    folder = pathlib.Path(sys.argv[1])
    store = sqlite3.connect(f"file:{folder}/state.sqlite?mode=ro", uri=True)
    store.create_function("sha256", 1, sha256, deterministic=True)
    store.create_function("unit", 1, unit, deterministic=True)

    labeled = store.execute("SELECT comment, code FROM label ORDER BY comment").fetchall()
    compare(store, "labels", LABELS, RULE, {"high": 0.61}, labeled)
    members = store.execute("SELECT comment FROM sample_member ORDER BY position").fetchall()
    compare(store, "sample, in its order", SAMPLE, CHOICE, {"seed": "8"}, members)
    # Rows whose key begins with a colon are comments that the split has kept.
    sides = store.execute("""SELECT group_key, side FROM split_member
        WHERE salt = 'recompute' AND group_key NOT LIKE ':%' ORDER BY group_key""").fetchall()
    compare(store, "sides of articles", SIDES, SPLIT, {"salt": "v1"}, sides)

    # What the tables say is what the statements say: label, side, and sample order, less copies across sides.
    side_of = dict(sides)
    order = {key: (place, str(code), article) for place, (key, code, article) in enumerate(store.execute("""
        SELECT comment.source || ':' || comment.key, label.code, article.source || ':' || article.key
        FROM sample_member JOIN comment ON comment.id = sample_member.comment
        JOIN article ON article.id = comment.article JOIN label ON label.comment = comment.id
        ORDER BY sample_member.position"""))}
    rows = wrong = 0
    for side in ("train", "dev", "test"):
        last = -1
        for line in (folder / "out" / f"{side}.tsv").read_text().split("\n")[1:-1]:
            key, label, article, split = line.split("\t")
            place, code, group = order[key]
            wrong += (label, article, split) != (code, group, side_of[group]) or split != side or place <= last
            last = place
            rows += 1
    check("rows of tables unlike the statements", wrong == 0, f"{wrong} of {rows}")
    copies = store.execute(
        "SELECT json_extract(figures, '$.copies_dropped') FROM stage_run WHERE stage = 'split' ORDER BY id DESC").fetchone()[0]
    check("sampled, less copies across sides, are the rows", len(members) - copies == rows, f"{len(members)} - {copies}")


main()
