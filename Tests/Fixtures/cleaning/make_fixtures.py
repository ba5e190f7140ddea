"""Writes cleaning.jsonl: texts and what the published cleaning functions make of them, for TextCleanerTests.

The reference is written out here: `clean()` as KcBERT's README has it for each version, with
`repeat_normalize` as soynlp 0.0.493 has it, and `html.unescape` and `unicodedata.normalize` of Python. The
sentences are this project's own; the rest is drawn from an alphabet of characters that rules treat differently.

Run: python make_fixtures.py      (Python 3.11, Unicode 14.0; `pip install emoji==0.6.0`)
"""
import html
import json
import pathlib
import random
import re
import sys
import unicodedata

import emoji

URL = re.compile(
    r"https?:\/\/(www\.)?[-a-zA-Z0-9@:%._\+~#=]{1,256}\.[a-zA-Z0-9()]{1,6}\b([-a-zA-Z0-9()@:%_\+.~#?&//=]*)")
EMOJIS = "".join(emoji.UNICODE_EMOJI.keys())
PATTERNS = {
    "kcbert-2020": re.compile(f"[^ .,?!/@$%~％·∼()\x00-\x7Fㄱ-힣{EMOJIS}]+"),
    "kcbert-2022": re.compile("[^ .,?!/@$%~％·∼()\x00-\x7Fㄱ-ㅣ가-힣]+"),
}
SPACES = re.compile(r"\s+")


def repeat_normalize(text, shortest_run=4):
    text = re.sub(r"(\w)\1{%d,}" % (shortest_run - 1), r"\1\1", text)
    return SPACES.sub(" ", text).strip()


def clean(text, rules):
    if "entities" in rules:
        text = html.unescape(text)
    if "nfc" in rules:
        text = unicodedata.normalize("NFC", text)
    base = rules[0]
    if base == "none":
        if "urls" in rules:
            text = URL.sub("", text)
        if "repeats" in rules:
            text = re.sub(r"(\w)\1{3,}", r"\1\1", text)
        return text
    text = PATTERNS[base].sub(" ", text)
    # kcbert-2022 then removes emoji with the package emoji; rule 1 has left none.
    text = URL.sub("", text)
    text = text.strip()
    return repeat_normalize(text, 3 if "repeats3" in rules else 4)


SENTENCES = [
    "", " ", "가", "둘로 나뉜 댓글입니다.", "ㅋㅋ", "ㅋㅋㅋ", "ㅋㅋㅋㅋ", "ㅋㅋㅋㅋㅋㅋㅋ 웃기네ㅎㅎㅎㅎ", "5000원이 아니라 50000원!!!!!",
    "정말요?????", "와아아아아아 _____ ------", "\t앞뒤 \u3000공백\u00a0\n\n줄바꿈\r\n ", "大韓民國 만세 漢字", "日本語カタカナ ひらがな",
    "이모지🥳도 👍🏽 남을까 👨‍👩‍👧 🇰🇷 1️⃣ ❤️ ❤", "새 이모지 🫠🫶🥹", "😀😀😀😀😀", "각\u1100\u1161\u11a8 풀어쓴 한글", "e\u0301te\u0301 é",
    "보세요 https://news.example.com/a/1?x=1&y=%20 여기", "http://www.example.com/가나다", "https://example.com입니다", "http://a.b",
    "http://a.bㅋ", "https://a.b/ㅋ", "http://localhost/x", "http://x.(a)b", "http://x.()", "hhttp://www.a.kr https://b", "https://https://a.kr",
    "http://www.a", "http://www..a", "http://a.b.c한", "http://a.b_", "ftp://a.kr http:/a.kr http//a.kr ://", "https://" + "a" * 256 + ".kr!",
    "https://" + "a" * 257 + ".kr!", "https://www." + "a" * 256 + ".kr", "https://a.abcdefg/", "https://a.abcdef/x)가", "ㅋㅋhttp://a.bc ㅋㅋ",
    "가가http://a.kr가가", "http://a.kr@b?c#d가", "http://a.é", "http://a.b٣", "&amp;&lt;&#39;&quot; &nbsp;&hellip;", "&amp;lt;", "&notit; &not; &notin; &AMP",
    "&#x1F600; &#128512 &#0; &#x80; &#xD800; &#x110000; &#99999999999; &#1; &#xFFFE;", "&; &# &#x; &#; &a; & &unknown; &nGt; &NotEqualTilde;",
    "&CounterClockwiseContourIntegral; &CounterClockwiseContourIntegralx", "AT&T R&D &copy2024 &ampㅋ", "٣٣٣٣٣ ⅣⅣⅣⅣ ½½½½ ²²²²²", "ａａａａａ ％％％％ ···· ∼∼∼∼",
    "\x00\x01\x1c\x1f\x7f\x85\u2028\u200b끝", "㉠㉠㉠㉠ ㈜회사 ㎏㎏㎏㎏ ㊗㊗㊗㊗ ㅥㅥㅥㅥ ㆍㆍㆍㆍ ㆎ", "ꀀꀀꀀꀀ ꥠꥡ 힣힣힣힣 ힰ", "𠀀𠀀𠀀𠀀 𝐀𝐀𝐀𝐀", "aAaA aaaa AAAA __ ____",
    "\uac00\u11a8 \u0344 \u0958 \u2126 \uf900 \U0001d160 \u1e9b\u0323 \u0f71\u0f72 a\u0315\u0300\u05ae\u0300b",
]
ALPHABET = list("가나ㅋㅋㅎㅏ힣ㄱㅣㆎabcZ019_ .,?!/@$%~·∼()％-=#&;:\"'") + [
    "\t", "\n", "\r", "\x0b", "\x1d", "\x85", "\u00a0", "\u3000", "\u200d", "\ufe0f", "\u200b", "漢", "字", "あ", "é", "e\u0301", "\u1100", "\u1161",
    "\u11a8", "😀", "👍", "🏽", "🥹", "🇰", "❤", "©", "²", "٣", "㎏", "ꀀ", "\U00020000", "http://", "https://", "www.", ".com", "&amp;", "&lt", "&#x41;",
    "\u0300", "\u0323", "\ufffd", "\U0010ffff",
]
RULES = [
    ["kcbert-2020"], ["kcbert-2022"], ["kcbert-2020", "repeats3"], ["kcbert-2022", "entities", "nfc"], ["kcbert-2020", "nfc"],
    ["none"], ["none", "nfc"], ["none", "entities"], ["none", "urls"], ["none", "repeats"], ["none", "entities", "nfc", "urls", "repeats"],
]


def drawn(count):
    random.seed(2020)
    for _ in range(count):
        text = ""
        for _ in range(random.randint(1, 14)):
            text += random.choice(ALPHABET) * random.choice([1, 1, 1, 2, 3, 4, 5])
        yield text


def main():
    here = pathlib.Path(__file__)
    lines = [json.dumps({
        "python": sys.version.split()[0], "unicode": unicodedata.unidata_version, "emoji": emoji.__version__})]
    for text in SENTENCES + list(drawn(120)):
        cleaned = {" ".join(r): clean(text, r) for r in RULES}
        changed = {name: result for name, result in cleaned.items() if result != text}
        lines.append(json.dumps({"text": text, "changed": changed}, ensure_ascii=False))
    here.with_name("cleaning.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(len(lines) - 1, "texts under", len(RULES), "rules")


if __name__ == "__main__":
    main()
