"""Writes the frozen Unicode tables of the Tokenization module.

Every scalar value is put to the reference implementations themselves, so the tables say what they do,
not what some edition of the Unicode database says they should do:

    FrozenTables+HuggingFace.swift   the Rust `tokenizers` library, through its Python package
    FrozenTables+Python.swift        Python's `str` and `unicodedata`, which google-research/bert and the
                                     slow Hugging Face tokenizer are written in

Run it with a Python that has `tokenizers`, and name the folder to write to:

    python make_tables.py ../../../Sources/Trainer/Tokenization/Tables
"""

import platform
import sys
import unicodedata
from pathlib import Path

import tokenizers
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
SCALARS = [*range(0xD800), *range(0xE000, 0x110000)]
HANGUL = range(0xAC00, 0xD7A4)

DROPPED, SPACE, PUNCTUATION, SEPARATOR, NONSPACING, WORD, CASED, IGNORABLE = (1 << bit for bit in range(8))
OTHER = 1 << 8


def number(value):
    """Little-endian digits of five bits; the sixth bit says that another digit follows."""
    out = ""
    while value >= 32:
        out += DIGITS[32 | value & 31]
        value >>= 5
    return out + DIGITS[value]


def runs(value_of):
    """Lengths and values of runs of equal values over all code points, surrogates included as 0."""
    values = [0] * 0x110000
    for scalar in SCALARS:
        values[scalar] = value_of(scalar)
    out, start = "", 0
    for at in range(1, 0x110001):
        if at == 0x110000 or values[at] != values[start]:
            out += number(at - start) + number(values[start])
            start = at
    return out


def mapping(image_of):
    """Each scalar whose image is not itself: distance to the one before, length, images."""
    out, before = "", 0
    for scalar in SCALARS:
        image = image_of(scalar)
        if image != [scalar]:
            out += number(scalar - before) + number(len(image)) + "".join(number(item) for item in image)
            before = scalar
    return out


def triples(rows):
    return "".join(number(item) for row in rows for item in row)


def scalars(text):
    return [ord(character) for character in text]


