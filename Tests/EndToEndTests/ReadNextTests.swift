import Foundation
import StageKit
import Testing

/// `splitvote read-next`: the comments that a person should read next.
struct ReadNextTests {
    private static let stages = """
          vocabulary: {uses: vocabulary, from: clean, with: {size: 300, min_frequency: 1}}
          shards: {uses: shards, from: {data: split, tokenizer: vocabulary}, with: {max_tokens: 32}}
          model: {uses: train, from: shards, with: {model: tfidf}}
          answers: {uses: predict, from: {comments: clean, model: model}, with: {path: out/answers.tsv}}

        """

    /// Eight syllables that no other number has, so that no text is a near copy of another.
    private static func syllables(_ number: Int) -> String {
        let bits = UInt64(number + 1) &* 0x9E37_79B9_7F4A_7C15
        return String(
            String.UnicodeScalarView(
                (0..<8).compactMap {
                    Unicode.Scalar(0xAC00 + 28 * UInt32(truncatingIfNeeded: bits >> ($0 * 8) & 0xFF))
                }))
    }

    /// 120 comments whose words tell their labels, 16 whose votes are divided under words that others agree on, and four with
    /// 19 votes of the 20 that a label needs, two of these with one text.
    private static var table: String {
        func line(_ article: Int, _ text: String, _ up: Int, _ down: Int) -> String {
            "1\t\(article)\t\(text)\t\(up)\t\(down)\t20251001"
        }
        let usual = (0..<120).map { number in
            let isDivided = number % 2 == 0
            return line(
                1000 + number / 10,
                (isDivided ? "찬성과 반대가 갈린다 " : "모두가 고개를 끄덕인다 ") + syllables(number),
                (isDivided ? 25 : 45) + number % 7, isDivided ? 24 + number % 5 : 1)
        }
        let doubtful = (0..<16).map { line(2000 + $0, "모두가 고개를 끄덕인다 " + syllables(200 + $0), 26, 25) }
        let few = ["시장에서 배추를 세 포기 샀다", "기차가 두 시간이나 늦었다", "시장에서 배추를 세 포기 샀다!", "도서관 문이 일찍 닫혔다"]
        let short = few.enumerated().map { line(3000 + $0, $1, 10 + $0, 9 - $0) }
        let head = SampleComments.table(articles: 0)
        return head + (usual + doubtful + short).joined(separator: "\n") + "\n"
    }

