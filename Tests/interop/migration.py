"""Shows that labels, samples and split members stay what they were when a store of an earlier format is brought up to date.
Needs Python 3 alone, with SQLite 3.37 or later.

    python migration.py COMMAND FOLDER

COMMAND is the splitvote to test; everything is made in FOLDER. Some nights of made comments become a store, which SQL takes
back to format 4; the next run brings it up to date. Where SPLITVOTE_DATA names a folder with real comments, these too.

Checks for each store, with the number of rows compared:
  1. after the migration, labels, sample, split members, votes and readings are row for row what they were before;
  2. labels, sample and split that are made again from the migrated store are the same, by rows and by the digests of the
     label sets, and so is every exported file;
  3. negative control: a split member and a vote that were changed are noticed.
"""
import hashlib
import os
import pathlib
import sqlite3
import subprocess
import sys

BACK = pathlib.Path(__file__).resolve().parent.parent / "RunStoreTests/Golden/back-to-4.sql"
PIPELINE = """\
splitvote: 1
pipeline: migration
store: {state: state.sqlite, artifacts: artifacts}
stages:
  comments:
    uses: ingest.files
    with:
      paths: ["nights/*"]
      source: news
      columns:
        {text: contents, up: sympathyCount, down: antipathyCount, replies: replyCount, article: [oid, aid], title: title,
         created_at: regDate, observed_at: rankDate}
  clean: {uses: clean, from: comments, with: {rules: none}}
  labels: {uses: label, from: clean, with: {min_votes: 15}}
  sample: {uses: sample, from: labels, with: {per_label: 2000, per_article: 12, seed: 7}}
  split: {uses: split, from: sample, with: {shares: {train: 0.8, dev: 0.1, test: 0.1}, salt: v1}}
  tsv: {uses: export, from: split, with: {format: tsv, path: "out/{split}.tsv"}}
"""
# What both formats have, sorted.
ROWS = {
    "comments": "SELECT id, source, key, article, text, created_at, removed_at FROM comment ORDER BY id",
    "labels": "SELECT * FROM labelled_comment ORDER BY source, key",
    "label sets": "SELECT pipeline, id, rule, counts, ledger_digest FROM label_set ORDER BY id",
    "sample": "SELECT * FROM sample_member ORDER BY 1, 2, 3",
    "split members": "SELECT * FROM split_member ORDER BY 1, 2, 3",
    "votes": "SELECT comment, observed_at, ledger_commit, up, down, replies FROM vote ORDER BY 1, 2, 3",
    "readings": "SELECT position, source, name, digest, rows, source_comments, source_observations, hex(ledger_sum)"
                " FROM imported_file ORDER BY position",
}


def main():
    if sqlite3.sqlite_version_info < (3, 37):
        print(f"migration: skipped, this Python has SQLite {sqlite3.sqlite_version}; stores need 3.37 to be looked into")
        return
    command, folder = os.path.realpath(sys.argv[1]), pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True)
    subprocess.run([command, "demo-data", "--articles", "400", folder / "made"], check=True, capture_output=True)
    compare(command, folder / "store", "made comments", sorted((folder / "made").glob("*.tsv")))
    real = pathlib.Path(os.environ.get("SPLITVOTE_DATA", "/nowhere")) / "naver-news-comments-2025q4"
    if real.is_dir():
        compare(command, folder / "real", "real comments", sorted(real.glob("*.tsv.gz")))
    else:
        print("migration: skipped, SPLITVOTE_DATA names no folder with naver-news-comments-2025q4: real comments")


def compare(command, folder, name, tables):
    nights = folder / "nights"
    nights.mkdir(parents=True)
    (folder / "p.yaml").write_text(PIPELINE)
    # Two nights, so that comments are seen again.
    for night in (tables[:-1], tables[-1:]):
        for table in night:
            (nights / table.name).symlink_to(table.resolve())
        run(command, folder)
    before, files = rows(folder), exports(folder)
    check(name, "rows before it", all(before.values()), {what: len(found) for what, found in before.items()})
    with sqlite3.connect(folder / "state.sqlite") as store:
        store.executescript(BACK.read_text())
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    check(name, "format that the store is taken back to", version(folder) == 4, version(folder))
    run(command, folder)
    check(name, "format that the next run brings it to", version(folder) > 4, version(folder))
    same(name, "after the migration", before, rows(folder))
    run(command, folder, "--force", "labels", "--force", "sample", "--force", "split", "--force", "tsv")
    same(name, "made again", before, rows(folder))
    check(name, "exported files, all as before", exports(folder) == files and files, len(files))
    controls(name, folder, before)


def run(command, folder, *flags):
    ended = subprocess.run([command, "run", "p.yaml", "--date", "2026-01-10", "--quiet", *flags], cwd=folder,
                           capture_output=True, text=True)
    if ended.returncode != 0:
        sys.exit(f"migration: a run ended with {ended.returncode}: {ended.stderr}")


def version(folder):
    store = sqlite3.connect(folder / "state.sqlite")
    (number,) = store.execute("PRAGMA user_version").fetchone()
    store.close()
    return number


def rows(folder):
    store = sqlite3.connect(folder / "state.sqlite")
    # A hash of each is enough to compare them, and millions of them fit into memory.
    found = {name: [hash(row) for row in store.execute(query)] for name, query in ROWS.items()}
    store.close()
    return found


def exports(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "out").glob("*.tsv")}


def unlike(before, after):
    """Kinds of rows that differ, with how many."""
    counts = {name: len(set(before[name]) ^ set(after[name])) + abs(len(before[name]) - len(after[name]))
              for name in before}
    return {name: count for name, count in counts.items() if count}


def same(name, when, before, after):
    different = unlike(before, after)
    check(name, f"rows that differ {when}", not different, different or sum(map(len, before.values())))


def controls(name, folder, before):
    for what, change in (
        ("split members", "UPDATE split_member SET side = 'elsewhere' WHERE group_key = (SELECT min(group_key) FROM split_member)"),
        ("votes", "UPDATE vote SET up = up + 1 WHERE comment = 1"),
    ):
        store = sqlite3.connect(folder / "state.sqlite")
        store.execute(change)
        store.commit()
        store.close()
        found = unlike(before, rows(folder))
        check(name, f"negative control, {what} that were changed", what in found, found)


def check(name, what, passed, figure):
    print(f"migration: {name}: {what}: {figure}: {'ok' if passed else 'FAILED'}", flush=True)
    if not passed:
        sys.exit(1)


if __name__ == "__main__":
    main()
