#!/usr/bin/env python3
"""Makes answers.json: made-up questions and answers, with the scores that the data sets' own programs give them.

    python3 -m venv venv && venv/bin/pip install transformers==4.44.2 numpy
    venv/bin/python make_answers.py

The scores of SQuAD 2.0 and the best thresholds are those of `squad_evaluate` of transformers.data.metrics.squad_metrics, which is SQuAD's
evaluate-v2.0.py. Those of SQuAD 1.1, KorQuAD 1.0 and KLUE-MRC are written here from what their programs do:

- SQuAD 1.1: the same words; F1 is 0 where nothing is shared, and right answers without words count;
- KorQuAD 1.0: ' " 《 》 < > 〈 〉 ( ) ‘ ’ become blanks, then lower case, no ASCII punctuation, single blanks; F1 of characters;
- KLUE-MRC: lower case, a pattern that finds but one of ' " 《 》 < > 〈 〉 before "()‘’", no ASCII punctuation, single blanks;
  ROUGE-W is F1 of `difflib.SequenceMatcher(None, prediction, label).find_longest_match`, which leaves frequent characters out of labels
  of at least 200.

`search` holds the answers that are found over windows of scores: of each window the 20 best beginnings and ends by score, both in the
context, an end not before the beginning, at most 30 tokens, and the beginning where the window shows the most around it (the shorter
side plus 0.01 · length, of equals the first); then the best of all windows. The score at token t of window w of case c is
4 · cos(0.731 · (t + 1) · (w + 2) + 1.3 · c) for beginnings and 4 · cos(0.417 · (t + 1) · (w + 3) + 2.1 · c) for ends.
"""
import collections
import difflib
import json
import math
import pathlib
import random
import re
import string
import types

from transformers.data.metrics import squad_metrics

CASES, QUESTIONS = 1000, 40
PIECES = [
    "the", "The", "a", "an", "AN", "서울", "부산", "이순신", "1592년", "2", "(", ")", "〈", "〉", "《", "》", "‘", "’", "'", '"', ".", ",", "-",
    "_", "a_b", "the가", "가the", "É", "café", "ΟΔΟΣ", "Σ", "İ", "ß", "New", "York", "new", "  ", "\t", "\u3000", "\xa0", "\x1c", "é", "①", "½",
    "《()‘’", "〈()‘’x",
]


def text(source, most=6):
    count = source.randint(0, most)
    return source.choice(["", " "]).join(source.choice(PIECES) for _ in range(count))


def long(source):
    base = "".join(source.choice("가나다라마바사 아자차카타파하") for _ in range(source.randint(180, 260)))
    cut = source.randint(0, 40)
    return base, base[cut:cut + source.randint(1, 200)] + text(source, 2)


def question(source):
    if source.random() < 0.05:
        answer, prediction = long(source)
        return [answer], prediction
    answers = [text(source) for _ in range(source.randint(1, 3))]
    answers = [answer for answer in answers if answer]
    roll = source.random()
    if roll < 0.3 and answers:
        prediction = source.choice(answers)
    elif roll < 0.5 and answers:
        prediction = source.choice(answers) + " " + text(source, 2)
    else:
        prediction = text(source)
    return ([] if source.random() < 0.25 else answers), prediction or "서울"


def words(value):
    return squad_metrics.normalize_answer(value).split()


def f1(own, wanted):
    same = sum((collections.Counter(own) & collections.Counter(wanted)).values())
    if same == 0:
        return 0.0
    precision, recall = same / len(own), same / len(wanted)
    return 2 * precision * recall / (precision + recall)


def without_punctuation(value):
    return "".join(c for c in value if c not in set(string.punctuation))


def korquad_words(value):
    return without_punctuation(re.sub("['\"《》<>〈〉()‘’]", " ", value).lower()).split()


def klue_text(value):
    value = re.sub(r"[\'\"《》<>〈〉]\(\)\‘\’", " ", value.lower())
    return " ".join(without_punctuation(value).split())


def rouge(prediction, label):
    if label == "":
        return float(prediction == label)
    run = difflib.SequenceMatcher(None, prediction, label).find_longest_match(0, len(prediction), 0, len(label)).size
    precision, recall = run / len(prediction) if prediction else 0.0, run / len(label)
    return 0.0 if precision + recall == 0 else 2 * precision * recall / (precision + recall)


