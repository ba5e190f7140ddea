import Foundation
import StageKit
import Testing

/// Labels that people gave: the stage `annotate` and `splitvote agreement`.
struct AnnotateTests {
    private static func stage(_ settings: String) -> String {
        "  people: {uses: annotate, from: labels, with: {paths: \"read/*.tsv\"\(settings)}}\n"
    }

    /// 20 comments that readers were divided on, 20 that they agreed on, and two with too few votes.
    private static let table: String = {
        let words = ["배추", "기차", "도서관", "축구", "날씨", "물가", "학교", "병원", "바다", "산길"]
        var lines = ["key\taid\ttext\tup\tdown\tseen"]
        for number in 0..<42 {
            let text =
                "\(words[number % 10]) 이야기를 \(words[(number * 7 + number / 10) % 10]) 앞에서 \(number)번 했다"
            let (up, down) = number >= 40 ? (3, 2) : number % 2 == 0 ? (26, 25) : (50, 1)
            lines.append("k\(number)\t\(number)\t\(text)\t\(up)\t\(down)\t20251001")
        }
        return lines.joined(separator: "\n") + "\n"
    }()

    private func sandbox(people settings: String? = nil, _ tables: (name: String, rows: String)...) throws
        -> Sandbox
    {
        let sandbox = try Sandbox()
        try sandbox.write(Self.table, to: "data/1.tsv")
        var text = SampleComments.pipeline(
            ("article: [oid, aid]", "id: key, article: aid"), ("columns: [", "columns: ["),
            ("with: {format: tsv, path", "with: {format: tsv, columns: [id, label, up, down], path"))
        if let settings {
            text = text.replacing("from: labels, with: {per_label", with: "from: people, with: {per_label")
                .replacing("  sample: {", with: Self.stage(settings) + "  sample: {")
        }
        try sandbox.write(text, to: "p.yaml")
        for table in tables { try sandbox.write(table.rows, to: "read/\(table.name).tsv") }
        return sandbox
    }

    private func run(_ sandbox: Sandbox, _ arguments: String...) throws -> Sandbox.Outcome {
        let outcome = try sandbox.splitvote(["run", "p.yaml"] + arguments)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return outcome
    }

    /// The label of each exported comment.
    private func labels(_ sandbox: Sandbox) throws -> [String: String] {
        var labels: [String: String] = [:]
        for side in ["train", "dev", "test"] {
            for line in try sandbox.read("out/\(side).tsv").split(separator: "\n").dropFirst() {
                let fields = line.split(separator: "\t").map(String.init)
                labels[fields[0]] = fields[1]
            }
        }
        return labels
    }

    private static let kim = """
        id\tlabel\tnote
        sample:k0\tuncontroversial\ta joke
        sample:k1\tuncontroversial\t
        sample:k2\tunsure\t
        sample:k3\t\t
        sample:k40\tcontroversial\t
        sample:none\tcontroversial\t

        """

    private func figure(_ sandbox: Sandbox, _ name: String) throws -> String {
        try sandbox.sqlite(
            "SELECT figures ->> '\(name)' FROM stage_run WHERE stage = 'people' AND figures IS NOT NULL ORDER BY id DESC LIMIT 1"
        ).first ?? ""
    }

