"""Makes steps.json: tokenizer.json files of Unigram models and of BPE over characters, and what tokenizers makes of texts
with them. Texts and SentencePiece models are those of subwords.json.

    python make_steps.py        # with tokenizers, sentencepiece and transformers 4
"""

import base64
import json
import sys
from pathlib import Path

import step_folders
import tokenizers
import transformers
from make_subwords import byte_places
from tokenizers import Tokenizer

HERE = Path(__file__).resolve().parent
MORE = [
    "\r\n", "a\r\nb", "\r\u0301", "e\u0301\u0301", "\u0301", "가\u0301", "\u1100\u1161", "\u1112\u1161\u11ab글", "\U0001f468\u200d\U0001f469",
    "\U0001f1f0\U0001f1f7\U0001f1f0", "x\u200dy", "ก\u0e33", "ﬁ\u0323\u0307", "Ǆ ǅ", "İI", "ΣΑΣ", "\u00ad가", "가\u00ad나", "\u200b\u200b", "ㄱㅏ", "①②",
    "ＡＢ ＡＢc", "기자님기자님", "기 자님", "ㅋㅋㅋㅋㅋㅋㅋ", "  <sep>  가", "``따옴표''", "A  B   C", "▁ ▁▁", "가▁나", " ", "", "\u3000가\u3000", "a</w>b", "Hello, World!",
]  # fmt: skip


def case(made, texts, files=None):
    encodings = [made.encode(text) for text in texts]
    return {
        "files": files or {"tokenizer.json": made.to_str()},
        "ids": [encoding.ids for encoding in encodings],
        "places": [byte_places(text, encoding.offsets) for text, encoding in zip(texts, encodings)],
        "pairs": [made.encode(one, two).ids for one, two in zip(texts, texts[1:])],
    }


def main():
    subwords = json.loads((HERE / "subwords.json").read_text(encoding="utf-8"))
    texts = MORE + subwords["texts"]
    training = subwords["training"]

    def model(name, file):
        return base64.b64decode(subwords["families"][name]["folder"][file])

    plain, albert = model("xlm-roberta", "sentencepiece.bpe.model"), model("albert", "spiece.model")
    made = {
        "xlm-roberta": step_folders.converted(plain, "XLMRoberta"),
        "albert": step_folders.converted(albert, "Albert"),
        "albert with accents": step_folders.converted(albert, "Albert", keep_accents=True, do_lower_case=False),
        "first": step_folders.unigram(plain, "first", True),
        "never": step_folders.unigram(plain, "never", True),
        "whole texts": step_folders.unigram(plain, "always", False),
        "kogpt2": step_folders.kogpt2(training, 600),
        "gpt": step_folders.gpt(training, 600),
        "llama": step_folders.llama(training, 900),
    }
    cases = {name: case(tokenizer, texts) for name, tokenizer in made.items()}
    cases["kogpt2, old file"] = case(made["kogpt2"], texts, {"tokenizer.json": step_folders.reordered(made["kogpt2"])})
    cases["gpt, two files"] = case(made["gpt"], texts, step_folders.gpt_files(made["gpt"]))
    found = {
        "versions": {"tokenizers": tokenizers.__version__, "transformers": transformers.__version__,
                     "python": sys.version.split()[0]},
        "texts": texts,
        "cases": cases,
    }  # fmt: skip
    (HERE / "steps.json").write_text(json.dumps(found, separators=(",", ":")) + "\n", encoding="utf-8")
    assert all(Tokenizer.from_str(entry["files"].get("tokenizer.json") or made["gpt"].to_str()) for entry in cases.values())


if __name__ == "__main__":
    main()
