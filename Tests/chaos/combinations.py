"""kill -9 of trainings of several families of encoders with several heads, on rows that come labeled."""

import itertools
import json
import os
import random
import shutil
import subprocess
import tempfile

import training

STEPS = 45
SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64,
         "max_position_embeddings": 64}
FAMILIES = {
    "bert": SIZES,
    "electra": {**SIZES, "embedding_size": 16},
    "roberta": {**SIZES, "type_vocab_size": 1, "pad_token_id": 1},
    "distilbert": {"dim": 32, "n_layers": 2, "n_heads": 2, "hidden_dim": 64, "max_position_embeddings": 64},
    "albert": {**SIZES, "embedding_size": 16, "hidden_dropout_prob": 0.1},
    "ernie": {**SIZES, "use_task_id": True, "task_type_vocab_size": 3},
}
# Columns of the table beside its text, and the score that chooses the checkpoint.
HEADS = {
    "two classes": ("label: label", "macro_f1"),
    "three classes": ("label: kind", "macro_f1"),
    "any number of classes": ("labels: [first, second]", "macro_f1"),
    "scores": ("score: score", "pearson"),
    "pairs": ("text_pair: pair, label: kind", "macro_f1"),
}
PIPELINE = """splitvote: 1
pipeline: combination
store: {{state: state.sqlite, artifacts: artifacts}}
stages:
  rows: {{uses: ingest.files, with: {{paths: rows.tsv, source: made, columns: {{text: text, {columns}}}}}}}
  clean: {{uses: clean, from: rows}}
  split: {{uses: split, from: clean, with: {{shares: {{train: 0.8, dev: 0.1, test: 0.1}}, salt: v1}}}}
  vocabulary: {{uses: vocabulary, from: clean, with: {{size: 300}}}}
  shards: {{uses: shards, from: {{data: split, tokenizer: vocabulary}}, with: {{max_tokens: 32}}}}
"""


def kills_of_some(command, count, wanted, seed, generator):
    """Kills `wanted` runs of each of `count` combinations that the seed chooses, no family before each had its turn.

    Returns the combinations' names, how many runs were caught alive, and what differs from undisturbed trainings."""
    chosen = choose(count, seed)
    killed, problems = 0, []
    for family, head in chosen:
        with tempfile.TemporaryDirectory(prefix="chaos-combination-") as folder:
            columns, metric = HEADS[head]
            make(command, folder, family, columns)
            caught, _, found = training.kills_in(command, folder, wanted, generator, STEPS, metric)
            killed += caught
            problems += [f"{family}, {head}: {problem}" for problem in found]
    return [f"{family} with {head}" for family, head in chosen], killed, problems


def choose(count, seed):
    """Combinations in turn over families and heads, so that few of them are as different as can be."""
    shuffled = random.Random(seed)
    families, heads = shuffled.sample(list(FAMILIES), len(FAMILIES)), shuffled.sample(list(HEADS), len(HEADS))
    rounds = itertools.product(range(len(heads)), range(len(families)))
    return [(families[place], heads[(place + turn) % len(heads)]) for turn, place in itertools.islice(rounds, count)]


def make(command, folder, family, columns):
    """A start folder of the family, and shards of rows with those targets."""
    os.makedirs(f"{folder}/init")
    with open(f"{folder}/init/config.json", "w") as file:
        json.dump({"model_type": family, **FAMILIES[family]}, file)
    with open(f"{folder}/pipeline.yaml", "w") as file:
        file.write(PIPELINE.format(columns=columns))
    with open(f"{folder}/rows.tsv", "w") as file:
        file.write("text\tpair\tlabel\tkind\tfirst\tsecond\tscore\n")
        file.writelines(rows())
    subprocess.run([command, "run", f"{folder}/pipeline.yaml", "--quiet"], check=True)
    [shards] = [place for place, _, names in os.walk(f"{folder}/artifacts") if "manifest.json" in names
                and any(name.endswith(".safetensors") for name in names)]
    shutil.copytree(shards, f"{folder}/shards")


def rows():
    """Texts of words that say which classes and which score a row has."""
    words = random.Random(5)
    for number in range(300):
        first, second, kind = number % 2, number % 3 == 0, number % 3
        said = [words.choice("bridge river night market people rain".split()) for _ in range(words.randint(3, 12))]
        said += ["alpha"] * first + ["beta"] * second + [("gamma", "delta", "epsilon")[kind], f"no{number}"]
        words.shuffle(said)
        yield f"{' '.join(said)}\tpair {number} of {kind}\t{'yn'[first]}\t{'abc'[kind]}\t{first}\t{int(second)}\t{kind / 2}\n"
