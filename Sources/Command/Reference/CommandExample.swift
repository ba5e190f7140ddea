/// A command as it may be typed, with what it does. The reference shows them one after the other, and a test runs them so,
/// in a folder with the pipeline file ``CommandExample/pipeline``.
package struct CommandExample: Sendable {
    /// What it does, in a few words.
    package let purpose: String
    /// One command, or a few lines of a shell.
    package let text: String
    /// Why it cannot be tried without more; `nil` if it can.
    package let obstacle: String?

    init(_ purpose: String, _ text: String, obstacle: String? = nil) {
        self.purpose = purpose
        self.text = text
        self.obstacle = obstacle
    }

    /// Those of a command; none for one that does not exist.
    package static func all(of command: String) -> [CommandExample] { byCommand[command] ?? [] }

    /// For the end of a command's help; empty if it has no examples.
    package static func help(of command: String) -> String {
        let examples = all(of: command)
        if examples.isEmpty { return "" }
        return "Examples:\n"
            + examples.map { example in
                let lines = example.text.split(separator: "\n").map { "  \($0)" }
                return (["  # \(example.purpose)"] + lines).joined(separator: "\n")
            }.joined(separator: "\n")
    }

    /// The file that the examples are about.
    package static let pipeline = """
        splitvote: 1
        pipeline: mine
        store: {state: state.sqlite, artifacts: artifacts}
        params: {min_votes: 20}
        stages:
          comments: {uses: ingest.files, with: {paths: my-comments.tsv, source: mine, columns: {text: comment, up: likes, down: dislikes, article: url}}}
          clean: {uses: clean, from: comments}
          labels: {uses: label, from: clean, with: {min_votes: $params.min_votes}}
          sample: {uses: sample, from: labels, with: {per_label: balanced}}
          split: {uses: split, from: sample, with: {salt: v1}}
          tsv: {uses: export, from: split, with: {path: "out/{split}.tsv"}}
          vocabulary: {uses: vocabulary, from: clean, with: {size: 8000, reuse: models/my-model}}
          shards: {uses: shards, from: {data: split, tokenizer: vocabulary}, with: {max_tokens: 64}}
          model: {uses: train, from: shards, with: {init: models/my-model, epochs: 1, path: out/model}}
          tfidf: {uses: train, from: shards, with: {model: tfidf, path: out/tfidf}}

        """
}

extension CommandExample {
    private static let byCommand: [String: [CommandExample]] = [
        "run": run, "gather": gather, "plan": plan, "validate": validate, "explain": explain,
        "export": export, "train": train,
        "relabel": relabel, "sweep": sweep, "labels": labels, "why": why, "forget": forget, "status": status,
        "runs": runs, "report": report, "gc": gc, "predict": predict, "evaluate": evaluate,
        "features": features, "similar": similar, "read-next": readNext, "agreement": agreement,
        "tokenize": tokenize,
        "filter": filter, "init": start,
        "doctor": doctor,
        "demo-data": demoData, "schema": schema, "stage": stage, "verify": verify, "engine": engine,
        "generate": generate,
    ]

    private static let run = [
        CommandExample("Do what is not done yet.", "splitvote run mine.yaml --date 2026-01-31"),
        CommandExample(
            "See what another threshold would run.",
            "splitvote run mine.yaml --dry-run --set min_votes=30"),
        CommandExample(
            "Try it, as of a date; files go next to the others, or with --publish in their place.",
            "splitvote run mine.yaml --set labels.min_votes=30 --as-of 2026-02-01 --until tsv\n"
                + "splitvote run mine.yaml --set labels.min_votes=30 --until tsv --publish"),
        CommandExample(
            "Two stages at a time; after a failure, continue with what does not depend on it.",
            "splitvote run mine.yaml --jobs 2 --keep-going"),
        CommandExample(
            "Only some stages, although nothing changed, and quietly.",
            "splitvote run mine.yaml --select labels+ --exclude model --exclude tfidf --force labels --quiet"),
        CommandExample(
            "A stage and all after it, for two hours at most.",
            "splitvote run mine.yaml --from shards --force-all --time-limit 2h"),
        CommandExample(
            "Read everything again, after a source file was fixed.",
            "splitvote run mine.yaml --refresh comments --no-cache --offline"),
        CommandExample(
            "Every night: wait for another run, and tell programs what happens.",
            "splitvote run mine.yaml --lock-wait 2h --log-format json"),
        CommandExample(
            "Assign articles to sides again.", "splitvote run mine.yaml --set split.salt=v2 --new-split"),
    ]

    private static let gather = [
        CommandExample(
            "The first of three workers, into the folder spool; the others take 2/3 and 3/3.",
            "splitvote gather mine.yaml --set comments.spool=spool --share 1/3 --date 2026-01-31"),
        CommandExample(
            "A worker on another machine, where the spool is mounted elsewhere.",
            "splitvote gather mine.yaml --set comments.spool=spool --share 2/3 --stage comments \\\n"
                + "    --spool spool --memory worker-2 --date 2026-01-31"),
        CommandExample(
            "Take in what all of them have left.",
            "splitvote run mine.yaml --set comments.spool=spool --date 2026-01-31"),
    ]

