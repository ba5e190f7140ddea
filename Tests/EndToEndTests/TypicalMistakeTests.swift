import Testing

/// What newcomers get wrong: each mistake is answered with where it is, what is wrong, and what to do.
struct TypicalMistakeTests {
    struct Mistake: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// What stands in the file, and what was written instead.
        var written: (right: String, wrong: String)?
        var command: [String]
        var status: Int32
        /// What is said, all of it.
        var said: [String]

        init(
            _ name: String, _ written: (String, String)? = nil, _ command: String..., status: Int32 = 2,
            says said: [String]
        ) {
            testDescription = name
            self.written = written.map { (right: $0.0, wrong: $0.1) }
            self.command = command.isEmpty ? ["validate", "p.yaml"] : command
            self.status = status
            self.said = said
        }
    }

    private static let pipeline = """
        splitvote: 1
        pipeline: mine
        store: {state: state.sqlite, artifacts: artifacts}
        stages:
          comments:
            uses: ingest.files
            with:
              paths: data/*.tsv
              source: mine
              time_zone: "+09:00"
              columns: {text: contents, up: sympathyCount, down: antipathyCount, article: aid, title: title}
          clean: {uses: clean, from: comments, with: {rules: none}}
          labels: {uses: label, from: clean, with: {min_votes: 20, controversial: [0.4, 0.6]}}
          sample: {uses: sample, from: labels, with: {per_label: balanced, seed: 1}}
          split: {uses: split, from: sample, with: {shares: {train: 0.8, dev: 0.1, test: 0.1}, salt: v1}}
          vocabulary: {uses: vocabulary, from: clean, with: {size: 100}}
          shards: {uses: shards, from: {data: split, tokenizer: vocabulary}, with: {max_tokens: 32}}
          model: {uses: train, from: shards, with: {init: mini, epochs: 1, learning_rate: 5e-4}}

        """

    private static let configuration = """
        {"model_type": "bert", "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2,
         "intermediate_size": 64, "max_position_embeddings": 64, "type_vocab_size": 2}
        """

    /// Twelve articles of 100 comments each; `rank` tells of articles, `number` of rows.
    private static let table: String = {
        var lines = ["number\trank\ttitle\tcontents\tsympathyCount\tantipathyCount\treplyCount\taid"]
        for row in 0..<1_200 {
            let article = row / 100
            lines.append(
                "\(row + 1)\t\(article + 1)\t제목 \(article)\t댓글 \(row)\t\(10 + row % 23)\t\(row % 3 == 0 ? 10 : 1)\t\(row % 4)\ta\(article)"
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }()

    private static let inColumns: [Mistake] = [
        Mistake(
            "a column that the table does not have", ("up: sympathyCount", "up: sympathy_count"), status: 2,
            says: [
                "p.yaml:11:16: error: data/a.tsv: the table has no column 'sympathy_count'; its header names 'number'",
                "hint: did you mean 'sympathyCount'?",
            ]),
        Mistake(
            "a column by another name", ("up: sympathyCount", "up: likes"),
            says: [
                "no column 'likes'",
                "hint: 'sympathyCount' looks like the column for 'up': set 'columns' of the stage",
            ]),
        Mistake(
            "votes from a column that tells of articles", ("down: antipathyCount", "down: rank"), "run",
            "p.yaml",
            status: 5,
            says: [
                "comments: error: the column 'rank' of data/a.tsv does not hold votes on comments: all comments of an article "
                    + "have the same value, in 12 of 12 articles",
                "hint: set 'up' and 'down' under 'columns'",
            ]),
        Mistake(
            "votes from a column that counts rows", ("up: sympathyCount", "up: number"), "run", "p.yaml",
            status: 5,
            says: [
                "the column 'number' of data/a.tsv does not hold votes on comments: none of its first 1,000 rows has a value "
                    + "that another has"
            ]),
        Mistake(
            "votes from the replies", ("up: sympathyCount", "up: replyCount"), status: 0,
            says: [
                "p.yaml:11:16: warning: 'up' is read from 'replyCount', which by its name counts something else than votes"
            ]),
        Mistake(
            "the same column for up and down", ("down: antipathyCount", "down: sympathyCount"),
            says: [
                "p.yaml:11:16: error: 'up' and 'down' are both read from the column 'sympathyCount'",
                "hint: name the column that holds each",
            ]),
        Mistake(
            "up and down the other way round",
            ("up: sympathyCount, down: antipathyCount", "up: antipathyCount, down: sympathyCount"), status: 0,
            says: [
                "p.yaml:11:16: warning: 'up' is read from 'antipathyCount' and 'down' from 'sympathyCount', which by their "
                    + "names are the other way round"
            ]),
        Mistake(
            "the title for the text", ("text: contents", "text: title"),
            says: ["p.yaml:11:16: error: 'text' and 'title' are both read from the column 'title'"]),
        Mistake(
            "no file there", ("data/*.tsv", "date/*.tsv"),
            says: ["p.yaml:8:14: error: 'paths': no file matches date/*.tsv", "hint: check the path"]),
        Mistake(
            "a time zone that there is none of", ("\"+09:00\"", "Seoul"),
            says: ["p.yaml:10:18: error: 'Seoul' is neither a UTC offset nor a time zone"]),
    ]

    private static let inValues: [Mistake] = [
        Mistake(
            "a range in percent", ("[0.4, 0.6]", "[40, 60]"),
            says: ["p.yaml:13:76: error: 'controversial' starts at 40; a ratio lies in 0 ... 1"]),
        Mistake(
            "a range turned round", ("[0.4, 0.6]", "[0.6, 0.4]"),
            says: ["'controversial' starts at 0.6 and ends at 0.4; the lower bound comes first"]),
        Mistake(
            "a word for a number", ("min_votes: 20", "min_votes: twenty"),
            says: [
                "p.yaml:13:56: error: 'min_votes' is 'twenty'; it takes a whole number, 1 ... 100000 votes"
            ]),
        Mistake(
            "a threshold that no comment reaches", ("min_votes: 20", "min_votes: 20000"), "run", "p.yaml",
            status: 1,
            says: [
                "sample: error: there is nothing to learn from one class alone: 0 controversial, 0 uncontroversial comments; "
                    + "without a label are 1,200 too few votes",
                "hint: are 'up' and 'down' of the ingest stage",
            ]),
        Mistake(
            "shares that are too much", ("train: 0.8", "train: 0.9"),
            says: ["error: the shares of 'shares' add to 1.1; they must add to 1"]),
        Mistake(
            "a learning rate without its minus", ("5e-4", "5e4"),
            says: ["error: 'learning_rate' is 50000.0; it takes 1e-12 ... 1"]),
        Mistake(
            "a learning rate that nothing learns at", ("5e-4", "0.5"), status: 0,
            says: [
                "warning: 'learning_rate' is 0.5; encoders learn at rates of 1e-5 to 1e-3",
                "hint: a usual rate",
            ]),
        Mistake(
            "a model that is not there", ("init: mini", "init: models/mini"),
            says: [
                "error: 'init': there is no folder models/mini, and no model models/mini in the Hugging Face cache"
            ]),
        Mistake(
            "rows longer than the model reads", ("max_tokens: 32", "max_tokens: 128"),
            says: ["the model has 64 positions", "hint: set max_tokens of 'shards' to 64 or less"]),
    ]

    private static let inTheFile: [Mistake] = [
        Mistake(
            "a stage kind misspelled", ("uses: label,", "uses: labels,"),
            says: ["p.yaml:13:18: error: there is no stage kind 'labels'", "hint: did you mean 'label'?"]),
        Mistake(
            "a key misspelled", ("min_votes: 20", "minvotes: 20"),
            says: [
                "error: stage kind 'label' has no parameter 'minvotes'", "hint: did you mean 'min_votes'?",
            ]),
        Mistake(
            "a stage misspelled", ("label, from: clean,", "label, from: cleaned,"),
            says: ["error: there is no stage 'cleaned'", "hint: did you mean 'clean'?"]),
        Mistake(
            "stages in a circle", ("clean, from: comments", "clean, from: labels"),
            says: ["error: stages wait for each other: 'clean' → 'labels' → 'clean'"]),
        Mistake(
            "a tab before a stage", ("  clean: {", "\tclean: {"),
            says: ["p.yaml:12:1: error: this is not valid YAML", "hint: indent with spaces, not with tabs"]),
        Mistake(
            "a colon forgotten", ("clean: {uses", "clean {uses"),
            says: [
                "error: this is not valid YAML: mapping values are not allowed in this context",
                "hint: check the indentation",
            ]),
    ]

    private static let onTheCommandLine: [Mistake] = [
        Mistake(
            "a file that is not there", nil, "run", "mine.yaml",
            says: [
                "error: cannot read the pipeline file mine.yaml",
                "check the path; pipeline files near here: p.yaml",
            ]),
        Mistake(
            "a command misspelled", nil, "rnu", "p.yaml",
            says: ["error: there is no command 'rnu'", "hint: did you mean 'run'? commands: run, plan"]),
        Mistake(
            "a flag misspelled", nil, "run", "p.yaml", "--quite",
            says: ["error: Unknown option '--quite'. Did you mean '--quiet'?", "Usage: splitvote run"]),
        Mistake(
            "another stage's value", nil, "run", "p.yaml", "-S", "label.min_votes=30",
            says: ["error: -S label.min_votes=30: there is no stage 'label'", "hint: did you mean 'labels'?"]),
        Mistake(
            "another key's value", nil, "run", "p.yaml", "-S", "labels.min_vote=30",
            says: [
                "error: -S labels.min_vote=30: stage kind 'label' has no parameter 'min_vote'",
                "did you mean 'min_votes'?",
            ]),
        Mistake(
            "a table read as lines", nil, "predict", "--model", "mini", "data/a.tsv",
            says: [
                "error: data/a.tsv is a table by its name, and no --column is given: each line would be a text, the header too",
                "hint: name the column with the texts",
            ]),
        Mistake(
            "a color that there is none of", nil, "run", "p.yaml", "--color", "blue",
            says: ["error: --color is 'blue'; it takes auto, always or never"]),
    ]

    private static let mistakes = inColumns + inValues + inTheFile + onTheCommandLine

    @Test(arguments: mistakes)
    func isAnswered(_ mistake: Mistake) throws {
        let sandbox = try Sandbox()
        try sandbox.write(Self.table, to: "data/a.tsv")
        try sandbox.write(Self.configuration, to: "mini/config.json")
        var pipeline = Self.pipeline
        if let written = mistake.written {
            try #require(pipeline.contains(written.right))
            pipeline = pipeline.replacing(written.right, with: written.wrong)
        }
        try sandbox.write(pipeline, to: "p.yaml")
        let outcome = try sandbox.splitvote(mistake.command)
        #expect(outcome.status == mistake.status, "\(outcome.errors)")
        for words in mistake.said { #expect(outcome.errors.contains(words), "\(words) | \(outcome.errors)") }
    }

    /// Negative control: without a mistake nothing is said.
    @Test func whatIsRightIsNotRemarkedOn() throws {
        #expect(Self.mistakes.count >= 25)
        let sandbox = try Sandbox()
        try sandbox.write(Self.table, to: "data/a.tsv")
        try sandbox.write(Self.configuration, to: "mini/config.json")
        try sandbox.write(Self.pipeline, to: "p.yaml")
        let outcome = try sandbox.splitvote(["validate", "p.yaml"])
        #expect(outcome.status == 0 && !outcome.errors.contains("warning"), "\(outcome.errors)")
    }
}
