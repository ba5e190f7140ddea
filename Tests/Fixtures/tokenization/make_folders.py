"""Makes folders.json: small tokenizer folders as several versions of transformers save them, and the ids they give.

Run once with each version, in any order; each run replaces its own folders:

    python make_folders.py            # with transformers 4.30.2, 4.57.6 and 5.24.0 in turn
"""

import json
import os
import tempfile

import transformers
from transformers import AutoTokenizer, BertTokenizer, BertTokenizerFast, PreTrainedTokenizerFast

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = HERE + "/folders.json"
VERSION = transformers.__version__
PIECES = "[PAD] [UNK] [CLS] [SEP] [MASK] 가 ##가 나 ##나 다 ##다 ㅋ ##ㅋ a ##a b ##b A ##A B ##B é 1 ##1 ! .".split()
TEXTS = ["가나다 ㅋㅋㅋㅋ", "AbA a!b", "ㅋㅋㅋㅋㅋ다가", "é 1가1 MZ나라", "[MASK] 나 [UNK].", "mz나라 zz Z", "<x>가<y>", ""]


def files(folder):
    found = {}
    for name in sorted(os.listdir(folder)):
        with open(folder + "/" + name, encoding="utf-8") as file:
            found[name] = file.read()
    return found


def vocabulary(folder, pieces=PIECES):
    with open(folder + "/vocab.txt", "w", encoding="utf-8") as file:
        file.write("".join(piece + "\n" for piece in pieces))
    return folder + "/vocab.txt"


def fast(folder, **settings):
    if VERSION.startswith("5"):
        return BertTokenizer(vocab={piece: i for i, piece in enumerate(PIECES)}, do_lower_case=False, **settings)
    return BertTokenizerFast(vocabulary(folder), do_lower_case=False, **settings)


def edit(path, change):
    with open(path, encoding="utf-8") as file:
        value = json.load(file)
    change(value)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1)


def plain(folder, scratch):
    fast(scratch).save_pretrained(folder)


def added(folder, scratch):
    tokenizer = fast(scratch)
    tokenizer.add_tokens(["ㅋㅋㅋㅋ", "MZ나라"])
    tokenizer.add_special_tokens({"additional_special_tokens": ["<x>", "<y>"]})
    tokenizer.save_pretrained(folder)


def slow(folder, scratch):
    """No tokenizer.json: added tokens are in added_tokens.json alone."""
    tokenizer = BertTokenizer(vocabulary(scratch), do_lower_case=False)
    tokenizer.add_tokens(["ㅋㅋㅋㅋ", "MZ나라"])
    tokenizer.save_pretrained(folder)
    if os.path.exists(folder + "/tokenizer.json"):
        os.remove(folder + "/tokenizer.json")


def disagreeing(folder, scratch):
    """tokenizer.json lower-cases and has two pieces in other places; vocab.txt and the settings say nothing of it."""
    fast(scratch).save_pretrained(folder)

    def change(value):
        value["normalizer"]["lowercase"] = True
        value["normalizer"]["strip_accents"] = False
        vocab = value["model"]["vocab"]
        vocab["다"], vocab["나"] = vocab["나"], vocab["다"]

    edit(folder + "/tokenizer.json", change)
    vocabulary(folder)
    with open(folder + "/tokenizer_config.json", "w", encoding="utf-8") as file:
        json.dump({"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": "[UNK]"}, file)


def main():
    made = {}
    if os.path.exists(OUT):
        with open(OUT, encoding="utf-8") as file:
            made = json.load(file)
    for build in [plain, added] + ([] if VERSION.startswith("5") else [slow]) + [disagreeing]:
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as scratch:
            build(folder, scratch)
            if build is disagreeing:
                tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
            elif VERSION.startswith("5"):
                tokenizer = AutoTokenizer.from_pretrained(folder)
            else:
                tokenizer = BertTokenizerFast.from_pretrained(folder)
            ids = [tokenizer(text)["input_ids"] for text in TEXTS]
            made[f"{build.__name__} {VERSION}"] = {"files": files(folder), "texts": TEXTS, "ids": ids}
    with open(OUT, "w", encoding="utf-8") as file:
        json.dump(made, file, ensure_ascii=False, indent=1, sort_keys=True)
        file.write("\n")


main()
