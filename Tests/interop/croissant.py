"""Reads exported datasets with `mlcroissant` by their croissant.json, and compares every field with the tables.

    python croissant.py FOLDER...

Each folder holds a croissant.json written by splitvote and the tables that it names, as TSV, CSV or JSON lines. Checks, for
each, with the figure found:
  1. the file is valid, and its sets of records are the sides of the tables;
  2. every field of every record equals the table's own, read here without the library. pandas, which the library reads with,
     takes some texts such as NA for missing ones, and in TSV a quotation mark at the beginning of a field for quoting: rows
     with such a field are left out of the copy that is read, and counted;
  3. negative control: a table with one other byte is refused, for its digest is another.
"""
import csv
import hashlib
import importlib.metadata
import json
import logging
import math
import pathlib
import re
import shutil
import sys
import tempfile

import mlcroissant
import pandas

logging.disable(logging.WARNING)
# What pandas takes for missing by default.
MISSING = {"", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
           "NULL", "NaN", "None", "n/a", "nan", "null"}


def read(path):
    """Header and rows of a table, every field as text or as JSON has it."""
    text = path.read_bytes().decode("utf-8")
    if path.suffix == ".tsv":
        lines = text.split("\n")[:-1]
        return lines[0].split("\t"), [line.split("\t") for line in lines[1:]]
    if path.suffix == ".csv":
        with open(path, encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
        return rows[0], rows[1:]
    rows = [json.loads(line) for line in text.split("\n")[:-1]]
    return list(rows[0]), [list(row.values()) for row in rows]


def without_quotes(folder):
    """Takes rows with a field that begins with a quotation mark out of the TSV tables, and says so in croissant.json."""
    path = folder / "croissant.json"
    croissant = json.loads(path.read_text(encoding="utf-8"))
    gone = 0
    for file in croissant["distribution"]:
        table = folder / file["contentUrl"]
        if table.suffix != ".tsv":
            continue
        lines = table.read_bytes().split(b"\n")
        kept = [line for line in lines if not re.search(rb'(^|\t)"', line)]
        gone += len(lines) - len(kept)
        table.write_bytes(b"\n".join(kept))
        file["sha256"] = hashlib.sha256(table.read_bytes()).hexdigest()
        file["contentSize"] = f"{table.stat().st_size} B"
    path.write_text(json.dumps(croissant, ensure_ascii=False), encoding="utf-8")
    return gone


def same(expected, found):
    if isinstance(found, bytes):
        found = found.decode("utf-8")
    if found is None or (isinstance(found, float) and math.isnan(found)):
        return expected is None or expected in MISSING
    if isinstance(found, pandas.Timestamp):
        return pandas.Timestamp(expected).value == found.value
    if isinstance(found, str):
        return expected == found
    # pandas' reader of JSON is now and then wrong in the last digits of a decimal.
    return math.isclose(float(expected), float(found), rel_tol=1e-9)


def check(name, passed, figure):
    print(f"croissant: {name}: {figure}: {'ok' if passed else 'FAILED'}")
    if not passed:
        sys.exit(1)


def compare(folder):
    dataset = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"))
    croissant = json.loads((folder / "croissant.json").read_text(encoding="utf-8"))
    sides = {row["splits/name"]: file["contentUrl"] for row, file in zip(
        croissant["recordSet"][0]["data"], croissant["distribution"])}
    sets = {record_set.id for record_set in dataset.metadata.record_sets}
    different = fields = 0
    for side, table in sides.items():
        records = list(dataset.records(side))
        header, rows = read(folder / table)
        if len(records) != len(rows):
            return sides, sets, -1, fields
        for row, record in zip(rows, records):
            for name, value in zip(header, row):
                fields += 1
                different += not same(value, record[f"{side}/{name}"])
    return sides, sets, different, fields


def main():
    for folder in map(pathlib.Path, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as place:
            copy = pathlib.Path(place) / folder.name
            shutil.copytree(folder, copy)
            gone = without_quotes(copy)
            sides, sets, different, fields = compare(copy)
            check(f"{folder.name}: sets of records", set(sides) | {"splits", "labels"} == sets, sorted(sets))
            note = f", {gone} rows with a quotation mark at the beginning of a field left out" if gone else ""
            check(f"{folder.name}: fields unlike the table's", different == 0 and fields > 0, f"{different} of {fields}{note}")
            table = copy / next(iter(sides.values()))
            data = bytearray(table.read_bytes())
            data[-2] ^= 1
            table.write_bytes(data)
            try:
                compare(copy)
                found = "it was read"
            except Exception as error:
                found = type(error).__name__
            check(f"{folder.name}: negative control, one other byte", found != "it was read", found)
    print(f"croissant: mlcroissant {importlib.metadata.version('mlcroissant')}, pandas {pandas.__version__}")


main()
