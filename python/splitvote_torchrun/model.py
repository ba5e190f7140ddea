"""The model that is trained, and what splitvote says of each of its tensors."""

import pathlib

import torch
import transformers

from .dropout import PLACES
from .errors import Problem


def load(path: pathlib.Path, settings: dict) -> torch.nn.Module:
    """The model of a Hugging Face folder, in single precision.

    Raises ``Problem`` where its tensors are not those that the settings tell of.
    """
    model_type = settings["model"]["type"]
    if model_type not in PLACES:
        raise Problem(
            f"models of type '{model_type}' are not trained here; {', '.join(sorted(PLACES))} are",
            "train it with splitvote's own trainer: leave 'engine' out")
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    model, report = transformers.AutoModelForSequenceClassification.from_pretrained(
        path, attn_implementation="eager", dtype=torch.float32, local_files_only=True, output_loading_info=True)
    strange = sorted(report["missing_keys"]) + sorted(report["unexpected_keys"])
    said = {tensor["name"]: tensor["shape"] for tensor in settings["model"]["tensors"]}
    found = {name: list(parameter.shape) for name, parameter in model.named_parameters()}
    strange += sorted(name for name in said.keys() | found.keys() if said.get(name) != found.get(name))
    if strange:
        raise Problem(
            f"transformers {transformers.__version__} and splitvote disagree about the tensors of {path}: {strange[0]}"
            + (f" and {len(strange) - 1} more" if len(strange) > 1 else ""),
            "install the version of transformers that requirements.txt names")
    for tensor in settings["model"]["tensors"]:
        if tensor["frozen"]:
            model.get_parameter(tensor["name"]).requires_grad_(False)
    return model


def layers(config) -> int:
    """How often a layer is run through; those of ALBERT share their weights."""
    return config.num_hidden_layers * getattr(config, "inner_group_num", 1)


def inputs(config, ids, segments, lengths) -> dict:
    """What a model reads of padded rows."""
    places = torch.arange(ids.shape[1], device=ids.device)
    found = {"input_ids": ids, "attention_mask": (places[None, :] < lengths[:, None]).to(torch.int64)}
    if getattr(config, "type_vocab_size", 0) > 1:
        found["token_type_ids"] = segments
    return found


def optimizer(model: torch.nn.Module, settings: dict) -> torch.optim.Optimizer:
    """AdamW with bias correction. Which tensors decay, and the factor of each one's rate, is for the settings to say."""
    groups: dict = {}
    for tensor in settings["model"]["tensors"]:
        if not tensor["frozen"]:
            groups.setdefault((tensor["decays"], tensor["rate"]), []).append(model.get_parameter(tensor["name"]))
    decay = settings["training"]["weight_decay"]
    return torch.optim.AdamW(
        [{"params": tensors, "weight_decay": decay if decays else 0.0, "factor": rate}
         for (decays, rate), tensors in groups.items()],
        lr=0.0, betas=(0.9, 0.999), eps=1e-8)


def moments(model: torch.nn.Module, optimizer: torch.optim.Optimizer) -> dict:
    """Both moments of each trained tensor, by name; zeros before the first step."""
    found = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            state = optimizer.state.get(parameter, {})
            for part in ("exp_avg", "exp_avg_sq"):
                found[f"{part}/{name}"] = state.get(part, torch.zeros_like(parameter))
    return found


def restore(model: torch.nn.Module, optimizer: torch.optim.Optimizer, tensors: dict, step: int):
    """Puts back weights and moments, so that the next step is the one that would have followed."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(tensors[f"weights/{name}"])
            if parameter.requires_grad and step > 0:
                optimizer.state[parameter] = {
                    "step": torch.tensor(float(step)),
                    "exp_avg": tensors[f"exp_avg/{name}"].to(parameter.device),
                    "exp_avg_sq": tensors[f"exp_avg_sq/{name}"].to(parameter.device),
                }


def rate(training: dict, step: int) -> float:
    """The learning rate of a step, counted from 0: up in a line from 0, then down to 0.

    Source: ``get_linear_schedule_with_warmup`` of transformers.
    """
    peak, warmup, total = training["learning_rate"], training["warmup_steps"], training["total_steps"]
    if step < warmup:
        return peak * (step / max(1, warmup))
    return peak * max(0.0, (total - step) / max(1, total - warmup))