def decomposed(nfd):
    """Canonical decompositions without the Hangul syllables, which follow a formula."""

    def image(scalar):
        result = scalars(nfd(chr(scalar)))
        if scalar in HANGUL:
            index = scalar - 0xAC00
            parts = [0x1100 + index // 588, 0x1161 + index % 588 // 28]
            parts += [0x11A7 + index % 28] if index % 28 else []
            assert result == parts, hex(scalar)
            return [scalar]
        return result

    return image


def combining_classes(nfd):
    """Canonical combining classes, read off the order in which `nfd` puts marks.

    `known` holds one mark of every class; a mark of unknown class is compared with each of them.
    """
    low, high = "\u0334", "\u0345"  # classes 1 and 240, the ends

    def swaps(first, second):
        return first != second and nfd("a" + first + second) == "a" + second + first

    def moves(mark):
        return mark in (low, high) or nfd(mark) == mark and (swaps(mark, low) or swaps(high, mark))

    known = {}
    for scalar in SCALARS:
        combining = unicodedata.combining(chr(scalar))
        if combining and combining not in known and moves(chr(scalar)):
            known[combining] = chr(scalar)

    def of(scalar):
        mark = chr(scalar)
        if not moves(mark):
            return 0
        (level,) = [
            level for level, other in known.items() if not swaps(mark, other) and not swaps(other, mark)
        ]
        return level

    return of


def hugging_face():
    clean = normalizers.BertNormalizer(
        clean_text=True, handle_chinese_chars=False, strip_accents=False, lowercase=False
    ).normalize_str
    strip = normalizers.BertNormalizer(
        clean_text=False, handle_chinese_chars=False, strip_accents=True, lowercase=False
    ).normalize_str
    nfd = normalizers.NFD().normalize_str
    lower = normalizers.Lowercase().normalize_str
    split = pre_tokenizers.BertPreTokenizer().pre_tokenize_str

    single = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    single.add_special_tokens([AddedToken("XY", single_word=True, normalized=False)])
    found = single.token_to_id("XY")
    texts = ["XY" + chr(scalar) for scalar in SCALARS]
    word = {
        scalar: found not in encoding.ids
        for scalar, encoding in zip(SCALARS, single.encode_batch(texts, add_special_tokens=False))
    }

    def properties(scalar):
        character = chr(scalar)
        bits = 0
        cleaned = clean("a" + character + "b")
        if cleaned == "ab":
            bits |= DROPPED
        elif cleaned == "a b":
            bits |= SPACE
        else:
            assert cleaned == "a" + character + "b", hex(scalar)
        parts = [part for part, _ in split("a" + character + "b")]
        if parts == ["a", "b"]:
            bits |= SEPARATOR
        elif parts == ["a", character, "b"]:
            bits |= PUNCTUATION
        else:
            assert parts == ["a" + character + "b"], hex(scalar)
        if nfd(character) == character and strip("a" + character + "b") == "ab":
            bits |= NONSPACING
        if word[scalar]:
            bits |= WORD
        return bits

    return {
        "name": "huggingFace",
        "of": "the Rust library `tokenizers` takes each scalar value for",
        "version": f"tokenizers {tokenizers.__version__}",
        "properties": runs(properties),
        "combiningClasses": runs(combining_classes(nfd)),
        "decompositions": mapping(decomposed(nfd)),
        "lowercase": mapping(lambda scalar: scalars(lower(chr(scalar)))),
        "compositions": "",
    }


def python():
    def properties(scalar):
        character = chr(scalar)
        category = unicodedata.category(character)
        bits = 0
        if character in "\t\n\r " or category == "Zs":
            bits |= SPACE
        elif scalar in (0, 0xFFFD) or category in ("Cc", "Cf"):
            bits |= DROPPED
        if category.startswith("C") and not bits & SPACE or scalar == 0xFFFD:
            bits |= OTHER
        if category.startswith("P") or 33 <= scalar < 127 and not character.isalnum():
            bits |= PUNCTUATION
        if character.isspace():
            bits |= SEPARATOR
        if category == "Mn":
            bits |= NONSPACING
        # Which characters the rule for a final sigma looks past, and which it looks for.
        after_hyphen = ("-" + character + "\u03A3").lower()[-1] == "\u03C2"
        after_letter = ("A" + character + "\u03A3").lower()[-1] == "\u03C2"
        if after_hyphen:
            bits |= CASED
        elif after_letter:
            bits |= IGNORABLE
        return bits

    def nfd(text):
        return unicodedata.normalize("NFD", text)

    pairs = []
    for scalar in SCALARS:
        if scalar in HANGUL:
            continue
        parts = unicodedata.decomposition(chr(scalar)).split()
        composed = unicodedata.normalize("NFC", chr(scalar)) == chr(scalar)
        if composed and len(parts) == 2 and "<" not in parts[0]:
            pairs.append((int(parts[0], 16), int(parts[1], 16), scalar))
    asked = combining_classes(nfd)  # checks that way of asking where the answer is known
    for scalar in range(0x300, 0x1000):
        character = chr(scalar)
        assert nfd(character) != character or asked(scalar) == unicodedata.combining(character), hex(scalar)
    return {
        "name": "python",
        "of": "Python's `str` and `unicodedata` take each scalar value for",
        "version": f"Unicode {unicodedata.unidata_version} (Python {platform.python_version()})",
        "properties": runs(properties),
        "combiningClasses": runs(lambda scalar: unicodedata.combining(chr(scalar))),
        "decompositions": mapping(decomposed(nfd)),
        "lowercase": mapping(lambda scalar: scalars(chr(scalar).lower())),
        "compositions": triples(pairs),
    }


def swift(tables):
    def literal(text):
        lines = [text[at : at + 96] for at in range(0, len(text), 96)]
        return '"""\n' + "".join(f"            {line}\n" for line in lines) + '            """'

    fields = ["properties", "combiningClasses", "decompositions", "lowercase", "compositions"]
    body = ",\n".join(f"        {field}: {literal(tables[field])}" for field in fields)
    return f"""// Made by Tests/Fixtures/tokenization/make_tables.py; do not edit.

extension FrozenTables {{
    /// What {tables["of"]}.
    static let {tables["name"]} = FrozenTables(
        version: "{tables["version"]}",
{body}
    )
}}
"""


def main():
    folder = Path(sys.argv[1])
    for name, tables in (("HuggingFace", hugging_face()), ("Python", python())):
        path = folder / f"FrozenTables+{name}.swift"
        path.write_text(swift(tables), encoding="utf-8")
        print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
