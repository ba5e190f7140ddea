"""Writes FrozenScripts.swift of the Tokenization module: the script of each scalar value, by Python's package regex, as
sentencepiece compares them: Hiragana and Katakana are Han, so is the long vowel mark, and what has no script is Common.

    python make_scripts.py ../../../Sources/Trainer/Tokenization/Tables
"""

import sys
from pathlib import Path

import regex
from make_tables import runs

COMMON, HAN = "Common", "Han"
AS_HAN = ("Hiragana", "Katakana")


def main():
    every = "".join(chr(scalar) for scalar in range(0x110000))
    names = {number: name for name, number in reversed(regex._regex.get_properties()["SCRIPT"][1].items())}
    scripts = [names_to_number(COMMON, names)] * 0x110000
    for number, name in names.items():
        if number > 0:
            number = names_to_number(HAN, names) if name in map(str.upper, AS_HAN) else number
            for match in regex.finditer(rf"\p{{Script={name}}}+", every):
                scripts[match.start() : match.end()] = [number] * (match.end() - match.start())
    scripts[0x30FC] = names_to_number(HAN, names)
    digits = runs(scripts.__getitem__)
    lines = "\n".join("        " + digits[at : at + 96] for at in range(0, len(digits), 96))
    text = f'''// Made by Tests/Fixtures/tokenization/make_scripts.py; do not edit.

/// Scripts of characters as generated text; see ``FrozenTables`` for its form.
enum FrozenScripts {{
    static let version = "regex {regex.__version__}"
    /// Runs over all code points: length, a number for each script.
    static let scripts: StaticString = """
{lines}
        """
}}
'''
    (Path(sys.argv[1]) / "FrozenScripts.swift").write_text(text)


def names_to_number(name, names):
    return next(number for number, other in names.items() if other == name.upper())


if __name__ == "__main__":
    main()
