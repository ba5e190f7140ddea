"""The tokenizer of google-research/bert, from the description of its tokenization.py: cleaning, spaces around
ideographs, words, case and accents, punctuation, greedy pieces of at most 200 characters."""

import unicodedata

IDEOGRAPHS = [
    (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
]  # fmt: skip


def clean(text):
    kept = []
    for character in text:
        category = unicodedata.category(character)
        if character in " \t\n\r" or category == "Zs":
            kept.append(" ")
        elif character not in "\0\ufffd" and category not in ("Cc", "Cf"):
            kept.append(character)
    return "".join(kept)


def space_ideographs(text):
    return "".join(
        f" {character} " if any(low <= ord(character) <= high for low, high in IDEOGRAPHS) else character
        for character in text
    )


def fold(word):
    decomposed = unicodedata.normalize("NFD", word.lower())
    return "".join(character for character in decomposed if unicodedata.category(character) != "Mn")


def is_punctuation(character):
    ascii_symbol = "!" <= character <= "~" and not character.isalnum()
    return ascii_symbol or unicodedata.category(character).startswith("P")


def split_punctuation(word):
    return "".join(f" {character} " if is_punctuation(character) else character for character in word)


class Tokenizer:
    def __init__(self, vocab, lowercase):
        rows = vocab.read_text(encoding="utf-8").split("\n")
        self.ids = {row.strip(): number for number, row in enumerate(rows[:-1])}
        self.lowercase = lowercase

    def pieces(self, word):
        found, start = [], 0
        if len(word) > 200:
            return [self.ids["[UNK]"]]
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = ("##" if start else "") + word[start:end]
                if piece in self.ids:
                    found.append(self.ids[piece])
                    start = end
                    break
            else:
                return [self.ids["[UNK]"]]
        return found

    def encode(self, text):
        ids = [self.ids["[CLS]"]]
        for word in space_ideographs(clean(text)).split():
            for part in split_punctuation(fold(word) if self.lowercase else word).split():
                ids += self.pieces(part)
        return [*ids, self.ids["[SEP]"]]
