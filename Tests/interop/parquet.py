"""Reads exported Parquet tables as others do, and compares every field with the same export as lines of JSON.

    python parquet.py PARQUET-FOLDER LINES-FOLDER

PARQUET-FOLDER holds the README.md and the tables that splitvote wrote as Parquet, LINES-FOLDER the same rows as JSON lines.
Checks, for each of pyarrow, pandas, Polars and `datasets`, with the figure found:
  1. each split has as many rows as the lines, with the same columns in the same order;
  2. types: ids and texts are strings, votes whole numbers, ratios doubles, moments timestamps in UTC;
  3. every field equals that of the lines;
  4. negative control: one changed field, and one moment an hour off, are noticed.
"""
import datetime
import json
import math
import pathlib
import sys
import tempfile

import datasets
import pandas
import polars
import pyarrow.parquet

MOMENTS = {"created_at", "observed_at"}
WHOLE = {"label", "up", "down", "flip_distance", "vote_burst"}
NUMBERS = {"p_controversial", "weight", "ratio"}


def check(name, passed, figure):
    print(f"parquet: {name}: {figure}: {'ok' if passed else 'FAILED'}")
    if not passed:
        sys.exit(1)


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def moment(value):
    """A moment as seconds since 1970; of a day its first moment in UTC."""
    if isinstance(value, str):
        value = datetime.datetime.fromisoformat(value)
    if value.tzinfo is None:
        value = value.replace(tzinfo=datetime.timezone.utc)
    return value.timestamp()


def same(name, expected, found):
    if found is None or found is pandas.NaT or (isinstance(found, float) and math.isnan(found)):
        return expected is None
    if name in MOMENTS:
        return moment(expected) == moment(found)
    return expected == found


def differences(expected, found):
    if len(expected) != len(found) or (expected and list(expected[0]) != list(found[0])):
        return -1
    return sum(not same(name, value, row[name]) for row, wanted in zip(found, expected) for name, value in wanted.items())


def arrow_type(name):
    if name in MOMENTS:
        return pyarrow.timestamp("us", tz="UTC")
    return pyarrow.int64() if name in WHOLE else pyarrow.float64() if name in NUMBERS else pyarrow.string()


def readers(folder):
    """Name of the reader: split -> rows."""
    files = {path.stem: path for path in folder.glob("*.parquet")}
    yield "pyarrow", {side: pyarrow.parquet.read_table(path).to_pylist() for side, path in files.items()}
    yield "pandas", {side: pandas.read_parquet(path).astype(object).to_dict("records") for side, path in files.items()}
    yield "polars", {side: polars.read_parquet(path).to_dicts() for side, path in files.items()}
    with tempfile.TemporaryDirectory() as cache:
        yield "datasets", {
            side: rows.to_list() for side, rows in datasets.load_dataset(str(folder), cache_dir=cache).items()}


def main():
    folder, other = map(pathlib.Path, sys.argv[1:3])
    expected = {path.stem: lines(path) for path in other.glob("*.jsonl")}
    fields = sum(len(rows) * len(rows[0]) for rows in expected.values() if rows)
    for side in expected:
        schema = pyarrow.parquet.read_schema(folder / f"{side}.parquet")
        wrong = [f"{field.name} {field.type}" for field in schema if field.type != arrow_type(field.name)]
        check(f"{side}: columns of another type than meant", not wrong, wrong or "none")
        compression = {
            pyarrow.parquet.ParquetFile(folder / f"{side}.parquet").metadata.row_group(0).column(0).compression}
        check(f"{side}: compression", compression == {"ZSTD"}, compression)
    for name, found in readers(folder):
        check(f"{name}: rows of each split", {s: len(r) for s, r in found.items()} == {s: len(r) for s, r in expected.items()},
              {side: len(rows) for side, rows in found.items()})
        unlike = {side: differences(expected[side], rows) for side, rows in found.items()}
        check(f"{name}: fields unlike those of the lines", not any(unlike.values()) and fields > 0, f"{unlike} of {fields}")
        for key, spoil in (("document", lambda text: text + " "), ("observed_at", lambda time: time + datetime.timedelta(hours=1))):
            rows = [dict(row) for row in found["train"]]
            rows[0][key] = spoil(rows[0][key])
            check(f"{name}: negative control, {key} changed", differences(expected["train"], rows) == 1, "noticed")
    print(f"parquet: pyarrow {pyarrow.__version__}, pandas {pandas.__version__}, polars {polars.__version__}, "
          f"datasets {datasets.__version__}")


main()
