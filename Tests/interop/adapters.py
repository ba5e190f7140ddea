#!/usr/bin/env python3
"""Opens in PEFT what train stages with `lora_rank` leave, and here what PEFT leaves, for encoders of every family.

    python adapters.py COMMAND FOLDER

Makes in FOLDER an encoder of each family with every tensor far from its usual start, shards of made-up rows, and a training of
adapters of each. Checks: PEFT finds all weights of the adapter's folder, and on its base it gives the scores of the merged model and
those of `splitvote predict` to 1e-5; adapters that PEFT saves, with other numbers, give the same scores in both. Negative control: the base
without its adapter gives others.
"""
import json
import sys
import warnings

sys.dont_write_bytecode = True

import numpy
import peft
import torch
import transformers

import families

TOLERANCE = 1e-5
project = families.Project("adapters", *sys.argv[1:])
folder = project.folder
MAPS = dict(zip(families.FAMILIES, ["query_value", "attention", "all"] * len(families.FAMILIES)))
STAGES = [
    f"  {family}: {{uses: train, from: shards, with: {{init: init-{family}, lora_rank: 3, lora_alpha: 5, lora_maps: {maps}, "
    f"epochs: 2, learning_rate: 1e-3, precision: fp32, answers: plain, path: out/{family}}}}}"
    for family, maps in MAPS.items()
]


def predicted(path, texts):
    lines = project.run("predict", "--model", str(path), "--precision", "fp32", "--format", "jsonl", source="\n".join(texts) + "\n")
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
    texts = project.make(STAGES, column=3)
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
        # Its tokenizer and its configuration are with its base.
        [shards] = (folder / "artifacts" / "shards").glob("*/shards")
        project.run("train", "--shards", str(shards), "--init", f"peft/{family}", "--out", f"again/{family}", "--epochs", "1")
        theirs = predicted(folder / "peft" / family, texts)
        worst = max(worst, abs(theirs - scored(model, tokenizer, texts, 60)).max())
    assert worst < TOLERANCE, f"adapters: scores differ by {worst}"
    assert least > 100 * TOLERANCE, f"adapters: without them scores differ by {least} only"
    print(f"adapters: {len(MAPS)} families; scores of PEFT and splitvote differ by {worst:.1e} at most, "
          f"those without adapters by {least:.1e} at least")


main()
