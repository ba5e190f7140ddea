#!/usr/bin/env python3
"""Makes entities.json: random tags of random texts, with the scores that seqeval and KLUE's own program give them.

    python3 -m venv venv && venv/bin/pip install seqeval scikit-learn numpy
    venv/bin/python make_entities.py

`entity_f1` and `entity_macro_f1` are seqeval's default, `strict_f1` and `strict_macro_f1` its mode strict for IOB2. The other
two are `klue_ner_entity_macro_f1` and `klue_ner_char_macro_f1` of KLUE-benchmark/KLUE-baseline, klue_baseline/metrics/functional.py,
divided by 100: all texts as one sequence, and the F1 of every tag, O among them, with zero_division 1. Truth and answers hold I
after O, I after another type, texts without entities, and types that only one of the two has. `null` stands where no entity is
in either.
"""
import json
import pathlib
import random
import warnings

import seqeval
import sklearn
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2

NAMES = ["B-LC", "B-OG", "B-PS", "I-LC", "I-OG", "I-PS", "O"]
CASES = 1000


def case(source):
    names = NAMES if source.random() < 0.8 else [name for name in NAMES if not name.endswith("LC")]
    outside = source.choice([0.1, 0.5, 0.9, 1.0])

    def tags(count):
        return ["O" if source.random() < outside else source.choice(names) for _ in range(count)]

    truth = [tags(source.randint(1, 12)) for _ in range(source.randint(1, 4))]
    change = source.choice([0, 0.1, 0.4, 1])
    answers = [[source.choice(names) if source.random() < change else tag for tag in text] for text in truth]
    return truth, answers


def scores(truth, answers):
    flat_truth, flat_answers = sum(truth, []), sum(answers, [])
    any_entity = any(tag != "O" for tag in flat_truth + flat_answers)
    any_begin = any(tag.startswith("B-") for tag in flat_truth + flat_answers)
    strict = {"mode": "strict", "scheme": IOB2}
    number = {name: place for place, name in enumerate(NAMES)}
    characters = sklearn.metrics.f1_score(
        [number[tag] for tag in flat_truth], [number[tag] for tag in flat_answers], labels=list(range(len(NAMES))),
        average="macro", zero_division=True)
    return {
        "entity_f1": float(f1_score(truth, answers)),
        "entity_macro_f1": float(f1_score(truth, answers, average="macro")) if any_entity else None,
        "strict_f1": float(f1_score(truth, answers, **strict)) if any_begin else 0.0,
        "strict_macro_f1": float(f1_score(truth, answers, average="macro", **strict)) if any_begin else None,
        "klue_entity_f1":
            float(f1_score([flat_truth], [flat_answers], average="macro", **strict)) if any_begin else None,
        "klue_char_f1": float(characters),
    }


def main():
    warnings.simplefilter("ignore")
    source = random.Random(20261130)
    digits = {name: str(place) for place, name in enumerate(NAMES)}
    cases = []
    for _ in range(CASES):
        truth, answers = case(source)
        found = scores(truth, answers)
        found["truth"] = ["".join(digits[tag] for tag in text) for text in truth]
        found["answers"] = ["".join(digits[tag] for tag in text) for text in answers]
        cases.append(found)
    result = {
        "versions": {"seqeval": "1.2.2", "scikit-learn": sklearn.__version__}, "names": NAMES, "cases": cases,
    }
    (pathlib.Path(__file__).parent / "entities.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")


main()
