"""The works that answer texts with a BERT-base: ours beside transformers' pipeline and ONNX Runtime.

All answer the same 20,000 comments in the same run, each a whole process. Costs of the peers are of answering alone; ours
holds the start of the program and reading the model too.
"""

import shutil

import measure

MODELS = "kcbert"
# Batch sizes that the pipeline is tried with, on a few texts; the fastest answers them all.
BATCHES = (1, 2, 8, 32)
TRIED = 300


def predict(bench, comments):
    texts = bench.prepared("sample", comments)
    few = bench.folder / "few"
    few.write_bytes(b"".join(texts.read_bytes().splitlines(keepends=True)[:TRIED]))
    model = bench.folder / "answering"
    shutil.rmtree(model, ignore_errors=True)
    measure.run(
        [bench.python, "-B", bench.peers / "random_bert.py", bench.data / MODELS / "kcbert-base", model, "--seed", "1",
         "--base"], bench.folder)
    measure.run([bench.python, "-B", bench.peers / "onnx_answers.py", "export", model], bench.folder)

    def pipeline(batch, file):
        return bench.python_peer(None, "transformers_answers.py", model, file, "--batch", str(batch))

    best = min(BATCHES, key=lambda batch: pipeline(batch, few)["seconds"])
    for _ in range(bench.runs):
        answers = bench.folder / "answers.tsv"
        bench.ours("predict-memory", bench.folder, "predict", "--model", model, texts, output=answers)
        for row in ("predict-transformers", "predict-onnx"):
            bench.rows.setdefault(row, ([], []))[0].append(bench.rows["predict-memory"][0][-1])
        ours = [float(line.split("\t")[-1]) for line in answers.read_text().splitlines()[1:]]
        for row, script, arguments in (
            ("predict-transformers", "transformers_answers.py", ("--batch", str(best))),
            ("predict-onnx", "onnx_answers.py", ())):
            peer = bench.python_peer(row, script, *(("answer",) if "onnx" in script else ()), model, texts, *arguments)
            bench.same(f"{row}, answers", len(ours), len(peer["probabilities"]))
            apart = max(abs(one - other) for one, other in zip(ours, peer["probabilities"]))
            note = f"{row}: {peer['peer']}; probabilities differ by at most {apart:.4f}"
            if note not in bench.notes:
                bench.notes.append(note)
