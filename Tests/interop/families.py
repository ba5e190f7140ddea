"""An encoder of each family with every tensor far from its usual start, and a pipeline of made-up rows up to its shards."""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "chaos"))

import numpy
import torch
import transformers

import combinations

FAMILIES = list(combinations.FAMILIES)
STAGES = [
    "  rows: {uses: ingest.files, with: {paths: rows.tsv, source: made, columns: {text: text, label: label}}}",
    "  clean: {uses: clean, from: rows}",
    "  split: {uses: split, from: clean, with: {shares: {train: 0.8, dev: 0.1, test: 0.1}, salt: v1}}",
    "  vocabulary: {uses: vocabulary, from: clean, with: {size: 300}}",
    "  shards: {uses: shards, from: {data: split, tokenizer: vocabulary}, with: {max_tokens: 32}}",
]


class Project:
    """A folder in which a pipeline is run whose stages start from `init-FAMILY`."""

    def __init__(self, title, command, folder):
        self.title, self.command, self.folder = title, command, pathlib.Path(folder)

    def run(self, *arguments, source=None):
        ended = subprocess.run(
            [self.command, *arguments], cwd=self.folder, capture_output=True, text=True, input=source)
        if ended.returncode != 0:
            sys.exit(f"{self.title}: {' '.join(map(str, arguments))}: {ended.stderr}")
        return ended.stdout

    def make(self, stages, column, layers=None):
        """Runs the stages after the shards of rows labeled by a column of the rows; gives the first texts."""
        self.folder.mkdir(parents=True)
        rows = [(parts[0], parts[column]) for parts in (line.rstrip("\n").split("\t") for line in combinations.rows())]
        (self.folder / "rows.tsv").write_text("text\tlabel\n" + "".join(f"{text}\t{label}\n" for text, label in rows))
        head = f"splitvote: 1\npipeline: {self.title}\nstore: {{state: state.sqlite, artifacts: artifacts}}\nstages:\n"
        (self.folder / "p.yaml").write_text(head + "\n".join(STAGES + stages) + "\n")
        self.run("run", "p.yaml", "--quiet", "--until", "shards")
        [vocabulary] = (self.folder / "artifacts" / "vocabulary").rglob("vocab.txt")
        random = numpy.random.default_rng(5)
        for family, sizes in combinations.FAMILIES.items():
            depth = "n_layers" if family == "distilbert" else "num_hidden_layers"
            settings = transformers.AutoConfig.for_model(
                family, vocab_size=len(vocabulary.read_text().splitlines()), **{**sizes, depth: layers or sizes[depth]})
            made = transformers.AutoModel.from_config(settings)
            with torch.no_grad():
                for parameter in made.parameters():
                    parameter.add_(torch.tensor(0.2 * random.standard_normal(tuple(parameter.shape)), dtype=torch.float32))
            made.save_pretrained(self.folder / f"init-{family}")
            for name in ("vocab.txt", "tokenizer_config.json"):
                (self.folder / f"init-{family}" / name).write_bytes((vocabulary.parent / name).read_bytes())
        self.run("run", "p.yaml", "--quiet")
        return [text for text, _ in rows[:40]]
