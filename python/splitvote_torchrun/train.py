"""The loop: one step after the other, dev evaluations between them, a checkpoint after each and at fixed distances."""

import contextlib
import inspect
import json
import math
import os
import pathlib
import shutil
import time

import numpy
import torch
import torch.distributed
import torch.nn.parallel
import transformers

from . import checkpoint, folder, model, scores
from .dropout import Masks
from .errors import Problem
from .order import Order, share
from .shards import Folder as Shards
from .shards import Targets

# Most rows and tokens of a batch that is only scored.
SCORED_ROWS, SCORED_TOKENS = 64, 8192


class Workers:
    """The processes that share a step, and which of them this is."""

    def __init__(self):
        missing = [name for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK") if name not in os.environ]
        if missing:
            raise Problem(f"{missing[0]} is not set, so this process does not know the others", "start it with run.sh")
        self.rank, self.size = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
        local = int(os.environ["LOCAL_RANK"])
        if torch.cuda.is_available():
            if local >= torch.cuda.device_count():
                raise Problem(
                    f"there are {torch.cuda.device_count()} GPUs for {os.environ.get('LOCAL_WORLD_SIZE', '?')} processes "
                    "on this machine",
                    "set processes to the number of GPUs")
            self.device, self.backend = torch.device("cuda", local), "nccl"
            torch.cuda.set_device(self.device)
        else:
            self.device, self.backend = torch.device("cpu"), "gloo"
        torch.distributed.init_process_group(
            self.backend, device_id=self.device if self.device.type == "cuda" else None)

    @property
    def leads(self) -> bool:
        return self.rank == 0

    def sum(self, tensor: torch.Tensor) -> torch.Tensor:
        torch.distributed.all_reduce(tensor)
        return tensor

    def wait(self):
        torch.distributed.barrier()


def summed(_, bucket):
    """Sums gradients over all processes; DistributedDataParallel would divide them by their number."""
    return torch.distributed.all_reduce(bucket.buffer(), async_op=True).get_future().then(lambda done: done.value()[0])


def in_parallel(network: torch.nn.Module) -> torch.nn.parallel.DistributedDataParallel:
    """The model with gradients that are summed over all processes, in the same order by each run of as many."""
    # No buffer changes, so none is sent around before a pass; the word for that has changed.
    known = inspect.signature(torch.nn.parallel.DistributedDataParallel).parameters
    buffers = {"forward_sync_buffers" if "forward_sync_buffers" in known else "broadcast_buffers": False}
    # With find_unused_parameters gradients stay in the buckets that they are in at first. Otherwise they are moved after the
    # first step, and a training that continues elsewhere would sum them in another order.
    parallel = torch.nn.parallel.DistributedDataParallel(network, find_unused_parameters=True, **buffers)
    parallel.register_comm_hook(None, summed)
    return parallel


class Training:
    def __init__(self, place: folder.Folder, workers: Workers, tell):
        self.place, self.workers, self.tell = place, workers, tell
        self.settings, self.options = place.settings, place.training
        shards = Shards(place.shards)
        place.check(shards.manifest)
        self.train, self.dev = shards.rows("train"), shards.rows("dev")
        classes = len(self.settings["label_names"])
        if self.options["targets"] != "labels" and (self.train.probabilities is None or classes != 2):
            raise Problem(
                "the shards do not say how probable each of two classes is", "set targets to labels")
        self.targets = Targets(self.options, classes)
        self.order = Order(len(self.train), self.options["batch_size"], self.options["seed"])
        torch.manual_seed(self.options["seed"])
        torch.use_deterministic_algorithms(True)
        self.network = model.load(place.init, self.settings).to(workers.device)
        self.config = self.network.config
        self.optimizer = model.optimizer(self.network, self.settings)
        self.masks = Masks(
            self.settings["model"]["type"], model.layers(self.config), self.options["seed"],
            self.options["freeze_layers"])
        self.states = checkpoint.States(place.state)
        self.identity = {
            "training": place.identity, "torch": torch.__version__, "transformers": transformers.__version__}
        self.step, self.evaluations, self.best, self.since_best, self.processes = 0, [], None, 0, [workers.size]
        self.resume()
        self.parallel = in_parallel(self.network)

    # MARK: Continuing

    def resume(self):
        if self.workers.leads:
            self.place.state.mkdir(exist_ok=True)
            (self.place.state / "metrics.jsonl").touch()
        self.workers.wait()
        found = self.states.load(self.identity)
        if found:
            tensors, facts = found
            self.step, self.evaluations, self.best = facts["step"], facts["evaluations"], facts["best"]
            self.since_best, self.processes = facts["since_best"], facts["processes"]
            model.restore(self.network, self.optimizer, tensors, self.step)
            if self.processes[-1] != self.workers.size:
                self.tell(
                    "warning",
                    text=f"steps up to {self.step} were taken by {self.processes[-1]} processes, the rest are by "
                    f"{self.workers.size}: the result is the same but for rounding")
                self.processes = self.processes + [self.workers.size]
        if self.workers.leads:
            self.keep_metrics()
        self.tell(
            "start", resumed_from=self.step if found else None, total_steps=self.options["total_steps"],
            processes=self.workers.size, backend=self.workers.backend,
            device=torch.cuda.get_device_name() if self.workers.device.type == "cuda" else "CPU",
            torch=torch.__version__, transformers=transformers.__version__, threads=torch.get_num_threads())

    def keep_metrics(self):
        """Drops the lines of steps that are taken again."""
        path = self.place.state / "metrics.jsonl"
        kept = []
        for line in path.read_bytes().splitlines():
            with contextlib.suppress(ValueError):  # the last line may have been cut by a kill
                if json.loads(line)["step"] == len(kept) + 1 <= self.step:
                    kept.append(line + b"\n")
        if len(kept) != self.step:
            raise Problem(
                f"{path} has {len(kept)} of the {self.step} steps that were taken",
                f"remove {self.place.state} to start over")
        folder.write(path, b"".join(kept))
        self.metrics = open(path, "ab")

    def save(self):
        """A checkpoint; only the first process writes."""
        if self.workers.leads:
            self.metrics.flush()
            os.fsync(self.metrics.fileno())
            tensors = {f"weights/{name}": tensor for name, tensor in self.network.named_parameters()}
            tensors |= model.moments(self.network, self.optimizer)
            self.states.save(tensors, {
                "identity": self.identity, "step": self.step, "evaluations": self.evaluations, "best": self.best,
                "since_best": self.since_best, "processes": self.processes})
        self.workers.wait()

    # MARK: Steps

    @contextlib.contextmanager
    def precision(self):
        with torch.autocast(self.workers.device.type, torch.bfloat16, enabled=self.options["precision"] == "bf16"):
            yield

    def tensor(self, array: numpy.ndarray) -> torch.Tensor:
        return torch.from_numpy(numpy.ascontiguousarray(array)).to(self.workers.device)

    def logits(self, network, rows, chosen) -> torch.Tensor:
        ids, segments, lengths = rows.padded(chosen, getattr(self.config, "pad_token_id", None) or 0)
        lengths = self.tensor(lengths)
        with self.precision():
            return network(**model.inputs(self.config, self.tensor(ids), self.tensor(segments), lengths)).logits.float()

    def parts(self, count: int) -> list[tuple[range, bool]]:
        """Places of a step that this process takes, in parts that fit its memory, and whether they count."""
        own = share(count, self.workers.rank, self.workers.size)
        if not own:
            return [(range(1), False)]  # fewer rows than processes; all have to take part in the sum
        size = -(-self.options["batch_size"] // (self.options["accumulate"] * self.workers.size))
        return [(own[start : start + size], True) for start in range(0, len(own), size)]

    def take_step(self) -> dict:
        started = time.monotonic()
        rows = self.order.rows_of(self.step)
        epoch = self.order.epoch(self.step)
        weights = self.train.weights[rows]
        if self.options["class_weights"]:
            weights = weights * numpy.array(self.options["class_weights"], numpy.float32)[self.train.labels[rows]]
        targets = self.targets.of(self.train, rows, epoch)
        # Rows that all weigh nothing have no mean loss; any denominator gives them the gradient 0.
        denominator = float(weights.astype(numpy.float64).sum()) or 1.0
        self.parallel.train()
        parts = self.parts(len(rows))
        sums = torch.zeros(2, dtype=torch.float64, device=self.workers.device)
        for number, (part, counts) in enumerate(parts):
            places = numpy.array(part)
            with contextlib.ExitStack() as stack:
                if number < len(parts) - 1:
                    stack.enter_context(self.parallel.no_sync())
                lengths = self.tensor(self.train.lengths[rows[places]])
                stack.enter_context(self.masks.of(self.step, int(places[0]), lengths))
                logits = self.logits(self.parallel, self.train, rows[places])
                losses = -(self.tensor(targets[places]).double() * logits.double().log_softmax(-1)).sum(-1)
                loss = (self.tensor(weights[places]).double() * losses).sum() * (1.0 if counts else 0.0)
                (loss / denominator).backward()
            if counts:
                sums[0] += loss.detach()
                sums[1] += (logits.argmax(-1) == self.tensor(self.train.labels[rows[places]])).sum()
        self.workers.sum(sums)
        return self.move(rows, sums.tolist(), denominator, started)

    def move(self, rows, sums: list, denominator: float, started: float) -> dict:
        clip = self.options["clip"]
        norm = float(torch.nn.utils.clip_grad_norm_(
            [p for p in self.network.parameters() if p.requires_grad], clip if clip else math.inf))
        if not math.isfinite(norm) or not math.isfinite(sums[0]):
            comments = ", ".join(map(str, self.train.comments[rows][:8].tolist()))
            raise Problem(
                f"step {self.step + 1}: loss or gradient is not a finite number (comments {comments}, …)",
                "lower learning_rate, or set precision: fp32")
        rate = model.rate(self.options, self.step)
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["factor"]
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        tokens = int(self.train.lengths[rows].sum())
        return {
            "step": self.step, "epoch": self.step / self.order.steps_per_epoch, "loss": sums[0] / denominator,
            "accuracy": sums[1] / len(rows), "learning_rate": rate, "gradient_norm": norm, "tokens": tokens,
            "tokens_per_second": tokens / max(time.monotonic() - started, 1e-9)}

    # MARK: Evaluations

    @torch.no_grad()
    def score_dev(self) -> numpy.ndarray:
        """Scores of all dev rows, which the processes share. ``[rows, classes]``."""
        self.network.eval()
        found = torch.zeros(len(self.dev), len(self.settings["label_names"]), device=self.workers.device)
        order = numpy.argsort(-self.dev.lengths, kind="stable")[self.workers.rank :: self.workers.size]
        while len(order):
            size = max(1, min(SCORED_ROWS, SCORED_TOKENS // int(self.dev.lengths[order[0]])))
            chosen, order = order[:size], order[size:]
            found[self.tensor(chosen)] = self.logits(self.network, self.dev, chosen)
        return self.workers.sum(found).cpu().numpy()

    def evaluate(self) -> dict:
        logits = self.score_dev()
        if not numpy.isfinite(logits).all():
            raise Problem(f"step {self.step}: scores of dev rows are not finite numbers", "lower learning_rate")
        found = scores.scores(logits, self.dev.labels)
        value = found[self.options["metric"]]
        best = value is not None and scores.is_better(self.options["metric"], value, found["loss"], self.best)
        report = {
            "step": self.step, "epoch": self.step / self.order.steps_per_epoch, "metric": value, "is_best": best, **found}
        if best:
            self.best = {"step": self.step, "metric": value, "loss": found["loss"]}
        self.since_best = 0 if best else self.since_best + 1
        self.evaluations = self.evaluations + [report]
        if self.workers.leads:
            checkpoint.save(self.states.dev(self.step), {"logits": torch.from_numpy(logits)}, {"step": self.step})
            if best:
                checkpoint.save(self.states.best(self.step), dict(self.network.named_parameters()), {"step": self.step})
        return report

    @property
    def evaluation_is_due(self) -> bool:
        if not len(self.dev) or self.step == 0 or (self.evaluations and self.evaluations[-1]["step"] == self.step):
            return False
        interval = self.options["evaluate_every"] or self.order.steps_per_epoch
        return self.step % interval == 0 or self.step == self.options["total_steps"]

    @property
    def has_lost_patience(self) -> bool:
        return self.options["patience"] is not None and self.since_best >= self.options["patience"]

    # MARK: The whole run

    def run(self):
        while True:
            if self.evaluation_is_due:
                self.tell("evaluation", **self.evaluate())
                self.save()
            elif self.step >= self.options["total_steps"] or self.has_lost_patience:
                break
            else:
                report = self.take_step()
                if self.workers.leads:
                    self.metrics.write(folder.canonical(report) + b"\n")
                self.tell("step", **report)
                if self.step % self.place.upkeep["checkpoint_every"] == 0 and not self.evaluation_is_due:
                    self.save()
        if self.workers.leads:
            self.finish()
        self.workers.wait()

    def finish(self):
        """Writes ``out``: the weights that score best, or the last ones without dev rows."""
        self.metrics.close()
        partial = self.place.path / "out.partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        if self.best:
            weights, _ = checkpoint.load(self.states.best(self.best["step"]))
        else:
            weights = dict(self.network.named_parameters())
        weights = {name: tensor.detach().cpu().contiguous() for name, tensor in weights.items()}
        checkpoint.safetensors.torch.save_file(weights, partial / "model.safetensors", metadata={"format": "pt"})
        dev = {f"step-{r['step']}": checkpoint.load(self.states.dev(r["step"]))[0]["logits"] for r in self.evaluations}
        checkpoint.safetensors.torch.save_file(dev, partial / "dev.safetensors", metadata={"format": "pt"})
        shutil.copyfile(self.place.state / "metrics.jsonl", partial / "metrics.jsonl")
        (partial / folder.RESULT).write_bytes(folder.canonical({
            "format": folder.FORMAT, "version": folder.FORMAT_VERSION, "identity": self.place.identity,
            "training": self.settings["identity"], "steps": self.step, "best_step": self.best["step"] if self.best else None,
            "best_metric": self.best["metric"] if self.best else None,
            "stopped_early": self.has_lost_patience and self.step < self.options["total_steps"],
            "evaluations": self.evaluations, "processes": self.processes, "backend": self.workers.backend,
            "torch": torch.__version__, "transformers": transformers.__version__,
            "weights_sha256": folder.digest(partial / "model.safetensors"),
            "dev_sha256": folder.digest(partial / "dev.safetensors")}) + b"\n")
        folder.replace_folder(partial, self.place.out)
        shutil.rmtree(self.place.state)
        self.tell("finished", steps=self.step, best_step=self.best["step"] if self.best else None)


def run(path: pathlib.Path, tell):
    place = folder.Folder(path)
    if os.environ.get("RANK") == "0":
        place.lock()
    if found := place.finished():
        tell("finished", steps=found["steps"], best_step=found["best_step"])
        return
    torch.set_num_threads(place.upkeep["threads"])
    Training(place, Workers(), tell).run()
    torch.distributed.destroy_process_group()
