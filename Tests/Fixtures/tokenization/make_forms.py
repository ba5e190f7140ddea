"""Writes FrozenForms.swift of the Tokenization module: compatibility decompositions, and what is taken off with accents, as
the Rust `tokenizers` library answers through its Python package.

    python make_forms.py ../../../Sources/Trainer/Tokenization/Tables
"""

import sys
import unicodedata
from pathlib import Path

import tokenizers
from make_tables import HANGUL, SCALARS, mapping, number, runs, scalars
from tokenizers import normalizers

decomposer, composer, stripper = normalizers.NFKD(), normalizers.NFC(), normalizers.StripAccents()


def compositions():
    """First, second and composed scalar value, except of Hangul."""
    out = ""
    for scalar in SCALARS:
        pair = unicodedata.decomposition(chr(scalar)).split()
        if len(pair) == 2 and pair[0][0] != "<" and composer.normalize_str("".join(chr(int(part, 16)) for part in pair)) == chr(scalar):
            out += "".join(map(number, [*(int(part, 16) for part in pair), scalar]))
    return out


def decomposition(scalar):
    return [scalar] if scalar in HANGUL else scalars(decomposer.normalize_str(chr(scalar)))


def lines(digits):
    return "\n".join("        " + digits[at : at + 96] for at in range(0, len(digits), 96))


def main():
    text = f'''// Made by Tests/Fixtures/tokenization/make_forms.py; do not edit.

/// Normalization as generated text; see ``FrozenTables`` for its form.
enum FrozenForms {{
    static let version = "tokenizers {tokenizers.__version__}"
    /// Full compatibility decompositions except of Hangul: distance to the entry before, length, scalar values.
    static let compatibility: StaticString = """
{lines(mapping(decomposition))}
        """
    /// Canonical compositions except of Hangul: first, second, composed.
    static let compositions: StaticString = """
{lines(compositions())}
        """
    /// Runs over all code points: length, 1 for marks.
    static let marks: StaticString = """
{lines(runs(lambda scalar: int(stripper.normalize_str(chr(scalar)) == "")))}
        """
}}
'''
    (Path(sys.argv[1]) / "FrozenForms.swift").write_text(text)


if __name__ == "__main__":
    main()
