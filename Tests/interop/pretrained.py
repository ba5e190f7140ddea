#!/usr/bin/env python3
"""Opens pretrained encoders of every family in transformers, and computes again what they make of held-out texts.

    python pretrained.py COMMAND FOLDER

Pretrains in FOLDER, a few steps each: every family on masked words, those that have a head for it on pairs of title and
comment, ELECTRA on replaced words, GPT-2 and GPT on the next word. Checks for each: its class is the one that config.json names, no weight is missing or
left over, the generator's folder likewise; and for single texts the pseudo-perplexity that the stage tells is the one that
transformers gives, on the same held-out texts; and for the next word the perplexity is. Which texts are held out is found here by the rule that the program
states: FNV-1a over the ids, mixed, below the share. Negative control: with the head for masked words drawn again it differs.
"""
import json
import math
import pathlib
import sqlite3
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "chaos"))

import torch
import transformers

import combinations

command, folder = sys.argv[1], pathlib.Path(sys.argv[2])
SHARE = 0.4
M64 = (1 << 64) - 1
WAYS = {"words": "", "pairs": ", text_pair: title, pairs: next", "replaced": ", objective: rtd", "next": ", objective: clm"}
CASES = [(family, "words") for family in combinations.FAMILIES]
CASES += [(family, "pairs") for family in ("bert", "albert", "ernie")] + [("electra", "replaced")]
DECODERS = ["gpt2", "openai-gpt"]
CASES += [(family, "next") for family in DECODERS]


def pipeline():
    stages = [
        "  comments: {uses: ingest.files, with: {paths: rows.tsv, source: made, columns: {text: text, up: up, down: down, "
        "article: article, title: title}}}",
        "  clean: {uses: clean, from: comments, with: {rules: none}}",
        "  vocabulary: {uses: vocabulary, from: clean, with: {size: 300}}",
    ]
    for family, way in CASES:
        stages.append(
            f"  {family}-{way}: {{uses: pretrain, from: {{texts: clean, tokenizer: vocabulary}}, with: {{init: init-{family}, "
            f"sides: all, max_tokens: 32, max_steps: 12, batch_size: 16, learning_rate: 1e-2, held_out: {SHARE}, "
            f"precision: fp32, seed: 3, path: out/{family}-{way}{WAYS[way]}}}}}")
    head = "splitvote: 1\npipeline: pretrained\nstore: {state: state.sqlite, artifacts: artifacts}\nstages:\n"
    return head + "\n".join(stages) + "\n"


def make():
    folder.mkdir(parents=True)
    texts = sorted({line.split("\t")[0] for line in combinations.rows()})
    rows = [f"{text}\t12\t3\ta{number % 7}\t제목 {number % 7} {texts[number % 7][:9]}" for number, text in enumerate(texts)]
    (folder / "rows.tsv").write_text("text\tup\tdown\tarticle\ttitle\n" + "\n".join(rows) + "\n")
    for family, sizes in combinations.FAMILIES.items():
        (folder / f"init-{family}").mkdir()
        (folder / f"init-{family}" / "config.json").write_text(json.dumps({"model_type": family, **sizes}))
    for family in DECODERS:
        (folder / f"init-{family}").mkdir()
        sizes = {"n_embd": 24, "n_layer": 2, "n_head": 4, "n_positions": 40}
        (folder / f"init-{family}" / "config.json").write_text(json.dumps({"model_type": family, **sizes}))
    (folder / "p.yaml").write_text(pipeline())
    ended = subprocess.run([command, "run", "p.yaml", "--quiet"], cwd=folder, capture_output=True, text=True)
    if ended.returncode != 0:
        sys.exit(f"pretrained: {ended.stderr}")
    return texts


def mix(value):
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & M64
    value = (value ^ value >> 27) * 0x94D049BB133111EB & M64
    return value ^ value >> 31


def is_held_out(ids):
    hashed = 0xCBF29CE484222325
    for number in ids:
        hashed = (hashed ^ number) * 0x100000001B3 & M64
    return mix(hashed) >> 11 < SHARE * 2**53


