"""What a store says, and whether it is whole."""

import hashlib
import os
import shutil
import sqlite3
import tempfile

# What of the store has to be the same, whatever happened on the way. Left out: which run it was, and when.
ROWS = {
    "comments": "SELECT id, source, key, text, text_hash, created_at, status FROM comment ORDER BY id",
    "articles": "SELECT id, source, key, title, outlet, published_at, url FROM article ORDER BY id",
    "votes": "SELECT * FROM vote ORDER BY 1, 2, 3",
    "recounts": "SELECT * FROM recount ORDER BY 1, 2",
    "imported files": "SELECT position, source, name, digest, rows, quarantined, ledger_sum FROM imported_file",
    "labels": "SELECT * FROM labelled_comment ORDER BY key",
    "label sets": "SELECT pipeline, id, rule, counts, ledger_digest FROM label_set ORDER BY id",
    "sample": "SELECT * FROM sample_member ORDER BY 1, 2, 3",
    "split": "SELECT salt, group_key, side FROM split_member ORDER BY 1, 2",
    # The age of the newest observation is told by the clock.
    "made results": "SELECT DISTINCT stage, fingerprint, json_remove(figures, '$.freshness') FROM stage_run"
                    " WHERE verdict IN ('ran', 'cached', 'restored') ORDER BY 1, 2",
    "vectors": "SELECT stage, feature_set.key, comment, hex(row_digest), checksum, hex(vector) FROM feature"
               " JOIN feature_set ON number = feature_set ORDER BY 1, 3",
    "publications": "SELECT path, size FROM publication ORDER BY path",
}


def digests(folder):
    """SHA-256 of each kind of rows."""
    with StoreCopy(folder) as store:
        found = {}
        for name, query in ROWS.items():
            sum_ = hashlib.sha256()
            for row in store.execute(query) if store else []:
                sum_.update(repr(row).replace(folder, "").encode())
            found["store: " + name] = sum_.hexdigest()
        return found


def problems(folder):
    """What is wrong with the store, as SQLite and the records in it tell; empty where nothing is."""
    with StoreCopy(folder) as store:
        if store is None:
            return []
        try:
            found = [row[0] for row in store.execute("PRAGMA integrity_check") if row[0] != "ok"]
            found += [f"foreign key: {row}" for row in store.execute("PRAGMA foreign_key_check")]
            tables = {row[0] for row in store.execute("SELECT name FROM sqlite_schema")}
            if "artifact" in tables:
                found += [
                    f"the store records {path}, which is not there"
                    for (path,) in store.execute("SELECT DISTINCT path FROM artifact WHERE collected_at IS NULL")
                    if not os.path.exists(f"{folder}/artifacts/{path}")]
            return found
        except sqlite3.DatabaseError as error:
            return [str(error)]


class StoreCopy:
    """Opens a copy of the store, its logs included, so that looking at it repairs nothing."""

    def __init__(self, folder):
        self.original = folder + "/state.sqlite"

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="chaos-store-")
        self.connection = None
        for suffix in ("", "-wal", "-journal"):
            if os.path.exists(self.original + suffix):
                shutil.copy(self.original + suffix, self.folder)
        path = self.folder + "/state.sqlite"
        if os.path.exists(path) and os.path.getsize(path) > 0:
            self.connection = sqlite3.connect(path)
        return self.connection

    def __exit__(self, *_):
        if self.connection:
            self.connection.close()
        shutil.rmtree(self.folder, ignore_errors=True)
