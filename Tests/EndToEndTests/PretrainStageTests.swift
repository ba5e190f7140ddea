import Foundation
import StageKit
import Testing

/// `pretrain`: from the pipeline file to a folder that `train` starts from, and what it refuses.
struct PretrainStageTests {
    private static let stage =
        "  mlm: {uses: pretrain, from: {texts: clean, split: split, tokenizer: vocabulary}, with: {init: init, "
        + "max_tokens: 32, epochs: 3, batch_size: 8, learning_rate: 1e-3, held_out: 0.1, seed: 1, path: out/mlm}}\n"

    private static func sandbox(
        _ stage: String = stage, configuration: String = SampleComments.tinyConfiguration
    ) throws -> Sandbox {
        let sandbox = try Sandbox()
        let lines = SampleComments.table().split(separator: "\n").enumerated().map { number, line in
            line + "\t" + (number == 0 ? "headline" : "제목 \(line.split(separator: "\t")[1])")
        }
        try sandbox.write(lines.joined(separator: "\n") + "\n", to: "data/one.tsv")
        let pipeline = SampleComments.pipeline(("observed_at: seen", "observed_at: seen, title: headline"))
        let training = SampleComments.training
            .replacing(
                "model: {uses: train, from: shards, with: {init: init,",
                with: "model: {uses: train, from: {data: shards, init: mlm}, with: {"
            )
            .replacing("  model:", with: stage + "  model:")
            .replacing("[labels, split, model, scores]", with: "[labels, split, mlm, model, scores]")
        try sandbox.write(pipeline + training, to: "p.yaml")
        try sandbox.write(configuration, to: "init/config.json")
        return sandbox
    }