    private func sandbox(withModel: Bool = true) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(Self.table, to: "data/1.tsv")
        try sandbox.write(SampleComments.pipeline() + (withModel ? Self.stages : ""), to: "p.yaml")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        try #require(outcome.status == 0, "\(outcome.errors)")
        return sandbox
    }

    private func list(_ sandbox: Sandbox, _ arguments: String...) throws -> [[String: String]] {
        let outcome = try sandbox.splitvote(["read-next", "p.yaml"] + arguments)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return Self.rows(outcome.output)
    }

    private static func rows(_ output: String) -> [[String: String]] {
        let lines = output.split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
    }

    @Test func bordersNeedNoModel() throws {
        let sandbox = try sandbox(withModel: false)
        let outcome = try sandbox.splitvote("read-next", "p.yaml", "--by", "border=5,random=4")
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("9 comments: border 5; random 4\n"), "\(outcome.errors)")
        let rows = Self.rows(outcome.output)
        #expect(
            rows.map { $0["strategy"] } == Array(repeating: "border", count: 5)
                + Array(repeating: "random", count: 4))
        let distances = rows.prefix(5).compactMap { row in
            row["reason"]?.split(separator: " ").first.flatMap { Int($0) }
        }
        #expect(
            distances.prefix(3) == [1, 1, 3] && distances.count == 5 && distances == distances.sorted(),
            "\(rows)")
        #expect(rows.prefix(3).allSatisfy { $0["current_label"] == "too_few_votes" }, "\(rows)")
        for row in rows {
            let (up, down) = (Double(row["up"] ?? "") ?? 0, Double(row["down"] ?? "") ?? 0)
            #expect(abs(up / (up + down) - (Double(row["ratio"] ?? "") ?? 0)) < 5.1e-4, "\(row)")
            #expect(row["label"] == "" && row["note"] == "" && row["predicted"] == "")
        }
        #expect(Set(rows.compactMap { $0["id"] }).count == rows.count)
        let why = try sandbox.splitvote("why", "p.yaml", rows[0]["id"] ?? "").output
        #expect(why.contains(rows[0]["reason"] ?? "nothing"), "\(why)")
    }

    @Test func theSameRequestGivesTheSameListAndAnotherSeedAnotherControl() throws {
        let sandbox = try sandbox(withModel: false)
        let first = try list(sandbox, "--by", "border=10,random=10")
        #expect(try list(sandbox, "--by", "border=10,random=10") == first)
        let other = try list(sandbox, "--by", "border=10,random=10", "--seed", "2")
        #expect(other.suffix(10) != first.suffix(10))
        // The control does not depend on what else is asked for.
        let alone = try list(sandbox, "--by", "random=10")
        #expect(alone.map { $0["id"] } == first.suffix(10).map { $0["id"] })
        #expect(
            try sandbox.splitvote("read-next", "p.yaml", "-n", "10").errors.contains(
                "chosen by border=5,random=5"))
    }

    @Test func uncertainCommentsHaveNoLabelAndTheLeastCertainIsFirst() throws {
        let sandbox = try sandbox()
        let outcome = try sandbox.splitvote("read-next", "p.yaml", "--by", "uncertainty=10")
        let rows = Self.rows(outcome.output)
        // Four comments have too few votes; two of them have one text.
        #expect(rows.count == 3, "\(rows)")
        #expect(rows.allSatisfy { $0["current_label"] == "too_few_votes" && $0["side"] == "" })
        let margins = rows.map { abs(2 * (Double($0["probability"] ?? "") ?? 0) - 1) }
        #expect(zip(margins, margins.dropFirst()).allSatisfy { $0 <= $1 + 2e-3 }, "\(margins)")
        for (row, margin) in zip(rows, margins) {
            let words = row["reason"]?.split(separator: " ").map(String.init) ?? []
            #expect(words.first == "margin" && abs((Double(words[1]) ?? 9) - margin) < 2.1e-3, "\(row)")
        }
        #expect(outcome.errors.contains("uncertainty 3 of 10, there are no more"), "\(outcome.errors)")
        #expect(outcome.errors.contains("passed over: 1 near copy"), "\(outcome.errors)")
        for measure in ["entropy", "least_confidence"] {
            let same = try list(sandbox, "--by", "uncertainty=10", "--uncertainty", measure)
            #expect(same.map { $0["id"] } == rows.map { $0["id"] })
        }
    }

    @Test func unlikeCommentsHaveNoLabelAndTheStrangestIsFirst() throws {
        let sandbox = try sandbox(withModel: false)
        let rows = try list(sandbox, "--by", "unlike=10")
        #expect(rows.allSatisfy { $0["current_label"] == "too_few_votes" } && rows.count == 3, "\(rows)")
        let cosines = rows.compactMap { row in
            row["reason"]?.split(separator: " ").dropFirst().first.flatMap { Double($0) }
        }
        #expect(
            cosines.count == 3 && cosines == cosines.sorted() && cosines.allSatisfy { $0 < 0.5 }, "\(rows)")
    }

    @Test func doubtedLabelsAreThoseThatTheModelContradicts() throws {
        let sandbox = try sandbox()
        let outcome = try sandbox.splitvote("read-next", "p.yaml", "--by", "wrong=100")
        let rows = Self.rows(outcome.output)
        #expect(!rows.isEmpty)
        for row in rows {
            #expect(row["predicted"] != row["current_label"] && row["predicted"] != "", "\(row)")
            #expect(
                row["reason"]?.hasSuffix("though it has learned it") == (row["side"] == "train"), "\(row)")
        }
        let trained = rows.map { $0["side"] == "train" }
        #expect(trained == trained.sorted { !$0 && $1 }, "what the model has not learned comes first")
        #expect(outcome.errors.contains("has learned from") == trained.contains(true), "\(outcome.errors)")
        let planted = rows.filter {
            $0["text"]?.hasPrefix("모두가") == true && $0["current_label"] == "controversial"
        }
        #expect(planted.count * 2 > rows.count, "\(rows)")
    }

    @Test func aListLeavesOutEarlierOnesAndIsNotWrittenOver() throws {
        let sandbox = try sandbox(withModel: false)
        let first = try sandbox.splitvote("read-next", "p.yaml", "-n", "30", "-o", "one.tsv")
        #expect(first.status == 0 && first.output.isEmpty)
        let again = try sandbox.splitvote("read-next", "p.yaml", "-n", "30", "-o", "one.tsv")
        #expect(again.status == 2 && again.errors.contains("one.tsv is there already"), "\(again.errors)")
        let second = try list(sandbox, "--by", "random=1000", "--except", "one.tsv")
        let given = Self.rows(try sandbox.read("one.tsv"))
        #expect(given.count == 30)
        #expect(Set(given.compactMap { $0["id"] }).isDisjoint(with: second.compactMap { $0["id"] }))
        #expect(given.count + second.count == 139, "140 comments, two of them with one text")
        try sandbox.write("id\tlabel\nsample:none\tx\n", to: "odd.tsv")
        let odd = try sandbox.splitvote("read-next", "p.yaml", "-n", "3", "--except", "odd.tsv")
        #expect(odd.errors.contains("not in the store: 1 comment of earlier lists"), "\(odd.errors)")
        try sandbox.write("nothing\n", to: "bad.tsv")
        let bad = try sandbox.splitvote("read-next", "p.yaml", "--except", "bad.tsv")
        #expect(
            bad.status == 2 && bad.errors.contains("bad.tsv, line 1: 'nothing' is not the ID of a comment"),
            "\(bad.errors)")
    }

    @Test func aForgottenCommentIsInNoList() throws {
        let sandbox = try sandbox()
        let before = try list(sandbox, "--by", "border=40,random=40,uncertainty=3")
        let ids = before.prefix(3).compactMap { $0["id"] }
        try sandbox.write(ids.joined(separator: "\n") + "\n", to: "list.txt")
        #expect(try sandbox.splitvote("forget", "p.yaml", "list.txt").status == 0)
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        let after = try list(sandbox, "--by", "border=200,random=200,uncertainty=3,wrong=50")
        #expect(!after.isEmpty && after.allSatisfy { !ids.contains($0["id"] ?? "") })
    }

    /// Labels are enough for a border; what is not there yet is said.
    @Test func whatHasNotRunIsSaid() throws {
        let sandbox = try Sandbox()
        try sandbox.write(Self.table, to: "data/1.tsv")
        try sandbox.write(SampleComments.pipeline() + Self.stages, to: "p.yaml")
        #expect(try sandbox.splitvote("run", "p.yaml", "--until", "labels").status == 0)
        let outcome = try sandbox.splitvote("read-next", "p.yaml", "--by", "border=3")
        #expect(outcome.status == 0 && Self.rows(outcome.output).count == 3, "\(outcome.errors)")
        #expect(
            outcome.errors.contains("without answers: stage 'answers' has no result so far"),
            "\(outcome.errors)")
        #expect(
            outcome.errors.contains("without sides: stage 'split' has no result so far"), "\(outcome.errors)")
        let early = try sandbox.splitvote("read-next", "p.yaml", "--by", "uncertainty")
        #expect(
            early.status == 2 && early.errors.contains("uncertainty needs a model's answers"),
            "\(early.errors)")
    }

    @Test func aBlindListShowsTextsAlone() throws {
        let sandbox = try sandbox()
        let open = try list(sandbox, "--by", "border=10,random=10")
        let outcome = try sandbox.splitvote("read-next", "p.yaml", "--by", "border=10,random=10", "--blind")
        #expect(outcome.output.hasPrefix("id\ttitle\ttext\tlabel\tnote\n"))
        let blind = Self.rows(outcome.output)
        #expect(Set(blind.map { $0["id"] }) == Set(open.map { $0["id"] }))
        #expect(blind.map { $0["id"] } != open.map { $0["id"] })
    }

    /// Rows that came with labels: a model doubts some of them, and people agree with them by grades.
    @Test func rowsWithLabelsAreDoubtedAndComparedToo() throws {
        let sandbox = try Sandbox()
        let grades = ["bad", "fair", "good"]
        let words = ["별로이고 실망했다", "그저 그렇고 무난하다", "훌륭하고 감동했다"]
        let rows = (0..<90).map { number in
            let label = number % 15 == 14 ? (number + 1) % 3 : number % 3
            return "r\(number)\t\(words[number % 3]) \(Self.syllables(number))\t\(grades[label])"
        }
        try sandbox.write("key\ttext\tgrade\n" + rows.joined(separator: "\n") + "\n", to: "rows.tsv")
        try sandbox.write(
            """
            splitvote: 1
            pipeline: grades
            store: {state: state.sqlite, artifacts: artifacts}
            stages:
              rows: {uses: ingest.files, with: {paths: rows.tsv, source: rows, columns: {id: key, text: text, label: grade}, classes: [bad, fair, good]}}
              clean: {uses: clean, from: rows, with: {rules: none}}
              split: {uses: split, from: clean, with: {shares: {train: 0.4, dev: 0.3, test: 0.3}, salt: v1}}
              vocabulary: {uses: vocabulary, from: clean, with: {size: 300, min_frequency: 1}}
              shards: {uses: shards, from: {data: split, tokenizer: vocabulary}, with: {max_tokens: 32}}
              model: {uses: train, from: shards, with: {model: tfidf}}
              answers: {uses: predict, from: {comments: clean, model: model}, with: {path: out/answers.tsv}}

            """, to: "p.yaml")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        try #require(outcome.status == 0, "\(outcome.errors)")
        let doubted = try list(sandbox, "--by", "wrong=90")
        #expect(!doubted.isEmpty)
        for row in doubted {
            #expect(
                grades.contains(row["current_label"] ?? "") && row["predicted"] != row["current_label"],
                "\(row)")
            #expect(row["up"] == "" && row["ratio"] == "", "\(row)")
        }
        #expect(
            doubted.filter { $0["side"] != "train" }.allSatisfy {
                Int(($0["id"] ?? "").dropFirst(6)).map { $0 % 15 == 14 } == true
            }, "\(doubted)")
        #expect(try list(sandbox, "--by", "uncertainty=5").isEmpty, "all have a label")
        let border = try sandbox.splitvote("read-next", "p.yaml", "--by", "border")
        #expect(border.status == 2 && border.errors.contains("border looks at votes"), "\(border.errors)")
        // One is two grades off, one by one grade, seven are right.
        let people = (0..<9).map { "rows:r\($0)\t\(grades[$0 == 0 ? 2 : $0 == 1 ? 2 : $0 % 3])" }
        try sandbox.write("id\tlabel\n" + people.joined(separator: "\n") + "\n", to: "kim.tsv")
        func kappa(_ weights: String) throws -> String {
            let output = try sandbox.splitvote("agreement", "p.yaml", "kim.tsv", "--weights", weights).output
            let line = output.split(separator: "\n").first { $0.hasPrefix("people and labels") } ?? ""
            return String(line.split(separator: " ").dropFirst(6).first ?? "")
        }
        #expect(try [kappa("none"), kappa("linear"), kappa("quadratic")] == ["0.667", "0.640", "0.615"])
    }

    static let refusals: [(arguments: [String], words: String)] = [
        (["--by", "certain"], "--by: there is no strategy 'certain'"),
        (["-n", "0"], "-n is 0; it takes 1 ... 100000"),
        (["--uncertainty", "doubt"], "--uncertainty is 'doubt'; it takes least_confidence, margin, entropy"),
        (["--seed=-1"], "--seed is -1; it takes 0 or more"),
        (["--by", "uncertainty"], "uncertainty needs a model's answers"),
        (["--by", "wrong"], "wrong needs a model's answers"),
        (["--answers", "split"], "stage 'split' is no predict stage"),
        (["--answers", "no"], "p.yaml has no stage 'no'"),
    ]

    @Test func whatCannotBeMeantIsRefused() throws {
        let sandbox = try sandbox(withModel: false)
        for (arguments, words) in Self.refusals {
            let outcome = try sandbox.splitvote(["read-next", "p.yaml"] + arguments)
            #expect(outcome.status == 2 && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
        }
    }
}
