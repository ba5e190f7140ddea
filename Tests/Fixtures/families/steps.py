"""What the makers of fixtures beside it have in common: steps of training as transformers' Trainer takes them, and what is
kept of a gradient."""
import numpy
import torch
import transformers

STEPS, WARMUP, PEAK = 10, 2, 1e-3


def is_normalization(name):
    return "norm" in name.lower() or ".ln_" in name


def projections(gradient):
    """Its norm, and three projections on cos(0.37 · (place + 1) · number) for the numbers 1, 2, 3."""
    values = gradient.numpy().ravel()
    places = numpy.arange(1, values.size + 1)
    found = [numpy.linalg.norm(values)] + [(values * numpy.cos(0.37 * places * number)).sum() for number in (1, 2, 3)]
    return [float(f"{value:.9g}") for value in found]


def padded(config, batch, ids):
    """The model's inputs for rows of ids, and a function that pads other rows alike."""
    longest = max(map(len, ids))
    pad = lambda rows, value=0: torch.tensor([r + [value] * (longest - len(r)) for r in rows])
    inputs = {"input_ids": pad(ids, config.pad_token_id), "attention_mask": pad([[1] * len(r) for r in ids])}
    if getattr(config, "type_vocab_size", 0) > 1:
        inputs["token_type_ids"] = pad(batch["segments"])
    return inputs, pad


def train(model, batches, loss_of):
    """Losses of a step of AdamW for each batch, and the rates; `loss_of` takes a batch and the number of its step."""
    decays = lambda name: not (name.endswith("bias") or is_normalization(name))
    groups = [
        {"params": [p for n, p in model.named_parameters() if decays(n)], "weight_decay": 0.01},
        {"params": [p for n, p in model.named_parameters() if not decays(n)], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=PEAK, betas=(0.9, 0.999), eps=1e-8)
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, WARMUP, STEPS)
    losses, rates = [], []
    for step, batch in enumerate(batches):
        rates.append(schedule.get_last_lr()[0])
        loss = loss_of(batch, step)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return losses, rates
