#!/usr/bin/env python3
"""Makes tfidf.json beside it: what scikit-learn's TfidfVectorizer and LogisticRegression make of made-up texts.

    python3 -m venv venv && venv/bin/pip install scikit-learn==1.9.1 numpy==2.4.6
    venv/bin/python make_fixture.py
"""
import json
import pathlib
import random

import numpy
import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

HERE = pathlib.Path(__file__).parent

# White space, case and letters that programs disagree on.
HARD = [
    "", " ", "a", "가", "나 는 학교 에 감", "ㅋㅋㅋㅋ ㅠㅠ 아ㅏㅏ", "Straße GROSS ẞ İstanbul ΟΔΥΣΣΕΥΣ Σ ΑΣ. ΣΑ Α'Σ",
    "tab\tnew\nline\r\ntwo  spaces", "\u00a0no\u00a0\u00a0break\u3000wide \u2003em\u200bzero\u2028line\x1cfs\x85nel",
    "e\u0301 is two, é is one; 각 각", "snake_case x2 ½ Ⅷ ² 三 _ __ a_ 1 22", "👍🏽 emoji👨‍👩‍👧 tail",
    "don't can't 'quoted' (paren) [x]", "a b c d e", "same same same SAME", "ÀÉ àé Ǆ ǅ ﬁ Ａｂｃ",
]
WORDS = (
    "정부 대책 이 문제 다 정말 좋은 기사 최고 최악 기자 님 수고 하셨습니다 세금 낭비 그만 국회 의원 반성 해라 ㅋㅋ ㅎㅎ the Market IS up down 2025년 "
    "물가 금리 집값 교육 아이들 미래 걱정 됩니다 응원 합니다 파이팅 무능 책임 져라 사과 먼저 공감 비공감 ... !! ??"
).split()


def texts(count, seed):
    draw = random.Random(seed)
    rows = []
    for _ in range(count):
        row = "".join(draw.choice(WORDS) + draw.choice([" ", " ", " ", "  ", "", "\t"]) for _ in range(draw.randint(1, 14)))
        rows.append(row)
    return rows


def matrix(rows):
    rows.sort_indices()
    return {
        "starts": rows.indptr.tolist(), "columns": rows.indices.tolist(), "values": rows.data.tolist(),
        "column_count": rows.shape[1],
    }


def case(name, train, other, classes=None, c=1.0, **options):
    vectorizer = TfidfVectorizer(**options)
    fitted = vectorizer.fit_transform(train)
    result = {
        "name": name, "unit": options.get("analyzer", "word"), "lengths": list(options.get("ngram_range", (1, 1))),
        "lowercase": options.get("lowercase", True), "least_texts": options.get("min_df", 1),
        "most_features": options.get("max_features"), "sublinear": options.get("sublinear_tf", False),
        "least_word_length": 1 if "token_pattern" in options else 2,
        "texts": train, "others": other, "ngrams": vectorizer.get_feature_names_out().tolist(),
        "inverse_frequencies": vectorizer.idf_.tolist(), "rows": matrix(fitted),
        "other_rows": matrix(vectorizer.transform(other)),
    }
    if classes:
        draw = numpy.random.default_rng(5)
        labels = [(len(t) + int(draw.integers(0, 2))) % classes for t in train]
        weights = draw.uniform(0.5, 2, len(train))
        model = LogisticRegression(C=c, tol=1e-12, max_iter=100_000)
        model.fit(fitted, labels, sample_weight=weights)
        result["fit"] = {
            "c": c, "classes": classes, "labels": labels, "weights": weights.tolist(),
            "probabilities": model.predict_proba(vectorizer.transform(other)).flatten().tolist(),
            "coefficients": model.coef_.flatten().tolist(), "intercepts": model.intercept_.tolist(),
        }
    return result


some, others = texts(80, 1), texts(20, 2) + HARD
one = r"(?u)\b\w+\b"
cases = [
    case("hard texts by characters", HARD, others, analyzer="char", ngram_range=(1, 3)),
    case("hard texts by characters in words", HARD, others, analyzer="char_wb", ngram_range=(2, 4)),
    case("hard texts by words", HARD, others, token_pattern=one, ngram_range=(1, 2)),
    case("hard texts with case", HARD, others, analyzer="char_wb", ngram_range=(1, 2), lowercase=False),
    case("default words", some, others, classes=2),
    case("long runs of short words", HARD, others, analyzer="char_wb", ngram_range=(4, 6)),
    case("characters in words, as comments are read", some, others, classes=2, c=4.0, analyzer="char_wb",
         ngram_range=(1, 5), min_df=2, sublinear_tf=True),
    case("three classes", some, others, classes=3, c=0.5, analyzer="char_wb", ngram_range=(1, 3), min_df=3),
    case("runs of words in some texts", texts(60, 9), others, token_pattern=one, ngram_range=(1, 3), min_df=2),
]
document = {"versions": {"scikit-learn": sklearn.__version__, "numpy": numpy.__version__}, "cases": cases}
(HERE / "tfidf.json").write_text(json.dumps(document, ensure_ascii=True, separators=(",", ":")) + "\n")