    @Test func aClassifierStartsFromWhatWasPretrained() throws {
        let sandbox = try Self.sandbox()
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("held-out texts"), "\(outcome.errors)")
        #expect(try sandbox.splitvote("run", "p.yaml").errors.contains("nothing to do"))
        let card = try sandbox.read("out/mlm/README.md")
        func rows(_ side: String) throws -> Int {
            try sandbox.read("out/\(side).tsv").split(separator: "\n").count - 1
        }
        let others = try rows("dev") + rows("test")
        #expect(
            others >= 10 && card.contains("\(120 - others) texts (comments)")
                && card.contains("\(others) were left out"),
            "\(card)")
        #expect(card.contains("None of them is on another side of the split than `train`"))
        let configuration = try sandbox.read("out/mlm/config.json")
        #expect(
            configuration.contains("BertForMaskedLM") && configuration.contains("\"clean_rules\": \"none\""))
        let report = try sandbox.read("out/report.html")
        #expect(report.contains("Pretraining") && report.contains("Held-out texts"))
        #expect(report.contains("pretrained weights"))
        let status = try sandbox.splitvote("status", "p.yaml")
        #expect(status.output.contains("mlm"), "\(status.output)")
    }

    /// A night is only so long; the next one continues.
    @Test func aTimeLimitLeavesTheRestPending() throws {
        let sandbox = try Self.sandbox()
        let stopped = try sandbox.splitvote("run", "p.yaml", "--time-limit", "0s")
        #expect(stopped.status == 10 && stopped.errors.contains("run again to continue"), "\(stopped.errors)")
        #expect(!sandbox.exists("out/mlm"))
        let rest = try sandbox.splitvote("run", "p.yaml", "--time-limit", "2h")
        #expect(rest.status == 0 && sandbox.exists("out/mlm"), "\(rest.errors)")
        let wrong = try sandbox.splitvote("run", "p.yaml", "--time-limit", "soon")
        #expect(
            wrong.status == 2
                && wrong.errors.contains("--time-limit is 'soon'; expected a time such as 30s, 10m or 2h"))
    }

    @Test func textsOfOtherSidesAreReadOnlyIfSaid() throws {
        let sandbox = try Self.sandbox(
            Self.stage.replacing("split: split, ", with: ""))
        let refused = try sandbox.splitvote("run", "p.yaml")
        #expect(refused.status != 0 && refused.errors.contains("connect input 'split'"), "\(refused.errors)")
        try sandbox.write(
            sandbox.read("p.yaml").replacing("path: out/mlm", with: "sides: all, path: out/mlm"), to: "p.yaml"
        )
        let run = try sandbox.splitvote("run", "p.yaml")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try sandbox.read("out/mlm/README.md").contains("**Every text was read"))
        #expect(run.errors.contains("had read the texts of every side"), "\(run.errors)")
        let cards = try sandbox.files(below: "artifacts").filter {
            $0.hasPrefix("model/") && $0.hasSuffix("README.md")
        }
        let card = try sandbox.read("artifacts/" + (try #require(cards.first)))
        #expect(
            card.contains("**The model started from an encoder that had read the texts of every side"),
            "\(card)")
    }

    @Test(arguments: [
        "pairs: next", "pairs: order", "masking: {by: word, count: exact}", "masking: {by: span}",
    ])
    func titlesAndMaskingInAllWays(setting: String) throws {
        let sandbox = try Self.sandbox(
            Self.stage.replacing("seed: 1,", with: "seed: 1, text_pair: title, \(setting),"))
        let run = try sandbox.splitvote("run", "p.yaml", "--until", "mlm")
        #expect(run.status == 0, "\(run.errors)")
        let isPair = setting.hasPrefix("pairs")
        #expect(try sandbox.read("out/mlm/config.json").contains(isPair ? "ForPreTraining" : "ForMaskedLM"))
        #expect(try sandbox.read("out/mlm/README.md").contains("with the titles of their articles"))
    }

    /// Twelve articles with ten comments each, of which nine answer the first.
    private static func conversations(_ setting: String) throws -> Sandbox {
        let sandbox = try sandbox(
            stage.replacing("split: split, ", with: "").replacing("seed: 1,", with: "seed: 1, \(setting), "))
        let lines = SampleComments.table().split(separator: "\n").enumerated().map { number, line in
            guard number > 0 else { return line + "\theadline\tnumber\tanswers" }
            let first = (number - 1) / 10 * 10
            return line + "\tx\t\(number - 1)\t\(number - 1 == first ? "" : "\(first)")"
        }
        try sandbox.write(lines.joined(separator: "\n") + "\n", to: "data/one.tsv")
        try sandbox.write(
            sandbox.read("p.yaml").replacing("title: headline", with: "key: number, parent: answers"),
            to: "p.yaml")
        return sandbox
    }

    @Test(arguments: [
        ("reply", "comments with those that they answer", "12 without a comment that it answers"),
        (
            "article", "comments with those before them of the same article",
            "12 without another comment of its article before it"
        ),
    ])
    func pairsComeFromConversationsToo(pair: String, what: String, alone: String) throws {
        let sandbox = try Self.conversations("sides: all, text_pair: \(pair), pairs: next")
        let run = try sandbox.splitvote("run", "p.yaml", "--until", "mlm")
        #expect(run.status == 0, "\(run.errors)")
        let card = try sandbox.read("out/mlm/README.md")
        #expect(card.contains("108 texts (\(what))") && card.contains("\(alone) were left out."), "\(card)")
        // Without pairs to learn they are read alone.
        let both = try Self.conversations("sides: all, text_pair: \(pair)")
        #expect(try both.splitvote("run", "p.yaml", "--until", "mlm").status == 0)
        let other = try both.read("out/mlm/README.md")
        #expect(
            other.contains("120 texts (\(what))") && other.contains("\(alone) were read alone."), "\(other)")
    }

    /// What is on another side is no first text either.
    @Test func aCommentOfAnotherSideIsNoFirstText() throws {
        let sandbox = try Self.conversations("text_pair: reply, pairs: next")
        try sandbox.write(
            sandbox.read("p.yaml").replacing(
                "{texts: clean, tokenizer", with: "{texts: clean, split: split, tokenizer"),
            to: "p.yaml")
        let run = try sandbox.splitvote("run", "p.yaml")
        #expect(run.status == 0, "\(run.errors)")
        func ids(_ side: String) throws -> Set<Int> {
            let lines = try sandbox.read("out/\(side).tsv").split(separator: "\n").dropFirst()
            return Set(
                lines.compactMap { line in
                    line.firstMatch(of: /의견 ([0-9]+) 번째 ([0-9]+)/).flatMap { found in
                        Int(found.1).flatMap { article in Int(found.2).map { article * 10 + $0 } }
                    }
                })
        }
        let others = try ids("dev").union(ids("test"))
        let kept = (0..<120).filter { !others.contains($0) && $0 % 10 != 0 && !others.contains($0 / 10 * 10) }
        #expect(!others.isEmpty && kept.count < 108)
        #expect(try sandbox.read("out/mlm/README.md").contains("\(kept.count) texts ("))
    }

    @Test func textsOfWhichNoneHasAPartnerAreRefused() throws {
        let sandbox = try Self.conversations("sides: all, text_pair: title, pairs: next")
        let run = try sandbox.splitvote("run", "p.yaml", "--until", "mlm")
        #expect(
            run.status == 1
                && run.errors.contains(
                    "none of 120 texts has an article with a title, so there are no pairs to learn from"),
            "\(run.errors)")
        #expect(!sandbox.exists("out/mlm"))
    }

    @Test func replacedWordsTrainAnElectra() throws {
        let sandbox = try Self.sandbox(
            Self.stage.replacing("seed: 1,", with: "seed: 1, objective: rtd, generator: {size: 0.5},"),
            configuration: SampleComments.tinyConfiguration.replacing("\"bert\"", with: "\"electra\""))
        let run = try sandbox.splitvote("run", "p.yaml")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try sandbox.read("out/mlm/config.json").contains("ElectraForPreTraining"))
        #expect(try sandbox.read("out/mlm/generator/config.json").contains("ElectraForMaskedLM"))
        #expect(try sandbox.read("out/report.html").contains("Loss of replaced words"))
    }

    @Test(arguments: [
        ("seed: 1,", "seed: 1, objective: rtd,", "of type 'bert' have no head that finds replaced tokens"),
        ("seed: 1,", "seed: 1, pairs: next,", "set text_pair to title, reply or article"),
        ("seed: 1,", "seed: 1, generator: {size: 0.5},", "'generator' is for objective: rtd"),
        (
            "seed: 1,", "seed: 1, objective: rtd, text_pair: title, pairs: next,",
            "'pairs' is for objective: mlm"
        ),
        ("seed: 1,", "seed: 1, sides: all,", "leave one of them out"),
        ("batch_size: 8", "batch_size: 200", "fewer than one batch of 200"),
        ("max_tokens: 32", "max_tokens: 100", "has 64 positions"),
        ("seed: 1,", "seed: 1, masking: {masks: 0.8, randoms: 0.4},", "at most 1"),
        ("init: init,", "", "does not say which model to start from"),
        (", tokenizer: vocabulary}", "}", "the pretrain stage has no tokenizer"),
    ])
    func mistakesAreSaid(old: String, new: String, message: String) throws {
        let sandbox = try Self.sandbox(Self.stage.replacing(old, with: new))
        let run = try sandbox.splitvote("run", "p.yaml", "--until", "mlm")
        #expect(run.status != 0 && run.errors.contains(message), "\(run.errors)")
        #expect(!sandbox.exists("out/mlm"))
    }

    @Test func aVocabularyWithoutAMaskIsRefused() throws {
        let stage = Self.stage.replacing(", tokenizer: vocabulary}", with: "}")
            .replacing("seed: 1,", with: "seed: 1, tokenizer: words,")
        let sandbox = try Self.sandbox(stage)
        try sandbox.write("[PAD]\n[UNK]\n[CLS]\n[SEP]\n의견\n번째\n", to: "words/vocab.txt")
        let run = try sandbox.splitvote("run", "p.yaml", "--until", "mlm")
        #expect(run.status != 0 && run.errors.contains("has no mask token"), "\(run.errors)")
    }

    @Test func anotherTokenizerThanTheModelsIsRefused() throws {
        let sandbox = try Self.sandbox()
        #expect(try sandbox.splitvote("run", "p.yaml", "--until", "mlm").status == 0)
        try sandbox.write(
            sandbox.read("p.yaml").replacing("{init: init, max_tokens", with: "{init: out/mlm, max_tokens")
                .replacing("size: 300", with: "size: 60").replacing(
                    "path: out/mlm", with: "path: out/again"),
            to: "p.yaml")
        let run = try sandbox.splitvote("run", "p.yaml", "--until", "mlm")
        #expect(run.status != 0 && run.errors.contains("the tokenizer is not the model's"), "\(run.errors)")
    }

    /// A title that only test has is part of what test scores are taken on.
    @Test func titlesOfOtherSidesAreLeftOut() throws {
        let sandbox = try Self.sandbox(Self.stage.replacing("seed: 1,", with: "seed: 1, text_pair: title,"))
        // A comment without a label on each article, so that each title is there beside the labeled ones.
        let more = (0..<12).map { "1\t\(1000 + $0)\t아직 표가 없는 글 \($0)\t1\t0\t20251001\t제목 \(1000 + $0)" }
        try sandbox.write(
            sandbox.read("data/one.tsv") + more.joined(separator: "\n") + "\n", to: "data/one.tsv")
        try sandbox.write(
            sandbox.read("p.yaml").replacing("salt: v1", with: "salt: v1, group_by: article"), to: "p.yaml")
        let run = try sandbox.splitvote("run", "p.yaml")
        #expect(run.status == 0, "\(run.errors)")
        func articles(_ side: String) throws -> Int {
            let lines = try sandbox.read("out/\(side).tsv").split(separator: "\n").dropFirst()
            return Set(lines.compactMap { $0.firstMatch(of: /의견 ([0-9]+) 번째/)?.1 }).count
        }
        let others = try articles("dev") + articles("test")
        #expect(others > 0)
        let card = try sandbox.read("out/mlm/README.md")
        #expect(
            card.contains("\(others) were read without their title, which belongs to another side"), "\(card)"
        )
    }

    /// Rows that came with labels, in pairs: the texts of test's pairs are left out, first and second.
    @Test func rowsWithLabelsArePretrainedOnToo() throws {
        let pipeline = LabeledRows.pipeline("text: a, text_pair: b, label: gold")
            .replacing("{init: init, batch_size: 8", with: "{batch_size: 8")
            .replacing(
                "model: {uses: train, from: shards",
                with: "model: {uses: train, from: {data: shards, init: mlm}"
            )
            .replacing(
                "  model:",
                with:
                    "  mlm: {uses: pretrain, from: {texts: clean, split: split, tokenizer: vocabulary}, with: "
                    + "{init: init, max_tokens: 32, max_steps: 6, batch_size: 8, seed: 1, path: out/mlm}}\n  model:"
            )
        let sandbox = try LabeledRows.sandbox(
            pipeline, ["train.tsv": LabeledRows.pairs(90), "test.tsv": LabeledRows.pairs(30, from: 90)])
        let run = try sandbox.splitvote("run", "p.yaml")
        #expect(run.status == 0, "\(run.errors)")
        let figures = try JSONValue(
            parsing: try #require(
                try sandbox.sqlite("SELECT figures FROM stage_run WHERE stage = 'mlm'").first))
        #expect(try #require(figures["excluded"]?.intValue) >= 40, "\(figures)")
        #expect(run.errors.contains("pretrained") || run.errors.contains("mlm: done"))
    }

    @Test func theTrainSideOfASplitIsEnough() throws {
        let sandbox = try Self.sandbox(
            Self.stage.replacing("{texts: clean, split: split, tokenizer", with: "{texts: split, tokenizer"))
        let run = try sandbox.splitvote("run", "p.yaml")
        #expect(run.status == 0, "\(run.errors)")
        let rows = try sandbox.read("out/train.tsv").split(separator: "\n").count - 1
        #expect(try sandbox.read("out/mlm/README.md").contains("\(rows) texts (comments)"))
    }

    /// What is forgotten is not learned from again, and no artifact keeps its ids.
    @Test func forgottenTextsAreGone() throws {
        let sandbox = try Self.sandbox()
        #expect(try sandbox.splitvote("run", "p.yaml", "--until", "mlm").status == 0)
        let key = try #require(
            try sandbox.sqlite("SELECT source || ':' || key FROM labelled_comment LIMIT 1").first)
        try sandbox.write(key + "\n", to: "forget.txt")
        let forgotten = try sandbox.splitvote("forget", "p.yaml", "forget.txt")
        #expect(forgotten.status == 0, "\(forgotten.errors)")
        let run = try sandbox.splitvote("run", "p.yaml", "--until", "mlm")
        #expect(run.status == 0 && run.errors.contains("mlm: done"), "\(run.errors)")
        let left = try sandbox.files(below: "artifacts").filter { $0.hasSuffix("texts.ids") }
        #expect(left.isEmpty, "\(left)")
    }
}
