#!/usr/bin/env python3
"""Makes generation.json: what transformers tells of the next token with the tiny decoders beside it, and how it continues texts.

    python3 -m venv venv && venv/bin/pip install torch transformers safetensors numpy
    venv/bin/python make_generation.py

The weights are those of make_fixtures.py; the last map is the word vectors. Losses and gradients are of the mean over all tokens but
the first of each row, in float64 on one thread, without dropout; of each gradient its norm and three projections are kept, see
steps.py. Texts are continued by `generate`, each by itself, from the first tokens of the rows. Distributions are what is left of
scores after transformers' own processors.
"""
import json
import pathlib

import torch
import transformers

from steps import padded, projections, train

HERE = pathlib.Path(__file__).parent
GOLDEN = json.loads((HERE / "golden.json").read_text())
NAMES = ["gpt2", "openai-gpt"]
NEW = 12
WAYS = {
    "greedy": {},
    "penalty": dict(repetition_penalty=1.3),
    "ngram": dict(no_repeat_ngram_size=2),
    "least": dict(min_new_tokens=6),
    "beams": dict(num_beams=4),
    "beams_all": dict(num_beams=3, length_penalty=0.4, repetition_penalty=1.2, no_repeat_ngram_size=3, min_new_tokens=3),
    "beams_long": dict(num_beams=2, length_penalty=2.0),
}
FILTERS = [
    dict(temperature=0.7), dict(top_k=5), dict(top_p=0.8), dict(top_p=0.3, temperature=1.5), dict(top_k=7, top_p=0.6, temperature=0.5),
    dict(top_k=1), dict(top_p=0.01),
]


def prompts():
    return [row[:length] for row, length in zip(GOLDEN["batches"][0]["rows"] + GOLDEN["batches"][1]["rows"], (2, 9, 5, 10, 3, 1, 8, 2, 6, 4))]


def loss_of(model, batch):
    inputs, pad = padded(model.config, batch, batch["rows"])
    inputs.pop("token_type_ids", None)
    return model(**inputs, labels=pad(batch["rows"], -100)).loss


def continued(model, ends):
    found = {}
    for way, settings in WAYS.items():
        found[way] = []
        for ids in prompts():
            text = model.generate(
                torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long), max_new_tokens=NEW, do_sample=False,
                eos_token_id=ends, pad_token_id=0, **settings)[0, len(ids):].tolist()
            # What follows the end is padding.
            cut = next((place for place, token in enumerate(text) if token in ends), len(text))
            found[way].append({"tokens": text[:cut], "ended": cut < len(text)})
    return found


def distributions(model):
    found = []
    for number, ids in enumerate(prompts()[:3]):
        scores = 8 * model(torch.tensor([ids])).logits[:, -1].float()
        for settings in FILTERS:
            left = scores.clone()
            if "temperature" in settings:
                left = transformers.TemperatureLogitsWarper(settings["temperature"])(None, left)
            if "top_k" in settings:
                left = transformers.TopKLogitsWarper(settings["top_k"])(None, left)
            if "top_p" in settings:
                left = transformers.TopPLogitsWarper(settings["top_p"])(None, left)
            found.append({
                "scores": scores[0].tolist(), "temperature": settings.get("temperature", 1.0), "topK": settings.get("top_k", 0),
                "topP": settings.get("top_p", 1.0), "probabilities": torch.softmax(left[0].double(), 0).tolist()})
    return found


def main():
    torch.set_num_threads(1)
    result = {"versions": {"torch": torch.__version__, "transformers": transformers.__version__}, "prompts": prompts(), "new": NEW, "models": {}}
    for name in NAMES:
        model = transformers.AutoModelForCausalLM.from_pretrained(HERE / name, attn_implementation="eager").double().eval()
        with torch.no_grad():
            first = model.generate(
                torch.tensor([prompts()[1]]), max_new_tokens=NEW, do_sample=False, eos_token_id=None, pad_token_id=0)[0].tolist()
            ends = sorted({3, first[len(prompts()[1]) + 4]})
            texts, shares = continued(model, ends), distributions(model)
            batch = GOLDEN["batches"][0]
            logits = [model(torch.tensor([row])).logits[0].flatten().tolist() for row in batch["rows"][:1]]
        loss = loss_of(model, batch)
        loss.backward()
        gradients = {n: projections(p.grad) for n, p in model.named_parameters()}
        model.zero_grad()
        result["models"][name] = {
            "architecture": type(model).__name__, "ends": ends, "texts": texts, "distributions": shares, "logits": logits,
            "loss": loss.item(), "gradients": gradients,
            "losses": train(model, GOLDEN["batches"], lambda batch, _: loss_of(model, batch))[0],
        }
    (HERE / "generation.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")


main()