    private static let plan = [
        CommandExample("What would run, and why.", "splitvote plan mine.yaml"),
        CommandExample(
            "The same under other conditions, for programs.",
            "splitvote plan mine.yaml --set min_votes=30 --date 2026-01-31 --as-of 2026-02-01 --json"),
        CommandExample(
            "Of some stages only.",
            "splitvote plan mine.yaml --select clean+ --exclude model\n"
                + "splitvote plan mine.yaml --from labels --until tsv --force labels"),
        CommandExample(
            "In a script.",
            "splitvote plan mine.yaml --force-all --exit-code || echo \"work is pending\""),
    ]

    private static let validate = [
        CommandExample("Everything that is wrong, with line and column.", "splitvote validate mine.yaml"),
        CommandExample(
            "On a machine that has neither tables nor models.",
            "splitvote validate mine.yaml --file-only --set min_votes=30 --date 2026-01-31 --as-of 2026-02-01"
        ),
    ]

    private static let explain = [
        CommandExample("Why a stage would run.", "splitvote explain mine.yaml labels"),
        CommandExample(
            "The same under other conditions, for programs.",
            "splitvote explain mine.yaml labels --set min_votes=30 --date 2026-01-31 --as-of 2026-02-01 --json"
        ),
    ]

    private static let export = [
        CommandExample("Tables of the current labels.", "splitvote export mine.yaml"),
        CommandExample(
            "Tables of another label set.", "splitvote export mine.yaml --label-set promoted"),
        CommandExample(
            "The same rows on DuckDB or Spark: a folder of SQL.",
            "splitvote export mine.yaml --engine duckdb --out on-duckdb"),
    ]

    private static let verify = [
        CommandExample("The digest of the last split.", "splitvote verify mine.yaml"),
        CommandExample(
            "The same from DuckDB, which reads the tables itself.",
            "splitvote verify mine.yaml --engine duckdb --out on-duckdb", obstacle: "needs the command duckdb"
        ),
    ]

    private static let engine = [
        CommandExample(
            "What a project of 'export --engine' does to its texts.",
            "printf 'a:1\tword  word\n' | splitvote engine clean none+space")
    ]

    private static let relabel = [
        CommandExample(
            "Which labels change at 25 votes, and why.",
            "splitvote relabel mine.yaml --set labels.min_votes=25"),
        CommandExample(
            "The same for programs.", "splitvote relabel mine.yaml --set labels.min_votes=25 --json"),
    ]

    private static let sweep = [
        CommandExample(
            "A map of thresholds as a picture.",
            "splitvote sweep mine.yaml --min-votes 5:50:5 --band 0.35-0.65,0.4-0.6 --format svg > thresholds.svg"
        ),
        CommandExample(
            "As a table, from the store alone.", "splitvote sweep --state state.sqlite --label-set promoted"),
    ]

    private static let labels = [
        CommandExample("The label sets of a pipeline.", "splitvote labels mine.yaml"),
        CommandExample(
            "One of them, from the store alone.", "splitvote labels --state state.sqlite show promoted --json"
        ),
        CommandExample(
            "What differs between two: how many, and which comments.",
            "splitvote labels mine.yaml diff latest promoted\n"
                + "splitvote labels mine.yaml diff latest promoted --list --format tsv"),
        CommandExample(
            "How far other definitions of controversy agree.", "splitvote labels mine.yaml agreement"),
        CommandExample("Make another one the live one.", "splitvote labels mine.yaml promote latest"),
    ]

    private static let why = [
        CommandExample(
            "One comment, from its observations to its row.",
            "id=$(sqlite3 state.sqlite \"select source || ':' || key from labelled_comment limit 1\")\n"
                + "splitvote why mine.yaml \"$id\""),
        CommandExample(
            "The same from the store alone, for programs.",
            "id=$(sqlite3 state.sqlite \"select source || ':' || key from labelled_comment limit 1\")\n"
                + "splitvote why --state state.sqlite \"$id\" --json"),
    ]

    private static let forget = [
        CommandExample(
            "Remove comments for good, then what was made of them.",
            "sqlite3 state.sqlite \"select source || ':' || key from labelled_comment limit 1\" > ids.txt\n"
                + "splitvote forget mine.yaml ids.txt\nsplitvote run mine.yaml")
    ]

    private static let status = [
        CommandExample("The last run, its warnings, and sizes.", "splitvote status mine.yaml"),
        CommandExample("From the store alone, for programs.", "splitvote status --state state.sqlite --json"),
    ]

    private static let runs = [
        CommandExample("The last five runs.", "splitvote runs mine.yaml --limit 5"),
        CommandExample("What each stage of a run did, and why.", "splitvote runs mine.yaml show last"),
        CommandExample(
            "With other figures than the usual.", "splitvote runs mine.yaml --figure labels.controversial"),
        CommandExample(
            "A figure over the runs, as a picture.",
            "splitvote runs mine.yaml plot labels.controversial --out trend.svg"),
        CommandExample(
            "What was trained, for 'tensorboard --logdir boards'.",
            "splitvote runs mine.yaml export tensorboard --out boards"),
        CommandExample("From the store alone, for programs.", "splitvote runs --state state.sqlite --json"),
    ]

    private static let report = [
        CommandExample("The page of the current results.", "splitvote report mine.yaml --out report.html"),
        CommandExample(
            "And its pictures and tables as files.", "splitvote report mine.yaml --out report.html --files"),
        CommandExample("From the store alone.", "splitvote report --state state.sqlite > report.html"),
    ]

    private static let gc = [
        CommandExample("What is no longer kept.", "splitvote gc mine.yaml --json"),
        CommandExample("Remove it.", "splitvote gc mine.yaml --keep-runs 5 --max-size 20GB --yes"),
    ]
}
