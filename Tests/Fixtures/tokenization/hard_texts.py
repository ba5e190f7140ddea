"""Generated texts that tokenizers get wrong, and a vocabulary that shows it; both repeatable."""

import random
import unicodedata

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

# Characters that some rule of some reference treats specially.
ODD = [
    *range(0x00, 0x21), 0x7F, *range(0x80, 0xA1), 0xAD, 0x34F, 0x115F, 0x1160, 0x1680, 0x180E,
    *range(0x2000, 0x2010), 0x2028, 0x2029, 0x202A, 0x202E, 0x202F, 0x205F, *range(0x2060, 0x2070), 0x3000,
    0x3164, 0xFE00, 0xFE0E, 0xFE0F, 0xFEFF, 0xFFA0, 0xFFF9, 0xFFFB, 0xFFFC, 0xFFFD, 0xFFFE, 0xFFFF,
    0x200B, 0x200C, 0x200D, 0x20E3, 0xE0001, 0xE0020, 0xE007F, 0xE0100, 0xE01EF, 0xE000, 0xF8FF, 0xF0000,
    0x10FFFD, 0x10FFFF, 0x378, 0x530, 0x2FE0,
    0x24, 0x2B, 0x3C, 0x3D, 0x3E, 0x5E, 0x60, 0x7C, 0x7E, 0xA2, 0xA3, 0xA6, 0xA9, 0xAC, 0xAE, 0xB0, 0xB4, 0xB7,
    0x37E, 0x387, 0x1FEF, 0x2010, 0x2026, 0x203B, 0x20A9, 0x2190, 0x2212, 0x223C, 0x25CF, 0x2605, 0x3001,
    0x3008, 0x300C, 0x301C, 0x3030, 0x30FB, 0xFF01, 0xFF05, 0xFF0E, 0xFF5E, 0x2E3C, 0x2E4F, 0x2E52, 0x11FFF,
    0x1E95E, 0x10EAD, 0x1173C, 0x16E97,
    0x33FF, 0x3400, 0x4DBF, 0x4DC0, 0x4DFF, 0x4E00, 0x9FFF, 0xA000, 0xF8FF, 0xF900, 0xFA0E, 0xFAD9, 0xFAFF,
    0xFB00, 0x1FFFF, 0x20000, 0x2A6DF, 0x2A6E0, 0x2A6FF, 0x2A700, 0x2B73F, 0x2B740, 0x2B81F, 0x2B820, 0x2B91F,
    0x2B920, 0x2CEAF, 0x2CEB0, 0x2F7FF, 0x2F800, 0x2FA1D, 0x2FA1F, 0x2FA20, 0x30000, 0x3105, 0x3042, 0x30A2,
    0x41, 0x5A, 0xC0, 0xC5, 0xDF, 0x130, 0x131, 0x149, 0x17F, 0x1C4, 0x1C5, 0x1E9E, 0x3A3, 0x3C2, 0x3C3, 0x391,
    0x390, 0x3B0, 0x1F82, 0x1FB7, 0x212A, 0x212B, 0x2126, 0x1D400, 0x10400, 0x1E900, 0x118A0, 0x16E40, 0x13A0,
    0x1C90, 0xAB70, 0x24B6, 0x2C00, 0xA7C7, 0x1D15E, 0xFB2C, 0x958, 0x9DC, 0x2ADC, 0xF73, 0x344, 0x340,
    0x300, 0x301, 0x323, 0x327, 0x32D, 0x334, 0x345, 0x488, 0x5B0, 0x64B, 0x93C, 0x94D, 0x903, 0x302E, 0x302F,
    0x1D165, 0x1D16D, 0x16FF0, 0x1AC0, 0x1DFA, 0x9BE, 0x1100, 0x1112, 0x1113, 0x1161, 0x1175, 0x1176, 0x11A7,
    0x11A8, 0x11C2, 0x11FF, 0xA960, 0xD7B0, 0xD7CB, 0xAC00, 0xAC01, 0xD7A3, 0x3131, 0x314B, 0x3160, 0x3163,
    0x318E, 0xFFA1,
]  # fmt: skip

EMOJI = [
    "\U0001F600", "\U0001F44D\U0001F3FD", "\U0001F468\u200D\U0001F469\u200D\U0001F467", "\u2764\uFE0F", "\u2764",
    "\U0001F1F0\U0001F1F7", "\U0001F971", "\U0001F90F", "\U0001F9BE", "1\uFE0F\u20E3", "\U0001FAE0",
    "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F", "\u263A\uFE0E", "\U0001F921",
]  # fmt: skip