    @Test func peopleTakeTheFirstPlaceWhereTheySpoke() throws {
        let sandbox = try sandbox(people: "", ("kim", Self.kim))
        let outcome = try run(sandbox)
        let labels = try labels(sandbox)
        #expect(labels.count == 41)
        #expect(labels["sample:k0"] == "0" && labels["sample:k1"] == "0" && labels["sample:k2"] == "1")
        #expect(labels["sample:k40"] == "1" && labels["sample:k41"] == nil)
        #expect(outcome.errors.contains("left out: 1 label of comments that the label set does not have"))
        #expect(!outcome.errors.contains("sample:none"), "it may be one that was forgotten")
        for (name, value) in [
            ("annotations", "5"), ("unfilled", "1"), ("annotators", "1"), ("comments", "3"), ("changed", "1"),
            ("confirmed", "1"), ("added", "1"), ("unsure", "1"), ("unknown", "1"), ("agreement", "0.5"),
        ] { #expect(try figure(sandbox, name) == value, "\(name)") }
        // In the next list a label of people is the comment's, and what they labeled is not unlike anything labeled.
        let next = try sandbox.splitvote("read-next", "p.yaml", "--by", "random=42").output
        #expect(
            next.contains("\tuncontroversial\t26\t25\t") && next.contains("\tcontroversial\t3\t2\t"),
            "\(next)")
        try sandbox.write("note,id\r\na joke,sample:k41\r\n", to: "read.csv")
        let none = try sandbox.splitvote("read-next", "p.yaml", "--by", "unlike=9", "--except", "read.csv")
        #expect(
            none.status == 0 && none.errors.contains("unlike 0 of 9, there are no more"), "\(none.errors)")
        let why = try sandbox.splitvote("why", "p.yaml", "sample:k0").output
        #expect(why.contains("uncontroversial by people, where its votes say controversial"), "\(why)")
    }

    @Test func nothingButWhatPeopleLabeled() throws {
        let lee =
            "id\tlabel\n"
            + (0..<30).map { "sample:k\($0)\t\($0 % 3 == 0 ? "controversial" : "uncontroversial")\n" }
            .joined()
        let sandbox = try sandbox(people: ", people: only", ("lee", lee))
        _ = try run(sandbox)
        let labels = try labels(sandbox)
        #expect(labels.count == 30)
        #expect(
            labels.allSatisfy { id, label in
                (Int(id.dropFirst(8)) ?? 1) % 3 == 0 ? label == "1" : label == "0"
            })
    }

    /// Measuring changes nothing of what is exported.
    @Test func ignoredLabelsChangeNoByte() throws {
        let plain = try sandbox()
        _ = try run(plain)
        let measured = try sandbox(people: ", people: ignore", ("kim", Self.kim))
        _ = try run(measured)
        for side in ["train", "dev", "test"] {
            #expect(try plain.data("out/\(side).tsv") == measured.data("out/\(side).tsv"))
        }
        #expect(try figure(measured, "kappa") != "")
    }

    @Test func twoPeopleHaveToAgree() throws {
        let lee = "id\tlabel\nsample:k0\tuncontroversial\nsample:k1\tcontroversial\n"
        let sandbox = try sandbox(people: ", least: 2", ("kim", Self.kim), ("lee", lee))
        let outcome = try run(sandbox)
        let labels = try labels(sandbox)
        #expect(labels["sample:k0"] == "0" && labels["sample:k1"] == "0" && labels["sample:k40"] == nil)
        #expect(try figure(sandbox, "tied") == "1" && figure(sandbox, "too_few") == "1")
        #expect(
            outcome.errors.contains("no label of people: 1 comment on which as many say the one as the other")
        )
    }

    @Test func aRunThatLooksBackTakesWhatHadBeenSaid() throws {
        let rows =
            "id\tlabel\ttime\nsample:k0\tuncontroversial\t2025-10-03\nsample:k2\tuncontroversial\t2025-10-09\nsample:k4\tuncontroversial\t\n"
        let sandbox = try sandbox(people: "", ("kim", rows))
        _ = try run(sandbox)
        #expect(try labels(sandbox)["sample:k2"] == "0")
        let outcome = try run(sandbox, "--as-of", "2025-10-05", "--publish")
        #expect(try figure(sandbox, "later") == "1" && figure(sandbox, "undated") == "1")
        #expect(outcome.errors.contains("left out: 1 label without a time"), "\(outcome.errors)")
        #expect(try figure(sandbox, "comments") == "1")
    }

    @Test func aLabelThatNobodyKnowsStopsTheRun() throws {
        let sandbox = try sandbox(people: "", ("kim", "id\tlabel\nsample:k0\tmaybe\n"))
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(
            outcome.status == 1 && outcome.errors.contains("read/kim.tsv, line 2: 'maybe' is no label"),
            "\(outcome.errors)")
        try sandbox.write(
            try sandbox.read("p.yaml").replacing(
                "\"read/*.tsv\"", with: "\"read/*.tsv\", classes: {maybe: unsure}"), to: "p.yaml")
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
    }

    @Test func agreementOfPeopleWithLabelsAndEachOther() throws {
        let sandbox = try sandbox()
        _ = try run(sandbox)
        // Of k0 ... k7 the votes call the even ones controversial. Kim follows them but for k6, Lee but for k0 and k6.
        func rows(_ wrong: Set<Int>) -> String {
            "id\tlabel\tstrategy\n"
                + (0..<8).map { number in
                    let isControversial = (number % 2 == 0) != wrong.contains(number)
                    return
                        "sample:k\(number)\t\(isControversial ? "" : "un")controversial\t\(number < 4 ? "random" : "border")\n"
                }.joined()
        }
        try sandbox.write(rows([6]), to: "read/kim.tsv")
        try sandbox.write(rows([0, 6]), to: "read/lee.tsv")
        let outcome = try sandbox.splitvote("agreement", "p.yaml", "read/kim.tsv", "read/lee.tsv")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n").map(String.init)
        func cells(_ name: String) -> [Substring]? {
            lines.first { $0.hasPrefix(name + " ") }?.dropFirst(name.count).split(separator: " ")
        }
        // k0 is tied, so that seven are left: one of them wrong.
        #expect(cells("people and labels")?.prefix(4) == ["7", "85.7", "%", "0.696"], "\(lines)")
        #expect(cells("of these, drawn at random")?.prefix(4) == ["3", "100.0", "%", "1.000"], "\(lines)")
        #expect(cells("kim and labels")?.prefix(4) == ["8", "87.5", "%", "0.750"], "\(lines)")
        #expect(cells("lee and labels")?.prefix(4) == ["8", "75.0", "%", "0.500"], "\(lines)")
        #expect(cells("kim and lee")?.prefix(4) == ["8", "87.5", "%", "0.714"], "\(lines)")
        #expect(lines.contains { $0.hasPrefix("people among each other: nominal alpha 0.727 ") }, "\(lines)")
        #expect(lines.contains("not compared: 1 comment on which as many say the one as the other"))
        #expect(
            try sandbox.splitvote("agreement", "p.yaml", "read/kim.tsv", "read/lee.tsv").output
                == outcome.output)
        let alone = try sandbox.splitvote("agreement", "p.yaml", "read/kim.tsv", "--resamples", "0").output
        #expect(!alone.contains("...") && !alone.contains("among"))
        for (arguments, words) in [
            (["--weights", "cubic"], "--weights is 'cubic'; it takes none, linear, quadratic"),
            (["--resamples=-1"], "--resamples is -1; it takes 0 ... 100000"),
        ] {
            let refused = try sandbox.splitvote(["agreement", "p.yaml", "read/kim.tsv"] + arguments)
            #expect(refused.status == 2 && refused.errors.contains(words), "\(refused.errors)")
        }
    }
}
