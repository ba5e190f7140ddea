#!/usr/bin/env python3
"""Opens in PEFT what train stages with `lora_rank` leave, and here what PEFT leaves, for encoders of every family.

    python adapters.py COMMAND FOLDER

Makes in FOLDER an encoder of each family with every tensor far from its usual start, shards of made-up rows, and a training of
adapters of each. Checks: PEFT finds all weights of the adapter's folder, and on its base it gives the scores of the merged model and
those of `splitvote predict` to 1e-5; adapters that PEFT saves, with other numbers, give the same scores in both. Negative control: the base
without its adapter gives others.
"""
import json
import pathlib
import subprocess
import sys
import warnings

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "chaos"))

import numpy
import peft
import torch
import transformers

import combinations

TOLERANCE = 1e-5
command, folder = sys.argv[1], pathlib.Path(sys.argv[2])
MAPS = dict(zip(combinations.FAMILIES, ["query_value", "attention", "all"] * len(combinations.FAMILIES)))


def run(*arguments, source=None):
    ended = subprocess.run([command, *arguments], cwd=folder, capture_output=True, text=True, input=source)
    if ended.returncode != 0:
        sys.exit(f"adapters: {' '.join(map(str, arguments))}: {ended.stderr}")
    return ended.stdout


def pipeline():
    stages = [
        "  rows: {uses: ingest.files, with: {paths: rows.tsv, source: made, columns: {text: text, label: label}}}",
        "  clean: {uses: clean, from: rows}",
        "  split: {uses: split, from: clean, with: {shares: {train: 0.8, dev: 0.1, test: 0.1}, salt: v1}}",
        "  vocabulary: {uses: vocabulary, from: clean, with: {size: 300}}",
        "  shards: {uses: shards, from: {data: split, tokenizer: vocabulary}, with: {max_tokens: 32}}",
    ]
    for family, maps in MAPS.items():
        stages.append(
            f"  {family}: {{uses: train, from: shards, with: {{init: init-{family}, lora_rank: 3, lora_alpha: 5, "
            f"lora_maps: {maps}, epochs: 2, learning_rate: 1e-3, precision: fp32, answers: plain, path: out/{family}}}}}")
    head = "splitvote: 1\npipeline: adapters\nstore: {state: state.sqlite, artifacts: artifacts}\nstages:\n"
    return head + "\n".join(stages) + "\n"


def make():
    folder.mkdir(parents=True)
    rows = [(line.split("\t")[0], line.split("\t")[3]) for line in combinations.rows()]
    (folder / "rows.tsv").write_text("text\tlabel\n" + "".join(f"{text}\t{label}\n" for text, label in rows))
    (folder / "p.yaml").write_text(pipeline())
    run("run", "p.yaml", "--quiet", "--until", "shards")
    [vocabulary] = (folder / "artifacts" / "vocabulary").rglob("vocab.txt")
    random = numpy.random.default_rng(5)
    for family, sizes in combinations.FAMILIES.items():
        count = len(vocabulary.read_text().splitlines())
        made = transformers.AutoModel.from_config(transformers.AutoConfig.for_model(family, vocab_size=count, **sizes))
        with torch.no_grad():
            for parameter in made.parameters():
                parameter.add_(torch.tensor(0.2 * random.standard_normal(tuple(parameter.shape)), dtype=torch.float32))
        made.save_pretrained(folder / f"init-{family}")
        for name in ("vocab.txt", "tokenizer_config.json"):
            (folder / f"init-{family}" / name).write_bytes((vocabulary.parent / name).read_bytes())
    run("run", "p.yaml", "--quiet")
    return [text for text, _ in rows[:40]]


def predicted(path, texts):
    lines = run("predict", "--model", str(path), "--precision", "fp32", "--format", "jsonl", source="\n".join(texts) + "\n")
    return numpy.array([list(json.loads(line)["probabilities"].values()) for line in lines.splitlines()])


def scored(model, tokenizer, texts, longest=32):
    inputs = tokenizer(texts, padding=True, truncation=True, max_length=longest, return_tensors="pt")
    if model.config.model_type == "distilbert":
        inputs.pop("token_type_ids", None)
    with torch.no_grad():
        return torch.softmax(model.eval()(**inputs).logits, 1).numpy()


def on_base(family, adapter, labels):
    """The base with an adapter, and what PEFT did not find."""
    base = transformers.AutoModelForSequenceClassification.from_pretrained(folder / f"init-{family}", num_labels=labels)
    model = peft.PeftModel.from_pretrained(base, adapter)
    missing = model.load_adapter(adapter, adapter_name="again").missing_keys
    model.set_adapter("default")
    return model, [name for name in missing if "lora_" in name or "modules_to_save" in name]


def main():
    warnings.simplefilter("ignore")
    transformers.logging.set_verbosity_error()
    texts = make()
    worst, least = 0.0, 1.0
    random = torch.Generator().manual_seed(3)
    for family in MAPS:
        out = folder / "out" / family
        tokenizer = transformers.BertTokenizerFast.from_pretrained(out)
        merged = transformers.AutoModelForSequenceClassification.from_pretrained(out)
        labels = merged.config.num_labels
        model, missing = on_base(family, out / "adapter", labels)
        assert not missing, f"{family}: PEFT does not find {missing}"
        scores = scored(model, tokenizer, texts)
        with model.disable_adapter():
            least = min(least, abs(scored(model, tokenizer, texts) - scores).max())
        for other in (scored(merged, tokenizer, texts), predicted(out, texts), predicted(out / "adapter", texts)):
            worst = max(worst, abs(other - scores).max())
        # The other way: PEFT's own folder, with other numbers. It does not say how long rows were in training.
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.data = torch.randn(parameter.shape, generator=random) * 0.2
        model.save_pretrained(folder / "peft" / family, selected_adapters=["default"])
        (folder / "peft" / family / "config.json").unlink(missing_ok=True)
        theirs = predicted(folder / "peft" / family, texts)
        worst = max(worst, abs(theirs - scored(model, tokenizer, texts, 60)).max())
    assert worst < TOLERANCE, f"adapters: scores differ by {worst}"
    assert least > 100 * TOLERANCE, f"adapters: without them scores differ by {least} only"
    print(f"adapters: {len(MAPS)} families; scores of PEFT and splitvote differ by {worst:.1e} at most, "
          f"those without adapters by {least:.1e} at least")


main()
