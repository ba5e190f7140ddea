"""Compares the answers of a cloze without labels with transformers, on synthetic comments and an encoder pretrained on them.

    python cloze.py COMMAND FOLDER

COMMAND is splitvote, FOLDER an empty one to work in. AutoModelForMaskedLM opens the folder of the pretrain stage; each text of the
test side, and the parts of the pattern, are tokenized on their own, texts are cut at their end to what the positions leave, and the
classes are compared by the raw scores of their words. Fails where accuracy or macro F1 is another, where another number of texts is cut,
or where one of three mistakes gives the same: texts cut at their start, one word of a class, a pattern without its end. Prints one line of JSON.
"""

import json
import platform
import sys

sys.dont_write_bytecode = True

import torch
import transformers
from sklearn.metrics import accuracy_score, f1_score

import synthetic

POSITIONS = 24
CONFIG = {
    "model_type": "bert", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 128,
    "hidden_act": "gelu", "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1, "initializer_range": 0.02,
    "layer_norm_eps": 1e-12, "max_position_embeddings": POSITIONS, "type_vocab_size": 2, "pad_token_id": 0}
BEFORE, BETWEEN, AFTER = "댓글: ", " 이 댓글은 ", " 의견이다."
STAGES = f"""\
  pretrained:
    uses: pretrain
    from: {{texts: clean, split: split, tokenizer: vocabulary}}
    with: {{init: encoder, max_tokens: {POSITIONS}, epochs: 1, batch_size: 64, learning_rate: 1e-3, path: out/encoder}}
"""


class Asked:
    def __init__(self, folder):
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        self.model = transformers.AutoModelForMaskedLM.from_pretrained(folder, attn_implementation="eager").eval()

    def ids(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False)

    def pick(self, texts):
        """Two words for one class and one for the other, each one piece, by which the texts are divided most evenly."""
        plain = [
            (piece, number) for piece, number in self.tokenizer.get_vocab().items()
            if len(piece) > 1 and all("가" <= character <= "힣" for character in piece)]
        ids = [number for _, number in plain]
        found = torch.stack([self.scores(text)[ids] for text in texts])
        order = found.mean(0).argsort(descending=True).tolist()[:60]
        triples = list(zip(order, order[1:], order[2:]))
        divided = lambda one: abs(((found[:, one[0]] + found[:, one[2]]) / 2 > found[:, one[1]]).double().mean().item() - 0.5)
        first, other, second = min(triples, key=divided)
        self.words = {"uncontroversial": [ids[first], ids[second]], "controversial": [ids[other]]}
        return {name: self.tokenizer.convert_ids_to_tokens(own) for name, own in self.words.items()}

    def row(self, text):
        """As the rows of the shards are: cut to the positions."""
        return self.ids(text)[:POSITIONS - 2]

    def room(self, after=AFTER):
        return POSITIONS - 3 - sum(len(self.ids(part)) for part in (BEFORE, BETWEEN, after))

    def scores(self, text, after=AFTER, keeps_start=True):
        """Of all words, where the mask stands."""
        t = self.tokenizer
        before, behind = self.ids(BEFORE), self.ids(BETWEEN) + [t.mask_token_id] + self.ids(after)
        own, room = self.row(text), self.room(after)
        kept = own[:room] if keeps_start else own[max(0, len(own) - room):]
        row = [t.cls_token_id] + before + kept + behind + [t.sep_token_id]
        with torch.no_grad():
            return self.model(input_ids=torch.tensor([row])).logits[0, row.index(t.mask_token_id)]

    def answers(self, texts, words=None, **changes):
        """The class of each text, as the label of the exported tables has it."""
        words = words or self.words
        answers = []
        for text in texts:
            scores = self.scores(text, **changes)
            means = [scores[words[name]].mean().item() for name in ("uncontroversial", "controversial")]
            answers.append(str(int(means[1] > means[0])))
        return answers


def scores(labels, answers):
    return accuracy_score(labels, answers), f1_score(labels, answers, average="macro")


def main():
    project = synthetic.Project("cloze", STAGES, max_tokens=POSITIONS)
    (project.folder / "encoder").mkdir(exist_ok=True)
    (project.folder / "encoder" / "config.json").write_text(json.dumps(CONFIG))
    project.run()
    torch.set_num_threads(1)
    asked = Asked(project.folder / "out" / "encoder")
    test = project.table("test.tsv")
    words = asked.pick(test["document"].tolist()[:200])
    few = {
        "per_class": [0, 1], "seeds": 1, "steps": 1, "methods": ["cloze"], "path": "out/few",
        "pattern": BEFORE + "{text}" + BETWEEN + "{mask}" + AFTER, "verbalizers": words}
    project.add(f"  few: {{uses: few_shot, from: {{data: shards, init: pretrained}}, with: {json.dumps(few, ensure_ascii=False)}}}\n")
    project.run()
    train, runs = map(project.table, ("train.tsv", "few/few-shot.tsv"))
    run = runs[(runs["per_class"] == "0") & (runs["seed"] == "1")].iloc[0]
    ours = (float(run["accuracy"]), float(run["macro_f1"]))
    texts, labels = test["document"].tolist(), test["label"].tolist()
    answers = asked.answers(texts)
    theirs = scores(labels, answers)
    assert all(abs(one - other) < 1e-9 for one, other in zip(ours, theirs)), (ours, theirs)
    cut = sum(len(asked.row(text)) > asked.room() for text in texts + train["document"].tolist())
    found = json.loads((project.folder / "out" / "few" / "few-shot.json").read_text())
    assert found["cut_rows"] == cut > 0, (found["cut_rows"], cut)
    firsts = {name: own[:1] for name, own in asked.words.items()}
    mistakes = {
        "cut at the start": asked.answers(texts, keeps_start=False), "one word": asked.answers(texts, firsts),
        "no end": asked.answers(texts, after="")}
    apart = {title: sum(map(str.__ne__, answers, others)) for title, others in mistakes.items()}
    assert len(set(answers)) == 2 and all(scores(labels, others) != theirs for others in mistakes.values()), apart
    print(json.dumps({
        "rows": len(test), "accuracy": ours[0], "macro_f1": ours[1], "cut": cut, "answers_apart": apart, "words": words,
        "peer": f"Python {platform.python_version()}, transformers {transformers.__version__}, torch {torch.__version__}"},
        ensure_ascii=False))


main()
