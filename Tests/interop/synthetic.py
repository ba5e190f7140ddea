"""The synthetic comments of `demo-data`, labeled, split, exported and made into shards, in a folder of one's own."""
import argparse
import subprocess
from pathlib import Path

import pandas

STAGES = """\
splitvote: 1
pipeline: {name}
store: {{state: state.sqlite, artifacts: artifacts}}
stages:
  comments:
    uses: ingest.files
    with:
      paths: data/*.tsv
      source: synthetic
      columns: {{text: contents, up: sympathyCount, down: antipathyCount, article: [oid, aid], title: title}}
  clean: {{uses: clean, from: comments}}
  labels: {{uses: label, from: clean, with: {{min_votes: 20}}}}
  sample: {{uses: sample, from: labels}}
  split: {{uses: split, from: sample, with: {{shares: {{train: 0.6, test: 0.4}}}}}}
  tsv: {{uses: export, from: split, with: {{path: "out/{{split}}.tsv"}}}}
  vocabulary: {{uses: vocabulary, from: clean, with: {{size: 2000}}}}
  shards: {{uses: shards, from: {{data: split, tokenizer: vocabulary}}, with: {{max_tokens: {max_tokens}}}}}
"""


class Project:
    """COMMAND and FOLDER of the arguments, with the comments and a pipeline file."""

    def __init__(self, name, stages, max_tokens):
        parser = argparse.ArgumentParser()
        parser.add_argument("command", type=Path)
        parser.add_argument("folder", type=Path)
        options = parser.parse_args()
        self.command, self.folder, self.file = options.command.resolve(), options.folder, f"{name}.yaml"
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / self.file).write_text(STAGES.format(name=name, max_tokens=max_tokens) + stages)
        subprocess.run([self.command, "demo-data", "data"], cwd=self.folder, check=True, stdout=subprocess.DEVNULL)

    def add(self, stages):
        with (self.folder / self.file).open("a") as file:
            file.write(stages)

    def run(self):
        subprocess.run([self.command, "run", self.file, "--quiet"], cwd=self.folder, check=True)

    def table(self, name):
        return pandas.read_csv(self.folder / "out" / name, sep="\t", quoting=3, dtype=str, keep_default_na=False)