WORDS = [
    "대한민국", "댓글", "공감", "ㅋㅋㅋㅋ", "ㅠㅠ", "정치인들이", "했습니다", "unaffable", "Hello", "WORLD",
    "naïve", "Café", "Ångström", "ΟΔΥΣΣΕΥΣ", "İstanbul", "straße", "Żółć", "gęślą", "Ǆ", "ﬁn", "東京都", "漢字", "カタカナ",
    "ひらがな", "привет", "МОСКВА", "العربية", "שלום", "हिन्दी", "ภาษาไทย", "Việt", "2025", "3.14", "10,000원", "a_b",
    "##ing", "#해시", "@user", "https://example.org/?q=1&r=2", "[CLS]", "[SEP]", "[MASK]", "[UNK]", "[PAD]",
    "[MASK", "MASK]", "[cls]", "[[MASK]]", "[unused0]", "…", "...", "!!!", "~~", "<br/>", "&lt;", "\"인용\"", "'", "`",
]  # fmt: skip


def scalar(random_):
    """A scalar value from anywhere, the planes in use more often than the empty ones."""
    kind = random_.random()
    if kind < 0.35:
        value = random_.choice(ODD)
    elif kind < 0.5:
        value = random_.randrange(0xAC00, 0xD7A4)
    elif kind < 0.6:
        value = random_.randrange(0x20, 0x7F)
    elif kind < 0.75:
        value = random_.randrange(0x80, 0x3400)
    elif kind < 0.85:
        value = random_.randrange(0x3400, 0x10000)
    elif kind < 0.95:
        value = random_.randrange(0x10000, 0x20000)
    else:
        value = random_.randrange(0x20000, 0x110000)
    return 0xFFFD if 0xD800 <= value < 0xE000 else value


def part(random_):
    kind = random_.random()
    if kind < 0.3:
        return random_.choice(WORDS)
    if kind < 0.4:
        return unicodedata.normalize("NFD", random_.choice(WORDS))
    if kind < 0.5:
        return random_.choice(EMOJI)
    if kind < 0.55:
        return "".join(chr(random_.choice([0x1100, 0x1112, 0x1161, 0x1175, 0x11A8, 0x11C2])) for _ in range(4))
    if kind < 0.6:
        return "a" + "".join(chr(random_.choice(ODD[-60:])) for _ in range(random_.randrange(1, 6)))
    if kind < 0.62:
        return "가나다abc"[random_.randrange(6)] * random_.choice([1, 49, 99, 100, 101, 199, 200, 201])
    return "".join(chr(scalar(random_)) for _ in range(random_.randrange(1, 8)))


def text(random_):
    if random_.random() < 0.0003:
        return "".join(random_.choice("가나다라 abcㅋ") for _ in range(10_000))
    if random_.random() < 0.0003:
        return random_.choice(["가", "a", "\u0301", "é", "\u1100\u1161"]) * 10_000
    glue = random_.choice(["", " ", " ", "\n", "\u3000", "\u200D"])
    return glue.join(part(random_) for _ in range(random_.randrange(0, 12)))


def generate(count, seed):
    random_ = random.Random(seed)
    return [text(random_) for _ in range(count)]


def vocabulary(texts, singles, words):
    """Pieces made of the texts' own characters: `singles` of them alone, and `words` longer ones.

    Both the forms as written and decomposed, lower-cased ones are in it, so that a tokenizer that drops,
    keeps or folds a character wrongly gives other ids.
    """
    counts, longer = {}, {}
    for item in texts:
        for form in (item, unicodedata.normalize("NFD", item.lower())):
            for word in form.split():
                for at, character in enumerate(word):
                    for mark in ("", "##"):
                        counts[mark + character] = counts.get(mark + character, 0) + 1
                    for length in (2, 3):
                        piece = ("##" if at else "") + word[at : at + length]
                        if len(word) >= at + length:
                            longer[piece] = longer.get(piece, 0) + 1

    def most(table, size):
        return [key for key, _ in sorted(table.items(), key=lambda entry: (-entry[1], entry[0]))][:size]

    pieces = SPECIAL + [f"[unused{number}]" for number in range(4)]
    known = set(pieces)
    for piece in sorted(most(counts, singles)) + most(longer, words):
        # A piece must survive a vocab.txt: one line, nothing that is cut off at its end.
        if piece not in known and piece == piece.strip() and not set(piece) & set("\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"):
            known.add(piece)
            pieces.append(piece)
    return pieces
