import Testing

/// Rows with labels that cannot be meant: what stops the run, where, and what to do.
struct LabelledBadInputTests: Sendable {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var columns = "id: id, text: document, label: label"
        var ingest = "sides: {train: \"*train*\", test: \"*test*\"}"
        var split = "method: given"
        var train = LabelledRows.classes(12)
        var test = LabelledRows.classes(6, from: 12)
        /// What standard error holds.
        let message: [String]
    }

    static let cases = [
        Case(
            testDescription: "a label outside the classes",
            ingest: "classes: [bad, good], sides: {train: \"*train*\", test: \"*test*\"}",
            message: [
                "data/test.tsv, line 4: the label '2' is none of the classes bad, good",
                "add the class under 'classes'",
            ]),
        Case(
            testDescription: "a column of labels that is half empty",
            train: "id\tdocument\tlabel\n1\ta\t0\n2\tb\t\n3\tc\t1\n4\td\t\n",
            message: [
                "2 of 4 rows of data/train.tsv have no label in 'label', the first in line 3",
                "unlabelled: drop",
            ]),
        Case(
            testDescription: "one class alone", train: LabelledRows.classes(12, labels: ["0", "0", "0"]),
            test: LabelledRows.classes(6, from: 12, labels: ["0", "0", "0"]),
            message: ["all 18 rows of data/test.tsv, data/train.tsv are of one class, '0'"]),
        Case(
            testDescription: "a side that nobody knows",
            columns: "id: id, text: document, label: label, split: s",
            ingest: "", train: "id\tdocument\tlabel\ts\n1\ta\t0\ttrain\n2\tb\t1\tholdout\n",
            test: "id\tdocument\tlabel\ts\n3\ta\t0\ttest\n",
            message: ["data/train.tsv, line 3: 's' is 'holdout'; sides are train, dev and test"]),
        Case(
            testDescription: "a file of no side", ingest: "sides: {train: \"*train*\", dev: \"*dev*\"}",
            message: ["data/test.tsv belongs to no side", "train: *train*"]),
        Case(
            testDescription: "no sides to keep", ingest: "",
            message: ["method: given keeps the sides that rows came with", "under 'sides'"]),
        Case(
            testDescription: "half a pair", columns: "text: a, text_pair: b, label: gold",
            train: "a\tb\tgold\nx\ty\tsame\nx\t\tother\n", test: "a\tb\tgold\nx\ty\tsame\n",
            message: ["data/train.tsv, line 3: the pair has one text: 'b' is empty"]),
        Case(
            testDescription: "a score that is no number", columns: "id: id, text: document, score: label",
            train: "id\tdocument\tlabel\n1\ta\t3.5\n2\tb\tviel\n", test: "id\tdocument\tlabel\n3\ta\t1\n",
            message: ["data/train.tsv, line 3: 'label' is 'viel'; a score is a number such as 3.8"]),
        Case(
            testDescription: "a score beyond all numbers", columns: "id: id, text: document, score: label",
            train: "id\tdocument\tlabel\n1\ta\t3.5\n2\tb\tinf\n", test: "id\tdocument\tlabel\n3\ta\t1\n",
            message: ["data/train.tsv, line 3: 'label' is 'inf'"]),
        Case(
            testDescription: "the same number twice", train: LabelledRows.classes(12) + "5\t다른 글\t1\n",
            message: [
                "data/train.tsv, line 14: the row '5' is also in data/train.tsv, line 7, with another text, label or side"
            ]),
        Case(
            testDescription: "a row on two sides", test: LabelledRows.classes(6, from: 9),
            message: ["data/train.tsv, line 11: the row '9' is also in data/test.tsv, line 2"]),
        Case(
            testDescription: "a flag that is neither 0 nor 1",
            columns: "id: id, text: text, labels: [sun, rain, wind]",
            train: LabelledRows.flags(6) + "9\tx\t1\t2\t0\t[]\n", test: LabelledRows.flags(3, from: 20),
            message: ["data/train.tsv, line 8: 'rain' is '2'; each of several label columns holds 0 or 1"]),
        Case(
            testDescription: "no text in any row", train: "id\tdocument\tlabel\n1\t\t0\n",
            test: "id\tdocument\tlabel\n",
            message: ["no row of data/test.tsv, data/train.tsv has a text and a label"]),
        Case(
            testDescription: "labels and votes at once",
            columns: "text: document, label: label, up: id, down: id",
            message: ["p.yaml:5:", "'columns' names 'up' and 'label': rows come with votes or with labels"]),
        Case(
            testDescription: "neither labels nor votes", columns: "text: document", ingest: "",
            message: ["'columns' needs an entry 'up'", "label, labels or score instead of votes"]),
        Case(
            testDescription: "classes of a score", columns: "text: document, score: label",
            ingest: "classes: [a, b]", message: ["a score has no classes"]),
        Case(
            testDescription: "votes by which to label", split: "method: given, shares: {train: 1}",
            message: ["'shares' is nothing for method: given"]),
    ]

    @Test(arguments: cases)
    func isToldWithPlaceAndHint(_ test: Case) throws {
        let sandbox = try LabelledRows.sandbox(
            LabelledRows.pipeline(test.columns, ingest: test.ingest, split: test.split),
            ["train.tsv": test.train, "test.tsv": test.test])
        let run = try sandbox.splitvote("run", "p.yaml", "--until", "tsv")
        #expect(run.status != 0)
        for part in test.message {
            #expect((run.errors + run.output).contains(part), "\(run.errors)\(run.output)")
        }
        #expect(!sandbox.exists("out/train.tsv"))
    }

    @Test func nothingOfAFileWithABadRowIsTaken() throws {
        let sandbox = try LabelledRows.sandbox(
            LabelledRows.pipeline("id: id, text: document, score: label"),
            [
                "train.tsv": "id\tdocument\tlabel\n1\ta\t3.5\n2\tb\tviel\n",
                "test.tsv": "id\tdocument\tlabel\n3\ta\t1\n",
            ])
        #expect(try sandbox.splitvote("run", "p.yaml").status != 0)
        #expect(try sandbox.sqlite("SELECT count(*) FROM comment") == ["0"])
    }

    @Test func commentsWithVotesStillNeedALabelStageBeforeTheSplit() throws {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.table(), to: "data/one.tsv")
        try sandbox.write(
            SampleComments.pipeline(
                ("split: {uses: split, from: sample", "split: {uses: split, from: clean")),
            to: "p.yaml")
        let run = try sandbox.splitvote("run", "p.yaml")
        #expect(run.status == 1)
        #expect(
            run.errors.contains("the comments of stage 'clean' have votes and no labels yet"), "\(run.errors)"
        )
    }

    @Test func rowsWithLabelsAreNotLabelledByVotes() throws {
        let pipeline = LabelledRows.pipeline("id: id, text: document, label: label").replacing(
            "split: {uses: split, from: clean, with: {method: given}}",
            with: "labels: {uses: label, from: clean}\n  sample: {uses: sample, from: labels}\n"
                + "  split: {uses: split, from: sample}")
        let sandbox = try LabelledRows.sandbox(
            pipeline, ["train.tsv": LabelledRows.classes(12), "test.tsv": LabelledRows.classes(6, from: 12)])
        let run = try sandbox.splitvote("run", "p.yaml")
        #expect(run.status == 1)
        #expect(run.errors.contains("came with labels; there are no votes to label them by"), "\(run.errors)")
    }
}
