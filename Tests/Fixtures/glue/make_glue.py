"""Writes small made-up files in the form of each of GLUE's nine tasks, as its owners' download has them.

Run:  python make_glue.py      (needs nothing else; writes beside itself)

Columns, headers, ids and labels are those of the download; sentences are made up. Also as there: CoLA's files with labels have
no header, its test file has one; MRPC begins with a byte order mark; quotation marks are text wherever they stand; test
files have no labels; two lines of QQP's train file are broken off, and in one pair a question is empty.
"""

import itertools
from pathlib import Path

HERE = Path(__file__).resolve().parent
SUBJECTS = ["The committee", "A neighbor", "My sister", "The old \"expert\"", "Every reader", "Nobody"]
VERBS = ["praised", "refused", "read", "forgot", "quoted"]
OBJECTS = ["the plan", "a \"fair\" answer", "the article", "its author's claim", "an apology", "the vote", "\"no comment"]
SENTENCES = [f"{a} {b} {c} ." for a, b, c in itertools.product(SUBJECTS, VERBS, OBJECTS)]


def sentence(row):
    return SENTENCES[row * 37 % len(SENTENCES)]


def other(row):
    """Much like the sentence of every second row."""
    return sentence(row)[:-2] + " again ." if row % 2 else sentence(row + 11)


def write(task, name, header, rows, line, start="", end=()):
    lines = ([header] if header else []) + [line(number, row) for number, row in enumerate(rows)] + list(end)
    path = HERE / task / f"{name}.tsv"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes((start + "\n".join(lines) + "\n").encode())


def files(task, header, line, test_header, test_line, start="", end=(), devs=("dev",), tests=("test",)):
    write(task, "train", header, range(36), line, start, end)
    for number, name in enumerate(devs):
        write(task, name, header, range(36 + 12 * number, 48 + 12 * number), line, start)
    for number, name in enumerate(tests):
        write(task, name, test_header, range(70 + 6 * number, 76 + 6 * number), test_line, start)


def joined(*fields):
    return "\t".join(str(field) for field in fields)


NLI = ["entailment", "not_entailment"]
MNLI = ["neutral", "entailment", "contradiction"]
files("CoLA", None, lambda n, r: joined("gj04", r % 2, "" if r % 2 else "*", sentence(r)),
      "index\tsentence", lambda n, r: joined(n, sentence(r)))
files("SST-2", "sentence\tlabel", lambda n, r: joined(sentence(r) + " ", r % 2),
      "index\tsentence", lambda n, r: joined(n, sentence(r)))
files("MRPC", "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String",
      lambda n, r: joined(r % 2, 702876 + r, 702977 + r, sentence(r), other(r)),
      "index\t#1 ID\t#2 ID\t#1 String\t#2 String",
      lambda n, r: joined(n, 1089874 + r, 1089925 + r, sentence(r), other(r)), start="\ufeff")
files("QQP", "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate",
      lambda n, r: joined(133273 + r, 213221 + r, 213222 + r, sentence(r) + "?", other(r) + "?", r % 2),
      "id\tquestion1\tquestion2", lambda n, r: joined(n, sentence(r) + "?", other(r) + "?"),
      end=[joined(363362, 493340, 493341, "How can I develop?"), joined("apps?", 0),
           joined(105780, 174363, 174364, "How can I learn?", "", 0)])
files("STS-B", "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2\tscore",
      lambda n, r: joined(n, "main-captions", "MSRvid", "2012test", f"{r:04}", "none", "none", sentence(r), other(r),
                          f"{r % 6}.{r % 5}00" if r % 6 < 5 else "5.000"),
      "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2",
      lambda n, r: joined(n, "main-captions", "MSRvid", "2012test", f"{r:04}", "none", "none", sentence(r), other(r)))
BEGIN = "index\tpromptID\tpairID\tgenre\tsentence1_binary_parse\tsentence2_binary_parse\tsentence1_parse\tsentence2_parse"


def parses(n, r):
    a, b = sentence(r), other(r)
    return joined(n, 31193 + r, f"{31193 + r}n", "fiction", f"( {a} )", f"( {b} )", f"(ROOT (S {a}))", f"(ROOT (S {b}))", a, b)


write("MNLI", "train", BEGIN + "\tsentence1\tsentence2\tlabel1\tgold_label", range(36),
      lambda n, r: joined(parses(n, r), MNLI[r % 3], MNLI[r % 3]))
for number, name in enumerate(["matched", "mismatched"]):
    labels = "\t".join(f"label{vote}" for vote in range(1, 6))
    write("MNLI", f"dev_{name}", BEGIN + f"\tsentence1\tsentence2\t{labels}\tgold_label",
          range(36 + 12 * number, 48 + 12 * number - 3 * number),
          lambda n, r: joined(parses(n, r), *[MNLI[(r + (vote == 4)) % 3] for vote in range(5)], MNLI[r % 3]))
    write("MNLI", f"test_{name}", BEGIN + "\tsentence1\tsentence2", range(70 + 6 * number, 76 + 6 * number), parses)
for task, first, second in [("QNLI", "question", "sentence"), ("RTE", "sentence1", "sentence2")]:
    files(task, f"index\t{first}\t{second}\tlabel", lambda n, r: joined(n, sentence(r), other(r), NLI[r % 2]),
          f"index\t{first}\t{second}", lambda n, r: joined(n, sentence(r), other(r)))
files("WNLI", "index\tsentence1\tsentence2\tlabel", lambda n, r: joined(n, sentence(r), other(r), r % 2),
      "index\tsentence1\tsentence2", lambda n, r: joined(n, sentence(r), other(r)))
