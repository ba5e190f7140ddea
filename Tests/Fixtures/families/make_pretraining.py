#!/usr/bin/env python3
"""Makes pretraining.json: what transformers computes with the encoders beside it under the heads of pretraining.

    python3 -m venv venv && venv/bin/pip install torch==2.13.0 transformers==5.24.0 safetensors numpy
    venv/bin/python make_pretraining.py

Encoders have the weights of make_fixtures.py. Tensors of the heads, and all of a generator's but the shared tables, are
0.2 · cos(1.9 · (place + 1) + length of the name), normalizations' gains 1 more. Of each row the tokens p with
(p + row) % 4 = 1 are masked, first and last excluded, and seen as token 4. Computed in float64 on one thread, without
dropout. The words that a generator puts in place of masked ones are drawn as the program says it does: by Philox4x32-10
(Salmon et al. 2011) with a key of the seed, the counter (token, row, step, 0), and the inverse of the cumulative softmax.
Of each gradient its norm and three projections are kept, on cos(0.37 · (place + 1) · number) for the numbers 1, 2, 3.
"""
import json
import pathlib

import numpy
import torch
import transformers

from steps import padded, projections, train

HERE = pathlib.Path(__file__).parent
# With this seed no draw is nearer than 1e-4 to the border between two words, where rounding would decide.
MASK, SEED = 4, 21
GOLDEN = json.loads((HERE / "golden.json").read_text())
M64 = (1 << 64) - 1


def mix(value):
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & M64
    value = (value ^ value >> 27) * 0x94D049BB133111EB & M64
    return value ^ value >> 31


def key(seed, stream):
    hashed = 0xCBF29CE484222325
    for byte in stream.encode():
        hashed = (hashed ^ byte) * 0x100000001B3 & M64
    mixed = mix(mix(seed + 0x9E3779B97F4A7C15 & M64) ^ hashed)
    return mixed & 0xFFFFFFFF, mixed >> 32


def philox(counter, key):
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        a, b = c0 * 0xD2511F53, c2 * 0xCD9E8D57
        c0, c1, c2, c3 = (b >> 32) ^ c1 ^ k0, b & 0xFFFFFFFF, (a >> 32) ^ c3 ^ k1, a & 0xFFFFFFFF
        k0, k1 = k0 + 0x9E3779B9 & 0xFFFFFFFF, k1 + 0xBB67AE85 & 0xFFFFFFFF
    return c0, c1, c2, c3


def uniform(step, row, token):
    words = philox((token, row, step, 0), key(SEED, "replaced tokens"))
    return ((words[0] << 21) ^ (words[1] >> 11)) * 2.0**-53


def places(batch):
    return [(r, p) for r, row in enumerate(batch["rows"]) for p in range(1, len(row) - 1) if (p + r) % 4 == 1]


def masked(batch):
    ids = [list(row) for row in batch["rows"]]
    for r, p in places(batch):
        ids[r][p] = MASK
    return ids


def masked_labels(batch, pad):
    labels = [[-100] * len(row) for row in batch["rows"]]
    for r, p in places(batch):
        labels[r][p] = batch["rows"][r][p]
    return pad(labels, -100)


def fill(name, parameter):
    values = 0.2 * numpy.cos(1.9 * numpy.arange(1, parameter.numel() + 1) + len(name))
    if "norm" in name.lower() and name.endswith("weight"):
        values = values + 1
    with torch.no_grad():
        parameter.copy_(torch.tensor(values.astype(numpy.float32).reshape(tuple(parameter.shape))))


def opened(name, kind):
    """A model with the encoder's weights and drawn heads."""
    config = transformers.AutoConfig.from_pretrained(HERE / name)
    config._attn_implementation = "eager"
    config.num_labels = 2  # the head for pairs of ALBERT has as many scores as there are labels
    model = getattr(transformers, kind)(config)
    body = transformers.AutoModel.from_pretrained(HERE / name, attn_implementation="eager")
    known = dict(body.named_parameters())
    prefix = model.base_model_prefix + "."
    for n, parameter in model.named_parameters():
        if n.startswith(prefix) and n[len(prefix):] in known and "pooler" not in n:
            with torch.no_grad():
                parameter.copy_(known[n[len(prefix):]])
        else:
            fill(n, parameter)
    model.tie_weights()
    return model.double().eval()