def scores(prediction, answers):
    result = {}
    if answers:
        result["squad1_em"] = max(float(words(prediction) == words(answer)) for answer in answers)
        result["squad1_f1"] = max(f1(words(prediction), words(answer)) for answer in answers)
        characters = lambda value: list("".join(korquad_words(value)))
        result["korquad_em"] = max(float(korquad_words(prediction) == korquad_words(answer)) for answer in answers)
        result["korquad_f1"] = max(f1(characters(prediction), characters(answer)) for answer in answers)
    labels = [klue_text(answer) for answer in answers] or [""]
    result["klue_em"] = max(float(klue_text(prediction) == label) for label in labels)
    result["klue_rouge_w"] = max(rouge(klue_text(prediction), label) for label in labels)
    return result


def squad(questions, threshold):
    examples = [types.SimpleNamespace(qas_id=n, answers=[{"text": a} for a in q["answers"]]) for n, q in enumerate(questions)]
    predictions = {n: q["prediction"] for n, q in enumerate(questions)}
    found = squad_metrics.squad_evaluate(examples, predictions, {n: q["difference"] for n, q in enumerate(questions)}, threshold)
    names = {
        "exact": "squad_em", "f1": "squad_f1", "HasAns_exact": "has_answer_em", "HasAns_f1": "has_answer_f1",
        "NoAns_exact": "no_answer_em", "best_exact": "best_exact", "best_f1": "best_f1"}
    result = {name: found[key] / 100 for key, name in names.items() if key in found}
    return result | {"best_exact_thresh": found["best_exact_thresh"], "best_f1_thresh": found["best_f1_thresh"]}


def search(case):
    pieces, asked, longest, step = 20 + case % 90, 2 + case % 5, 24 + case % 40, 7 + case % 13
    size = longest - asked - 3
    windows, start = [], 0
    while True:
        windows.append((start, min(size, pieces - start)))
        if start + size >= pieces:
            break
        start += min(size, step)

    def shows(window, piece):
        first, count = windows[window]
        if not first <= piece < first + count:
            return -1
        return min(piece - first, first + count - 1 - piece) + 0.01 * count

    found, nulls = [], []
    for number, (first, count) in enumerate(windows):
        tokens = range(asked + count + 3)
        starts = [4 * math.cos(0.731 * (t + 1) * (number + 2) + 1.3 * case) for t in tokens]
        ends = [4 * math.cos(0.417 * (t + 1) * (number + 3) + 2.1 * case) for t in tokens]
        nulls.append(starts[0] + ends[0])
        best = lambda values: sorted(tokens, key=lambda t: -values[t])[:20]
        for begin in best(starts):
            for end in best(ends):
                piece = first + begin - asked - 2
                inside = all(0 <= t - asked - 2 < count for t in (begin, end))
                if not inside or end < begin or end - begin + 1 > 30:
                    continue
                if max(range(len(windows)), key=lambda w: (shows(w, piece), -w)) != number:
                    continue
                found.append((3 * piece, 3 * (first + end - asked - 2) + 2, starts[begin] + ends[end]))
    found.sort(key=lambda answer: -answer[2])
    return {
        "pieces": pieces, "asked": asked, "longest": longest, "step": step, "null": min(nulls), "count": min(20, len(found)),
        "best": found[:5]}


def main():
    source = random.Random(19)
    cases = []
    for _ in range(CASES):
        answers, prediction = question(source)
        difference = source.choice([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0]) if source.random() < 0.3 else source.gauss(0, 3)
        cases.append({"answers": answers, "prediction": prediction, "difference": difference})
    groups = []
    for first in range(0, CASES, QUESTIONS):
        threshold = source.choice([0.0, -1.5, 1.0, source.gauss(0, 2)])
        groups.append({"threshold": threshold, "scores": squad(cases[first:first + QUESTIONS], threshold)})
    for case in cases:
        case["scores"] = scores(case["prediction"], case["answers"])
    path = pathlib.Path(__file__).parent / "answers.json"
    result = {"questions": QUESTIONS, "cases": cases, "groups": groups, "search": [search(case) for case in range(200)]}
    path.write_text(json.dumps(result, ensure_ascii=False, separators=(",", ":")) + "\n")


main()
