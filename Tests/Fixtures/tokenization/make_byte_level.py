"""Writes FrozenClasses.swift of the Tokenization module: what the pattern of byte-level tokenizers takes each scalar
value for, as the Rust `tokenizers` library answers through its Python package.

    python make_byte_level.py ../../../Sources/Trainer/Tokenization/Tables
"""

import sys
from pathlib import Path

import tokenizers
from make_tables import runs
from tokenizers import pre_tokenizers

OTHER, LETTER, NUMBER, SPACE = range(4)
cutter = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)


def joins(first, second):
    return len(cutter.pre_tokenize_str(first + second)) == 1


def kind(scalar):
    character = chr(scalar)
    for name, probe in (LETTER, "a"), (NUMBER, "1"), (OTHER, "!"):
        if joins(probe, character):
            return name
    return SPACE


def main():
    digits = runs(kind)
    lines = "\n".join("        " + digits[at : at + 96] for at in range(0, len(digits), 96))
    text = f'''// Made by Tests/Fixtures/tokenization/make_byte_level.py; do not edit.

/// Classes of characters as generated text; see ``FrozenTables`` for its form.
enum FrozenClasses {{
    static let version = "tokenizers {tokenizers.__version__}"
    /// Runs over all code points: length, ``LetterClasses/Class``.
    static let classes: StaticString = """
{lines}
        """
}}
'''
    (Path(sys.argv[1]) / "FrozenClasses.swift").write_text(text)


if __name__ == "__main__":
    main()
