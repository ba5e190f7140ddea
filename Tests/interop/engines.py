"""Shows that DuckDB and Spark make the same splits of the same tables: the digests of `splitvote verify --engine`.

    python engines.py SPLITVOTE FOLDER ENGINE...

ENGINE is duckdb, spark (local mode) or spark-cluster (a master and two workers on the loopback address), which runs two of
the pipelines beside other engines, and all of them, for three nights, alone.

Each pipeline below uses other rules: thresholds alone, fitted priors with ages and confidence, dates, folds, one of each text,
sides that stay as they were, several nights. The negative control is a wrong shift in the hash that splits go by.
"""
import contextlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import time

COLUMNS = ("text: contents, up: sympathyCount, down: antipathyCount, replies: replyCount, article: [oid, aid], "
           "created_at: regDate, observed_at: rankDate")
PIPELINES = {
    "plain": ("min_votes: 15, controversial: [0.35, 0.6]", "per_label: balanced, per_article: 12, seed: 7",
              "shares: {train: 0.7, dev: 0.2, test: 0.1}, salt: plain"),
    "priors": ("min_votes: 10, confidence: 0.6, prior: {per: source}, settle: 24h", "per_label: all",
               "shares: {train: 0.8, dev: 0.1, test: 0.1}, group_by: comment, salt: priors, copies: one_per_side"),
    "score": ("min_votes: 10, by: posterior, top: 10%", "per_label: 400, seed: 3",
              "method: folds, folds: 4, fold: 2, dev: 0.2, copies: keep"),
    "time": ("min_votes: 10", "per_label: all",
             "method: time, cuts: {train: CUT1, dev: CUT2, test: rest}, salt: time"),
}


def text(name, label, sample, split):
    return f"""splitvote: 1
pipeline: {name}
store: {{state: {name}.sqlite, artifacts: {name}-artifacts}}
stages:
  comments: {{uses: ingest.files, with: {{paths: "tables/*.tsv", source: synthetic, time_zone: "+09:00", columns: {{{COLUMNS}}}}}}}
  clean: {{uses: clean, from: comments, with: {{rules: kcbert-2020, min_chars: 2}}}}
  labels: {{uses: label, from: clean, with: {{{label}}}}}
  sample: {{uses: sample, from: labels, with: {{{sample}}}}}
  split: {{uses: split, from: sample, with: {{{split}}}}}
  tsv: {{uses: export, from: split, with: {{path: "{name}/{{split}}.tsv", columns: [id, text, label, up, down, ratio, article, split]}}}}
"""


