"""Compares the comments that were exported as Parquet with those that splitvote read of the files, and of a query on them.

    python parquet_again.py STORE AGAIN

STORE is the store that the tables were exported from, AGAIN the one that they were read into, with the sources `files` and
`query`. Checks, with the figure found:
  1. both sources have the same comments, with the same texts, votes, titles and times;
  2. each of them is a comment of the first store, with its votes;
  3. negative control: one vote changed is noticed.
"""
import sqlite3
import sys

QUERY = """
SELECT comment.key, comment.text, current_vote.up, current_vote.down, article.title, article.outlet, comment.created_at
FROM comment JOIN current_vote ON current_vote.comment = comment.id JOIN article ON article.id = comment.article
WHERE comment.source = ? AND comment.status = 'present' ORDER BY comment.key
"""


def check(name, passed, figure):
    print(f"parquet again: {name}: {figure}: {'ok' if passed else 'FAILED'}")
    if not passed:
        sys.exit(1)


def rows(path, source):
    with sqlite3.connect(path) as store:
        return store.execute(QUERY, (source,)).fetchall()


def main():
    first = {f"synthetic:{key}": (text, up, down) for key, text, up, down, *_ in rows(sys.argv[1], "synthetic")}
    files, query = rows(sys.argv[2], "files"), rows(sys.argv[2], "query")
    check("rows of files and of a query", files == query and len(files) > 100, f"{len(files)} and {len(query)}")
    unlike = sum(first.get(key) != (text, up, down) for key, text, up, down, *_ in files)
    check("comments unlike those that were exported", unlike == 0, unlike)
    key, text, up, down, *_ = files[0]
    check("negative control, a vote more", first[key] != (text, up + 1, down), "noticed")


main()