def loss_of(model, kind, batch):
    ids = masked(batch)
    arguments, pad = padded(model.config, batch, ids)
    arguments["labels"] = masked_labels(batch, pad)
    if kind.endswith("ForPreTraining"):
        pairs = torch.tensor([label % 2 for label in batch["labels"]])
        arguments["sentence_order_label" if kind.startswith("Albert") else "next_sentence_label"] = pairs
    return model(**arguments).loss


class Replaced:
    """A generator and a discriminator that share the tables of the embeddings."""

    def __init__(self, name):
        self.discriminator = opened(name, "ElectraForPreTraining")
        config = transformers.AutoConfig.from_pretrained(HERE / name)
        config._attn_implementation = "eager"
        config.num_attention_heads = max(1, round(config.num_attention_heads * 0.25))
        config.hidden_size = config.num_attention_heads * (self.discriminator.config.hidden_size // self.discriminator.config.num_attention_heads)
        config.intermediate_size = round(config.intermediate_size * 0.25)
        self.generator = transformers.ElectraForMaskedLM(config).double().eval()
        for n, parameter in self.generator.named_parameters():
            fill(n, parameter)
        own, others = self.generator.electra.embeddings, self.discriminator.electra.embeddings
        for table in "word_embeddings", "position_embeddings", "token_type_embeddings":
            setattr(own, table, getattr(others, table))
        self.generator.tie_weights()

    def named_parameters(self):
        seen = set()
        for prefix, model in ("", self.discriminator), ("generator:", self.generator):
            for n, p in model.named_parameters():
                if id(p) not in seen:
                    seen.add(id(p))
                    yield prefix + n, p

    def parameters(self):
        return [p for _, p in self.named_parameters()]

    def zero_grad(self):
        for p in self.parameters():
            p.grad = None

    def loss(self, batch, step):
        arguments, pad = padded(self.generator.config, batch, masked(batch))
        labels = masked_labels(batch, pad)
        logits = self.generator(**arguments).logits
        naming = torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=-100)
        ids = [list(row) for row in batch["rows"]]
        targets = [[0.0] * len(row) for row in ids]
        for r, p in places(batch):
            sums = torch.softmax(logits[r, p].detach(), 0).cumsum(0)
            word = int((sums <= uniform(step, r, p)).sum())
            targets[r][p] = float(word != ids[r][p])
            ids[r][p] = word
        arguments, pad = padded(self.discriminator.config, batch, ids)
        scores = self.discriminator(**arguments).logits
        real = arguments["attention_mask"].bool()
        finding = torch.nn.functional.binary_cross_entropy_with_logits(scores[real], pad(targets, 0.0).to(scores.dtype)[real])
        self.words = [ids[r][p] for r, p in places(batch)]
        return naming + 50 * finding


def result(model, loss):
    found = loss(GOLDEN["batches"][0], 0)
    found.backward()
    gradients = {n: projections(p.grad) for n, p in model.named_parameters() if p.grad is not None}
    model.zero_grad()
    answer = {"loss": found.item(), "gradients": gradients}
    if isinstance(model, Replaced):
        answer["words"] = model.words
    answer["losses"], _ = train(model, GOLDEN["batches"], loss)
    return answer


CASES = {
    "bert": ("BertForMaskedLM", "BertForPreTraining"), "ernie": ("ErnieForMaskedLM", "ErnieForPreTraining"),
    "ernie-tasks": ("ErnieForMaskedLM", "ErnieForPreTraining"), "roberta": ("RobertaForMaskedLM", None),
    "distilbert": ("DistilBertForMaskedLM", None), "electra": ("ElectraForMaskedLM", None),
    "electra-square": ("ElectraForMaskedLM", None), "albert": ("AlbertForMaskedLM", "AlbertForPreTraining"),
    "albert-groups": ("AlbertForMaskedLM", "AlbertForPreTraining"),
}


def main():
    torch.set_num_threads(1)
    answers = {"versions": {"torch": torch.__version__, "transformers": transformers.__version__}, "models": {}}
    for name, (single, pairs) in CASES.items():
        answers["models"][name] = {}
        for title, kind in ("words", single), ("pairs", pairs):
            if kind:
                model = opened(name, kind)
                answers["models"][name][title] = result(model, lambda batch, step: loss_of(model, kind, batch))
        if name.startswith("electra"):
            both = Replaced(name)
            answers["models"][name]["replaced"] = result(both, both.loss)
    (HERE / "pretraining.json").write_text(json.dumps(answers, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
