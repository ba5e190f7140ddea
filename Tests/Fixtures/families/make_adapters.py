#!/usr/bin/env python3
"""Makes adapters.json, and the folders adapters/NAME: what PEFT computes with low-rank adapters of the tiny models beside it.

    python3 -m venv venv && venv/bin/pip install torch transformers peft safetensors numpy
    venv/bin/python make_adapters.py

The weights are those of make_fixtures.py. A and B are drawn again, since PEFT begins with zeros for B; heads are trained whole, as
`modules_to_save`. The folders are as PEFT saves them, before any step. Computed in float64 on one thread, without dropout. Of each
gradient its norm and three projections are kept, as make_tasks.py keeps them.
"""
import json
import pathlib
import shutil

import peft
import torch
import transformers

from steps import padded, projections, train

HERE = pathlib.Path(__file__).parent
GOLDEN = json.loads((HERE / "golden.json").read_text())

# Family: rank, alpha, which maps, their modules, the modules of the head, whether alpha is over the root of the rank.
ADAPTERS = {
    "bert": (3, 5, "query_value", ["query", "value"], ["classifier", "pooler"], False),
    "roberta": (2, 6, "attention", ["query", "key", "value", "attention.output.dense"], ["classifier"], False),
    "albert": (4, 4, "all", ["query", "key", "value", "attention.dense", "ffn", "ffn_output"], ["classifier", "pooler"], False),
    "distilbert": (2, 3, "all", ["q_lin", "k_lin", "v_lin", "out_lin", "lin1", "lin2"], ["classifier", "pre_classifier"], True),
    "gpt2": (2, 5, "all", ["c_attn", "c_proj", "c_fc"], ["score"], False),
    "electra": (1, 2, "query_value", ["query", "value"], ["classifier"], False),
}


def plain(name):
    """A parameter's name as PEFT saves it."""
    return name.replace(".default", "").replace(".modules_to_save", "")


def main():
    torch.set_num_threads(1)
    shutil.rmtree(HERE / "adapters", ignore_errors=True)
    versions = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
    models = {}
    for number, (name, (rank, alpha, maps, modules, head, stable)) in enumerate(ADAPTERS.items()):
        base = transformers.AutoModelForSequenceClassification.from_pretrained(HERE / name, dtype=torch.float32)
        config = peft.LoraConfig(
            task_type="SEQ_CLS", r=rank, lora_alpha=alpha, target_modules=modules, modules_to_save=head, lora_dropout=0.0,
            use_rslora=stable, fan_in_fan_out=name == "gpt2")
        model = peft.get_peft_model(base, config)
        generator = torch.Generator().manual_seed(100 + number)
        for parameter_name, parameter in model.named_parameters():
            if "lora_" in parameter_name:
                parameter.data = torch.randn(parameter.shape, generator=generator) * 0.2
        folder = HERE / "adapters" / name
        model.save_pretrained(folder)
        (folder / "README.md").unlink(missing_ok=True)
        saved = json.loads((folder / "adapter_config.json").read_text())
        saved["base_model_name_or_path"] = f"../../{name}"
        saved["target_modules"] = sorted(saved["target_modules"])
        (folder / "adapter_config.json").write_text(json.dumps(saved, indent=2, sort_keys=True) + "\n")

        model = model.double().eval()

        def loss_of(batch, _):
            inputs, _ = padded(base.config, batch, batch["rows"])
            return model(**inputs, labels=torch.tensor(batch["labels"])).loss

        inputs, _ = padded(base.config, GOLDEN["batches"][0], GOLDEN["batches"][0]["rows"])
        logits = model(**inputs).logits.detach().tolist()
        loss = loss_of(GOLDEN["batches"][0], 0)
        loss.backward()
        gradients = {plain(n): projections(p.grad) for n, p in model.named_parameters() if p.requires_grad}
        model.zero_grad()
        losses, rates = train(model, GOLDEN["batches"], loss_of)
        models[name] = {
            "rank": rank, "alpha": alpha / rank ** 0.5 * rank if stable else alpha, "maps": maps, "loss": loss.item(),
            "logits": logits, "gradients": gradients, "losses": losses, "learning_rates": rates,
        }
    document = {"versions": versions, "models": models}
    (HERE / "adapters.json").write_text(json.dumps(document, separators=(",", ":"), sort_keys=True) + "\n")


main()
