import Foundation
import TestInputs
import Testing

/// `predict` as people use it: beside a table's keys, in a pipe, on rows that are not all there.
struct PredictTests {
    /// A sandbox with a trained model in `out/model`.
    private func sandbox() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.table(), to: "data/day1.tsv")
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        let training = SampleComments.training.replacing(
            "seed: 1}}\n  scores", with: "seed: 1, path: out/model}}\n  scores")
        try sandbox.write(SampleComments.pipeline() + training, to: "p.yaml")
        let outcome = try sandbox.splitvote("run", "p.yaml", "--until", "model")
        #expect(outcome.status == 0, "\(outcome.errors)")
        return sandbox
    }

    private func predict(_ sandbox: Sandbox, _ arguments: String..., input: String = "") throws
        -> Sandbox.Outcome
    {
        try sandbox.run(Sandbox.command, ["predict", "--model", "out/model"] + arguments, input: input)
    }

    @Test func keysAreNextToTheAnswersAndRowsWithoutTextAreCounted() throws {
        let sandbox = try sandbox()
        let plain = try predict(sandbox, input: "찬성과 반대\n둘째\n").output.split(separator: "\n")
        try sandbox.write("id\tdocument\n7\t찬성과 반대\n8\t둘째\n", to: "t.tsv")
        let table = try predict(sandbox, "--column", "document", "t.tsv")
        #expect(table.status == 0, "\(table.errors)")
        #expect(
            table.output.split(separator: "\n").map(String.init)
                == zip(["id", "7", "8"], plain).map { "\($0)\t\($1)" })

        #expect(try sandbox.run(URL(filePath: "/bin/gzip"), ["-k", "t.tsv"]).status == 0)
        #expect(try predict(sandbox, "--column", "document", "t.tsv.gz").output == table.output)
        #expect(
            try predict(sandbox, "--column", "document", "--keep", "none", "t.tsv").output
                == plain.joined(separator: "\n") + "\n")

        let rows = [
            #"{"id":1,"document":"찬성과 반대"}"#, #"{"id":2,"document":null}"#, #"{"id":3,"document":"둘째"}"#,
        ]
        try sandbox.write(rows.joined(separator: "\n"), to: "t.jsonl")
        let answers = try predict(sandbox, "--column", "document", "--format", "jsonl", "t.jsonl")
        #expect(answers.status == 0)
        let lines = answers.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 3)
        #expect(lines.last?.contains(#""row":{"id":"3"}"#) == true)
        #expect(lines.dropFirst().first?.contains(#""label":null"#) == true)
        #expect(
            answers.errors.contains("1 row of 3 rows had no text and got an empty answer"),
            "\(answers.errors)")
        let schema = try JSONSchema("prediction")
        for line in lines { #expect(schema.problems(of: line) == []) }
    }

    /// What a command writes to standard error where that is a terminal.
    private func terminal(_ sandbox: Sandbox, _ arguments: [String]) throws -> String {
        var (main, side): (Int32, Int32) = (-1, -1)
        try #require(openpty(&main, &side, nil, nil, nil) == 0)
        defer {
            close(main)
            close(side)
        }
        var start = sandbox.start(of: arguments)
        start.standardError = FileHandle(fileDescriptor: side)
        #expect(try ChildProcess(start).wait() == .exited(0))
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(main, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    @Test func aTerminalIsShownHowManyRowsAreDone() throws {
        let sandbox = try sandbox()
        try sandbox.write(
            "text\tlabel\n찬성과 반대\tcontroversial\n둘째\tuncontroversial\n", to: "t.tsv")
        let predicted = try terminal(
            sandbox, ["predict", "--model", "out/model", "--column", "text", "t.tsv"])
        #expect(predicted.contains("\rpredict  2 rows"), "\(predicted)")
        // And taken away.
        #expect(predicted.contains("\r\u{1B}[2K"), "\(predicted)")
        let evaluated = try terminal(
            sandbox,
            ["evaluate", "--model", "out/model", "--text", "text", "--label", "label", "t.tsv"])
        #expect(evaluated.contains("\revaluate  2 rows"), "\(evaluated)")
        #expect(!(try predict(sandbox, "--column", "text", "t.tsv")).errors.contains("2 rows"))
    }

    @Test func textsThatWereCutAreCounted() throws {
        let sandbox = try sandbox()
        let long = String(repeating: "찬성과 반대가 갈리는 의견 ", count: 40)
        let outcome = try predict(sandbox, input: "\(long)\n의견\n")
        #expect(
            outcome.errors.contains(
                "1 text of 2 texts had more than the 32 tokens that the model reads, and were cut"),
            "\(outcome.errors)")
        #expect(!(try predict(sandbox, input: "의견\n")).errors.contains("cut"))
    }

    @Test func whatMeansNothingForTheModelIsRefused() throws {
        let sandbox = try LabeledRows.sandbox(
            LabeledRows.pipeline("id: id, text: text, labels: [sun, rain, wind]"),
            ["train.tsv": LabeledRows.flags(60), "test.tsv": LabeledRows.flags(20, from: 60)])
        #expect(try sandbox.splitvote("run", "p.yaml", "--until", "model").status == 0)
        let outcome = try predict(sandbox, "--abstain", "0.4,0.6", input: "글\n")
        #expect(
            outcome.status == 2
                && outcome.errors.contains(
                    "--abstain is for one label of each text, and the model gives any number"),
            "\(outcome.errors)")
        let all = try predict(sandbox, "--threshold", "0", input: "글\n")
        #expect(all.output.contains("\nsun,rain,wind\t"), "\(all.output)\(all.errors)")
        try sandbox.write(
            try sandbox.read("p.yaml").replacing(
                "learning_rate: 3e-3", with: "learning_rate: 3e-3, abstain: 0.1"),
            to: "p.yaml")
        let trained = try sandbox.splitvote("run", "p.yaml", "--until", "model")
        #expect(
            trained.errors.contains(
                "abstain is 0.1, which is for one class of each row; rows have any number of classes"),
            "\(trained.errors)")
    }

    @Test func thresholdTemperatureAndBandAreObeyed() throws {
        let sandbox = try sandbox()
        func fields(_ arguments: String...) throws -> [String] {
            let outcome = try sandbox.run(
                Sandbox.command, ["predict", "--model", "out/model"] + arguments, input: "의견\n")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let last = outcome.output.split(separator: "\n").last ?? ""
            return last.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        #expect(try fields("--threshold", "0")[0] == "controversial")
        #expect(try fields("--threshold", "1")[0] == "uncontroversial")
        #expect(try fields("--abstain", "0,1")[0] == "")
        let (warm, cold) = (try fields("--temperature", "1000"), try fields())
        #expect(abs((Double(warm[2]) ?? 0) - 0.5) < 0.01)
        #expect(warm[0] == cold[0])
        #expect(try sandbox.splitvote("predict", "--model", "out/model", "--abstain", "0.7,0.2").status == 2)
        // Kept in the folder.
        let text = try sandbox.read("out/model/config.json")
        try sandbox.write(
            text.replacing(
                "\"clean_rules\"",
                with: "\"answers\": {\"threshold\": 1, \"temperature\": 2}, \"clean_rules\""),
            to: "out/model/config.json")
        #expect(try fields()[0] == "uncontroversial")
        #expect(try fields("--threshold", "0")[0] == "controversial")
    }

    /// A caller that waits for the answer to each line before it writes the next would otherwise wait for good.
    @Test(.timeLimit(.minutes(2)))
    func aPipeThatStaysOpenIsAnsweredLineByLine() throws {
        let sandbox = try sandbox()
        let (input, output) = (Pipe(), Pipe())
        var start = sandbox.start(of: ["predict", "--model", "out/model"])
        start.standardInput = input.fileHandleForReading
        start.standardOutput = output.fileHandleForWriting
        let process = try ChildProcess(start)
        try output.fileHandleForWriting.close()
        var answers = ""
        for number in 1...3 {
            try input.fileHandleForWriting.write(contentsOf: Data("의견 \(number)\n".utf8))
            // The first answer brings the header with it.
            while answers.split(separator: "\n").count < number + 1 {
                let piece = output.fileHandleForReading.availableData
                if piece.isEmpty { break }
                answers += String(decoding: piece, as: UTF8.self)
            }
            #expect(answers.split(separator: "\n").count == number + 1)
        }
        try input.fileHandleForWriting.close()
        #expect(process.wait() == .exited(0))
    }

    // MARK: evaluate

    @Test func aModelIsScoredOnATableWithLabels() throws {
        let sandbox = try sandbox()
        let texts = (0..<9).map { $0 % 2 == 0 ? "찬성과 반대가 갈리는 의견 \($0)" : "모두가 고개를 끄덕이는 의견 \($0)" }
        let lines = try predict(sandbox, input: texts.joined(separator: "\n")).output.split(separator: "\n")
        let answers = lines.dropFirst().map { String($0.split(separator: "\t")[0]) }
        #expect(answers.count == texts.count)
        var table = "id\tdocument\ttruth\n"
        for (number, (text, answer)) in zip(texts, answers).enumerated() {
            // Every third answer is called wrong.
            let other = answer == "controversial" ? "uncontroversial" : "controversial"
            table += "\(number)\t\(text)\t\(number % 3 == 0 ? other : answer)\n"
        }
        try sandbox.write(table + "x\t\tcontroversial\ny\t의견\t\n", to: "labeled.tsv")
        let arguments = ["evaluate", "--model", "out/model", "--text", "document", "--label", "truth"]
        let outcome = try sandbox.splitvote(
            arguments + ["labeled.tsv", "--json", "--predictions", "answers.tsv", "--keep", "id"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let scores =
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any] ?? [:]
        let count = answers.count + 1  // an empty text is a text
        #expect(scores["rows"] as? Int == count)
        let wrong = (answers.count + 2) / 3
        let accuracy = try #require(scores["accuracy"] as? Double)
        #expect(
            abs(accuracy * Double(count) - Double(count - wrong)) <= 1.001,
            "the last row may be wrong as well")
        let interval = try #require((scores["intervals"] as? [String: [Double]])?["accuracy"])
        #expect(interval[0] < accuracy && accuracy < interval[1])
        for name in ["macro_f1", "micro_f1", "mcc", "pr_auc", "roc_auc", "log_loss", "ece"] {
            #expect(scores[name] is Double, "\(name)")
        }
        #expect(
            outcome.errors.contains("1 row of \(count + 1) rows had no label and was left out"),
            "\(outcome.errors)")
        let kept = try sandbox.read("answers.tsv").split(separator: "\n")
        #expect(kept.first?.hasPrefix("truth\tid\tlabel\tprobability\t") == true)
        #expect(kept.count == count + 1)
        let text = try sandbox.splitvote(arguments + ["labeled.tsv", "--resamples", "0"]).output
        #expect(text.hasPrefix("score\tvalue\tlow\thigh\nrows\t\(count)\naccuracy\t"))
        #expect(text.contains("\nlabel\tprecision\trecall\tf1\trows\n"))
    }

    @Test func aLabelThatTheModelDoesNotKnowIsNamed() throws {
        let sandbox = try sandbox()
        try sandbox.write("document\ttruth\n의견\tcontroversial\n의견\tspam\n", to: "labeled.tsv")
        let outcome = try sandbox.splitvote(
            "evaluate", "--model", "out/model", "--text", "document", "--label", "truth", "labeled.tsv")
        #expect(outcome.status == 1)
        #expect(
            outcome.errors.contains(
                "row 2 has the label 'spam'; out/model knows uncontroversial, controversial"),
            "\(outcome.errors)")
    }
}