def run(*words, status=0):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode != status:
        sys.exit(f"engines: {' '.join(map(str, words))} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


@contextlib.contextmanager
def cluster(command, folder):
    """A master of Spark and two workers of one core each, which spark-sql uses by SPARK_OPTIONS."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    programs = pathlib.Path(shutil.which(os.environ.get("SPARK_SQL", "spark-sql"))).parent
    path = os.pathsep.join([str(command.parent), str(programs), os.environ["PATH"]])
    variables = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1", "PATH": path}
    folder.mkdir(parents=True)

    def start(part, *words):
        log = open(folder / f"{part}-{len(started)}.log", "wb")
        started.append(subprocess.Popen(
            [programs / "spark-class", f"org.apache.spark.deploy.{part}.{part.capitalize()}", "--host", "127.0.0.1", *words],
            env=variables, stdout=log, stderr=log, start_new_session=True))

    def said(words, count):
        for _ in range(120):
            if sum(file.read_text(errors="replace").count(words) for file in folder.glob("*.log")) >= count:
                return
            time.sleep(0.5)
        sys.exit(f"engines: no '{words}' in {folder} after a minute")

    started = []
    try:
        start("master", "--port", str(port), "--webui-port", "0")
        said("Starting Spark master", 1)
        for _ in range(2):
            start("worker", "--cores", "1", "--memory", "2g", "--webui-port", "0", "-d", str(folder), f"spark://127.0.0.1:{port}")
        said("Successfully registered with master", 2)
        os.environ["SPARK_OPTIONS"] = f"--master spark://127.0.0.1:{port} --conf spark.driver.host=127.0.0.1"
        yield
    finally:
        os.environ.pop("SPARK_OPTIONS", None)
        for process in started:
            process.terminate()
        for process in started:
            process.wait()


def on(engine, command, folder):
    """What has to run beside an engine."""
    return cluster(command, folder / "cluster") if engine == "spark-cluster" else contextlib.nullcontext()


def check(name, passed, figure):
    print(f"engines: {name}: {figure}: {'ok' if passed else 'FAILED'}", flush=True)
    if not passed:
        sys.exit(1)


def digests(command, file, engine, *options):
    engine = engine.removesuffix("-cluster")
    lines = [line.split("\t") for line in run(command, "verify", file, "--engine", engine, *options).splitlines()]
    return lines[0][0], lines[1][0], int(lines[0][1])


def compare(command, file, engine, name, *options):
    own, other, rows = digests(command, file, engine, *options)
    check(f"{engine}: {name}", own == other and rows > 50, f"{rows} rows, {own[:16]}")


def wrong_shift(command, file, engine, folder):
    """The split of a project in which the hash is shifted by one bit more."""
    run(command, "export", file, "--engine", engine.removesuffix("-cluster"), "--out", folder)
    changed = 0
    for path in folder.glob("sql/*.sql"):
        old = path.read_text()
        new = re.sub(r">> 3\)", ">> 4)", re.sub(r", 3\) / 9007199254740992D", ", 4) / 9007199254740992D", old))
        changed += new != old
        path.write_text(new)
    assert changed == 1, f"the shift is in {changed} files"
    line = run("env", f"SPLITVOTE={command}", folder / "run").splitlines()[-1]
    return line.split("\t")[0]


def columns_equal(folder, name, sides):
    """Whether each field of each exported row is equal, in order; needs the duckdb command alone."""
    different = 0
    for side in sides:
        query = (f"COPY (SELECT id, document, label, up, down, ratio, article, split FROM '{folder}/out/{side}.parquet') TO "
                 "'/dev/stdout' (FORMAT csv, DELIMITER '\t', QUOTE '', ESCAPE '', HEADER true)")
        found = run(os.environ.get("DUCKDB", "duckdb"), "-c", query).split("\n")
        own = pathlib.Path(name, f"{side}.tsv").read_text().replace("\\\\", "\\").split("\n")
        different += sum(a != b for a, b in zip(found, own)) + abs(len(found) - len(own))
    return different


def main():
    command, folder, engines = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]
    tables = sorted(pathlib.Path("data").glob("synthetic-*.tsv"))
    pathlib.Path("tables").mkdir()
    days = sorted({line.split("\t")[column] for table in tables[:-1] for lines in [table.read_text().splitlines()]
                   for column in [lines[0].split("\t").index("regDate")] for line in lines[1:]})
    cuts = [days[len(days) // 2][:10], days[len(days) * 3 // 4][:10]]
    for table in tables[:-1]:
        (pathlib.Path("tables") / table.name).write_bytes(table.read_bytes())
    files = {}
    for name, (label, sample, split) in PIPELINES.items():
        files[name] = pathlib.Path(f"{name}.yaml")
        split = split.replace("CUT1", cuts[0]).replace("CUT2", cuts[1])
        files[name].write_text(text(name, label, sample, split))
        run(command, "run", files[name], "--quiet", "--date", "2026-01-01")
    for engine in engines:
        with on(engine, command, folder):
            for name, file in list(files.items())[:2 if engine == "spark-cluster" and len(engines) > 1 else None]:
                compare(command, file, engine, name, "--date", "2026-01-01")
            own = digests(command, files["plain"], engine, "--date", "2026-01-01")[0]
            shifted = wrong_shift(command, files["plain"], engine, folder / f"shifted-{engine}")
            check(f"{engine}: negative control, a shift by 4", shifted != own, f"{shifted[:16]} is not {own[:16]}")
    if "duckdb" in engines:
        run(command, "verify", files["plain"], "--engine", "duckdb", "--out", folder / "plain", "--date", "2026-01-01")
        unlike = columns_equal(folder / "plain", "plain", ["train", "dev", "test"])
        check("duckdb: exported fields unlike those of splitvote", unlike == 0, unlike)
    # Another night with more rows, and a side that stays as it was.
    (pathlib.Path("tables") / tables[-1].name).write_bytes(tables[-1].read_bytes())
    label, sample, split = PIPELINES["plain"]
    files["plain"].write_text(text("plain", label, sample, split + ", frozen: {test: 2026-01-01}"))
    for date in ("2026-01-02", "2026-01-03"):
        for name in ("plain", "priors", "time"):
            run(command, "run", files[name], "--quiet", "--date", date)
        for engine in engines[:1] if date == "2026-01-03" else engines:
            if engine == "spark-cluster" and len(engines) > 1:
                continue
            with on(engine, command, folder / date):
                for name in ("plain", "priors", "time"):
                    compare(command, files[name], engine, f"{name}, {date}", "--date", date)


main()