def opened(place):
    config = json.loads((place / "config.json").read_text())
    [name] = config["architectures"]
    made, found = getattr(transformers, name).from_pretrained(place, output_loading_info=True)
    wrong = [key for kind in ("missing_keys", "unexpected_keys", "mismatched_keys") for key in found[kind]]
    return made.double().eval(), wrong


def perplexity(made, tokenizer, texts):
    """exp of the mean loss of each token of the held-out texts, masked by itself; and how many texts these are."""
    losses, count = [], 0
    for text in texts:
        ids = tokenizer(text, truncation=True, max_length=32)["input_ids"]
        plain = tokenizer(text, truncation=True, max_length=32, add_special_tokens=False)["input_ids"]
        if not is_held_out(plain):
            continue
        count += 1
        places = [p for p, number in enumerate(ids) if number not in tokenizer.all_special_ids]
        if not places:
            continue
        rows = torch.tensor([ids] * len(places))
        wanted = rows[range(len(places)), places].clone()
        rows[range(len(places)), places] = tokenizer.mask_token_id
        with torch.no_grad():
            scores = made(input_ids=rows).logits[range(len(places)), places]
        losses += torch.nn.functional.cross_entropy(scores, wanted, reduction="none").tolist()
    return math.exp(sum(losses) / len(losses)), count


def next_perplexity(made, tokenizer, texts):
    """exp of the mean loss of each token of the held-out texts but the first, told from those before it."""
    loss, count = 0.0, 0
    for text in texts:
        if not is_held_out(tokenizer(text, truncation=True, max_length=32, add_special_tokens=False)["input_ids"]):
            continue
        ids = torch.tensor([tokenizer(text, truncation=True, max_length=32)["input_ids"]])
        with torch.no_grad():
            scores = made(input_ids=ids).logits[0, :-1]
        loss += torch.nn.functional.cross_entropy(scores, ids[0, 1:], reduction="sum").item()
        count += ids.shape[1] - 1
    return math.exp(loss / count)


def figures(stage):
    store = sqlite3.connect(folder / "state.sqlite")
    row = store.execute("SELECT figures FROM stage_run WHERE stage = ? ORDER BY id DESC", (stage,)).fetchone()
    return json.loads(row[0])


def main():
    texts = make()
    tokenizer = None
    failures, worst, noticed = [], 0.0, True
    for family, way in CASES:
        place = folder / "out" / f"{family}-{way}"
        made, wrong = opened(place)
        if way == "replaced":
            wrong += opened(place / "generator")[1]
        if wrong:
            failures.append(f"{family}, {way}: {wrong}")
        if way not in ("words", "next"):
            continue
        tokenizer = tokenizer or transformers.AutoTokenizer.from_pretrained(place)
        if way == "next":
            told, found = figures(f"{family}-{way}")["perplexity"], next_perplexity(made, tokenizer, texts)
            worst = max(worst, abs(found / told - 1))
            if abs(found / told - 1) > 1e-4:
                failures.append(f"{family}: perplexity {told}, {found} in transformers")
            continue
        told = figures(f"{family}-{way}")
        found, count = perplexity(made, tokenizer, texts)
        if count != told["held_out"]:
            failures.append(f"{family}: {told['held_out']} texts held out, {count} by the rule")
        distance = abs(found / told["pseudo_perplexity"] - 1)
        worst = max(worst, distance)
        if distance > 1e-4:
            failures.append(f"{family}: pseudo-perplexity {told['pseudo_perplexity']}, {found} in transformers")
        with torch.no_grad():
            for name, parameter in made.named_parameters():
                if parameter.dim() == 2 and "embeddings" not in name and "encoder" not in name and "layer" not in name:
                    parameter.copy_(parameter.flip(0))
        noticed &= abs(perplexity(made, tokenizer, texts)[0] / told["pseudo_perplexity"] - 1) > 1e-3
    if not noticed:
        failures.append("a head that was turned over is not noticed")
    for failure in failures:
        print(f"pretrained: {failure}: FAILED")
    print(f"pretrained: {len(CASES)} encoders in transformers {transformers.__version__}, nothing missing or left over, "
          f"pseudo-perplexities differ by at most {worst:.1e}, another head is noticed: {'FAILED' if failures else 'ok'}")
    return 1 if failures else 0


sys.exit(main())
