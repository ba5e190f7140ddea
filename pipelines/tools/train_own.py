"""A training of one's own on token shards, such as a model that splitvote does not have; here a plain BERT.

    python train_own.py SHARDS SHAPE OUT

SHARDS is what a shards stage made, SHAPE a folder with config.json, OUT becomes a Hugging Face folder.
"""
import json
import pathlib
import shutil
import sys

import safetensors.torch
import torch
import transformers

shards, shape, out = map(pathlib.Path, sys.argv[1:])
manifest = json.loads((shards / "manifest.json").read_text())
rows = []
for file in manifest["files"]:
    if file["split"] == "train":
        tensors = safetensors.torch.load_file(shards / file["path"])
        ids = tensors["input_ids"].to(torch.int64)
        ends = tensors["offsets"].tolist()
        rows += zip([ids[start:end] for start, end in zip(ends, ends[1:])], tensors["labels"].tolist())

torch.manual_seed(1)
config = transformers.BertConfig.from_json_file(shape / "config.json")
config.vocab_size = manifest["tokenizer"]["vocabulary_size"]
# The order of the classes is that of the labels in the shards.
config.id2label = dict(enumerate(manifest["label_names"]))
config.label2id = {name: number for number, name in config.id2label.items()}
model = transformers.BertForSequenceClassification(config).train()
optimizer = torch.optim.AdamW(model.parameters(), lr=5e-4)
for epoch in range(2):
    for part in torch.randperm(len(rows)).split(32):
        texts, labels = zip(*[rows[row] for row in part])
        ids = torch.nn.utils.rnn.pad_sequence(texts, batch_first=True)
        loss = model(input_ids=ids, attention_mask=(ids != 0).long(), labels=torch.tensor(labels)).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    print(f"epoch {epoch + 1}: loss {loss.item():.4f}", flush=True)

model.save_pretrained(out)
for name in ("vocab.txt", "tokenizer_config.json", "tokenizer.json"):
    if (shards / name).exists():
        shutil.copy(shards / name, out / name)
