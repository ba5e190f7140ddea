"""Loads exported datasets with Hugging Face's `datasets` by their cards, and compares every field with the tables.

    python cards.py FOLDER...

Each folder holds a README.md written by splitvote and the tables that it names, as TSV, CSV or JSON lines. Checks, for
each, with the figure found:
  1. `load_dataset(folder)` finds the splits and columns of the card, and as many rows as the tables have;
  2. every field equals the table's own, read here without the library, texts after undoing TSV's escapes;
  3. negative control: the same folder without the card's reader options must not give the same texts (TSV only).
"""
import csv
import datetime
import json
import pathlib
import re
import shutil
import sys
import tempfile

import datasets
import yaml

PLAIN = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}


def unescape(text):
    return re.sub(r"\\(.)", lambda found: PLAIN[found[1]], text)


def read(path):
    """Header and rows of a table, every field as text; None where JSON has null."""
    text = path.read_bytes().decode("utf-8")
    if path.suffix == ".tsv":
        lines = text.split("\n")[:-1]
        return lines[0].split("\t"), [[unescape(field) for field in line.split("\t")] for line in lines[1:]]
    if path.suffix == ".csv":
        rows = list(csv.reader(text.splitlines(keepends=True))) if "\r" not in text.replace("\r\n", "") else None
        if rows is None:  # a lone CR inside quotation marks: the csv module wants the stream as it is
            with open(path, encoding="utf-8", newline="") as stream:
                rows = list(csv.reader(stream))
        return rows[0], rows[1:]
    rows = [json.loads(line) for line in text.split("\n")[:-1]]
    return list(rows[0]), [list(row.values()) for row in rows]


def moment(text):
    """A date or time that Arrow's JSON reader takes for one, as it gives it back."""
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.tzinfo:
        found = found.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    return found.strftime("%Y-%m-%d %H:%M:%S")


def same(expected, found, escaped):
    if isinstance(found, str) and isinstance(expected, str):
        # Of JSON lines the library makes dates where all of a column look like dates, and texts again of these; the card
        # says so.
        return expected == (unescape(found) if escaped else found) or (not escaped and moment(expected) == found)
    if found is None:
        return expected in (None, "")
    return float(expected) == float(found)


def front_matter(folder):
    return yaml.safe_load((folder / "README.md").read_text(encoding="utf-8").split("---\n")[1])


def load(folder):
    # A cache of its own: the library would take an edited folder for the one that it knows.
    with tempfile.TemporaryDirectory() as cache:
        return {name: split.to_list() for name, split in datasets.load_dataset(str(folder), cache_dir=cache).items()}


def differences(folder, data):
    card = front_matter(folder)
    count = fields = 0
    for table in card["configs"][0]["data_files"]:
        header, rows = read(folder / table["path"])
        escaped = table["path"].endswith(".tsv")
        found = data[table["split"]]
        if len(found) != len(rows) or (found and list(found[0]) != header):
            return -1, fields
        for expected, row in zip(rows, found):
            for value, name in zip(expected, header):
                fields += 1
                count += not same(value, row[name], escaped)
    return count, fields


def check(name, passed, figure):
    print(f"cards: {name}: {figure}: {'ok' if passed else 'FAILED'}")
    if not passed:
        sys.exit(1)


def main():
    for folder in map(pathlib.Path, sys.argv[1:]):
        card = front_matter(folder)
        data = load(folder)
        features = [feature["name"] for feature in card["dataset_info"]["features"]]
        rows = {table["split"]: len(read(folder / table["path"])[1]) for table in card["configs"][0]["data_files"]}
        told = sum(int(count) for count in re.findall(r"^\| .* \| `.*` \| (\d+)", (folder / "README.md").read_text(), re.M))
        check(
            f"{folder.name}: rows of each split", told == sum(rows.values())
            and {name: len(found) for name, found in data.items()} == rows, rows)
        check(f"{folder.name}: columns", all(list(row) == features for found in data.values() for row in found), features)
        different, fields = differences(folder, data)
        check(f"{folder.name}: fields unlike the table's", different == 0 and fields > 0, f"{different} of {fields}")
        if not any(table["path"].endswith(".tsv") for table in card["configs"][0]["data_files"]):
            continue
        with tempfile.TemporaryDirectory() as place:
            spoiled = pathlib.Path(place) / folder.name
            shutil.copytree(folder, spoiled)
            text = (spoiled / "README.md").read_text(encoding="utf-8")
            (spoiled / "README.md").write_text(re.sub(r"  (quoting|keep_default_na): .*\n", "", text), encoding="utf-8")
            try:
                different, _ = differences(spoiled, load(spoiled))
                figure = f"{different} fields differ"
            except Exception as error:
                different, figure = 1, f"does not load ({type(error).__name__})"
            check(f"{folder.name}: negative control, without reader options", different != 0, figure)
    print(f"cards: datasets {datasets.__version__}")


main()
