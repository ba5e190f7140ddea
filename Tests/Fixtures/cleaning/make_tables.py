"""Writes the Unicode, emoji and HTML tables of the cleaning rules to Sources/Dataset/TextCleaning.

They are frozen: a newer toolchain or Python must not change what a named rule does to a text.

- Word characters: what `\\w` matches in Python's `re`, that is `str.isalnum()` and the underscore.
- Emoji of 2020: every code point in the keys of `emoji.UNICODE_EMOJI` of the package emoji 0.6.0, the version
  that KcBERT's README names (`emoji ~= 0.6.0`).
- Canonical decompositions, combining classes and compositions, for NFC.
- The named character references of HTML 5, from `html.entities.html5`.

Run: python make_tables.py        (Python 3.11 with Unicode 14.0; `pip install emoji==0.6.0`)
"""
import html.entities
import pathlib
import sys
import unicodedata

import emoji

SOURCES = pathlib.Path(__file__).resolve().parents[3] / "Sources" / "Dataset" / "TextCleaning"
WIDTH = 100


def ranges(points):
    out = []
    for point in sorted(points):
        if out and out[-1][1] == point - 1:
            out[-1][1] = point
        else:
            out.append([point, point])
    return " ".join(f"{a:X}" if a == b else f"{a:X}-{b:X}" for a, b in out)


def wrapped(text):
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > WIDTH:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return lines + [line]


def literal(name, comment, text):
    body = " \\\n".join("        " + line for line in wrapped(text))
    return f'    /// {comment}\n    static let {name}: StaticString = """\n{body}\n        """\n'


def write(file, head, tables):
    text = "// Made by Tests/Fixtures/cleaning/make_tables.py; do not edit.\n"
    text += f"// Python {sys.version.split()[0]}, Unicode {unicodedata.unidata_version}, emoji {version}.\n\n"
    text += f"/// {head}\nenum {file} {{\n" + "\n".join(tables) + "}\n"
    (SOURCES / f"{file}.swift").write_text(text, encoding="utf-8")


version = emoji.__version__
scalars = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
word = [c for c in scalars if chr(c).isalnum() or c == 0x5F]
space = [c for c in scalars if chr(c).isspace()]
emoji2020 = {ord(c) for key in emoji.UNICODE_EMOJI for c in key}
write("CharacterTables", "Sets of code points, as hexadecimal ranges between spaces.", [
    literal("word", "Letters, numbers and the underscore: `\\w` of Python's `re`.", ranges(word)),
    literal("space", "White space: `\\s` of Python's `re`, and what `str.strip()` removes.", ranges(space)),
    literal("emoji2020", "Code points in the keys of `emoji.UNICODE_EMOJI`, emoji 0.6.0.", ranges(emoji2020)),
])

# Canonical decompositions one step deep, without Hangul, which is computed.
decompositions, classes, compositions = {}, {}, set()
for c in scalars:
    klass = unicodedata.combining(chr(c))
    if klass:
        classes.setdefault(klass, []).append(c)
    parts = unicodedata.decomposition(chr(c))
    if parts and not parts.startswith("<"):
        decompositions[c] = [int(p, 16) for p in parts.split()]
        if len(decompositions[c]) == 2 and unicodedata.normalize("NFC", chr(c)) == chr(c):
            compositions.add(c)
write("NormalizationTables", "What NFC needs to know, in hexadecimal.", [
    literal("composed", "Pairs that compose, as whole=first+second.", " ".join(
        f"{c:X}={decompositions[c][0]:X}+{decompositions[c][1]:X}" for c in sorted(compositions))),
    literal("decomposedOnly", "Code points that only decompose, as whole=parts.", " ".join(
        f"{c:X}=" + "+".join(f"{p:X}" for p in parts)
        for c, parts in sorted(decompositions.items()) if c not in compositions)),
    literal("classes", "Combining classes other than 0, as class:code points.", " ".join(
        f"{k}:" + ranges(v).replace(" ", ",") for k, v in sorted(classes.items()))),
])

write("EntityTable", "Named character references of HTML 5.", [
    literal("names", "As name=code points in hexadecimal; some names have no semicolon.", " ".join(
        f"{name}=" + "+".join(f"{ord(c):X}" for c in value)
        for name, value in sorted(html.entities.html5.items()))),
])
print(len(word), "word,", len(space), "space,", len(emoji2020), "emoji code points;",
      len(decompositions), "decompositions;", len(html.entities.html5), "names")
