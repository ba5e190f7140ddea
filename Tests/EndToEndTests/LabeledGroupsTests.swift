import Foundation
import Testing

/// A column `group` of rows with labels: what it names together stays on one side, whatever makes the sides.
struct LabeledGroupsTests {
    /// Rows that each have their own text, by one of some authors, who take turns.
    private static func rows(_ count: Int, from first: Int, authors: Int) -> String {
        let lines = LabeledRows.classes(count, from: first).split(separator: "\n")
        let written = lines.dropFirst().enumerated().map { "\($1)\t\(author(of: first + $0, authors))" }
        return ([lines[0] + "\tauthor"] + written).joined(separator: "\n") + "\n"
    }

    private static func author(of row: Int, _ authors: Int) -> String { "author \(row % authors)" }

    /// The sides that each author's rows are on after a run up to the exported tables.
    private func sides(_ sandbox: Sandbox, authors: Int, rows: Int) throws -> [String: Set<String>] {
        let outcome = try sandbox.splitvote("run", "p.yaml", "--quiet", "--until", "tsv")
        try #require(outcome.status == 0, "\(outcome.errors)")
        var sides: [String: Set<String>] = [:]
        var seen = 0
        for side in ["train", "dev", "test"] {
            let lines = try sandbox.read("out/\(side).tsv").split(separator: "\n").dropFirst()
            #expect(!lines.isEmpty, "no row is on \(side)")
            for line in lines {
                let key = line.prefix { $0 != "\t" }.dropFirst("mine:".count)
                let number = try #require(Int(key), "\(line)")
                sides[Self.author(of: number, authors), default: []].insert(side)
                seen += 1
            }
        }
        #expect(seen == rows)
        return sides
    }

    @Test(arguments: [
        "method: hash, shares: {train: 0.6, dev: 0.2, test: 0.2}",
        "method: balanced, shares: {train: 0.6, dev: 0.2, test: 0.2}",
        "method: folds, folds: 4, fold: 2, dev: 0.2",
    ])
    func rowsOfOneGroupAreOnOneSide(split: String) throws {
        let sandbox = try LabeledRows.sandbox(
            LabeledRows.pipeline(
                "id: id, text: document, label: label, group: author", ingest: "",
                split: split + ", copies: keep"),
            ["all.tsv": Self.rows(160, from: 0, authors: 40)])
        let sides = try sides(sandbox, authors: 40, rows: 160)
        #expect(sides.count == 40)
        #expect(sides.allSatisfy { $0.value.count == 1 }, "\(sides)")
    }

    @Test func devIsCarvedOutOfTrainingRowsByGroup() throws {
        let sandbox = try LabeledRows.sandbox(
            LabeledRows.pipeline(
                "id: id, text: document, label: label, group: author", split: "method: given, dev: 0.3"),
            [
                "train.tsv": Self.rows(120, from: 0, authors: 30),
                "test.tsv": Self.rows(30, from: 120, authors: 30),
            ])
        let sides = try sides(sandbox, authors: 30, rows: 150)
        // The test is its owner's, and here it has rows of all authors; the other two share none.
        for (author, own) in sides {
            #expect(own.contains("test") && own.count == 2, "\(author): \(own)")
        }
        #expect(sides.values.contains(["dev", "test"]) && sides.values.contains(["train", "test"]))
    }
}
