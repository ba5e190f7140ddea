import Foundation
import TableFormat
import Testing

/// Writes a dataset of awkward texts with its card in each kind. With SPLITVOTE_CARDS naming a folder they stay there
/// for `Tests/interop/cards.py`, which loads them with Hugging Face's library.
struct DatasetCardFolderTests {
    static let texts = [
        "둘로 나뉜 댓글", "a\tb", "line\nbreak", "car\rriage", "back\\slash \\t", "\"quoted\"", "\"", "'", "NA",
        "null", "", " ",
        "007", "1e5", "true", "2025-10-01", "#", "a,b", "👨‍👩‍👧", "\u{FEFF}bom", "\u{2028}", "\"a\",\"b\"", "nan",
        "-", "\\",
    ]

    @Test(arguments: TableKind.allCases)
    func awkwardTextsAndTheirCard(kind: TableKind) throws {
        let place =
            ProcessInfo.processInfo.environment["SPLITVOTE_CARDS"]
            ?? NSTemporaryDirectory() + "splitvote-card-\(UUID().uuidString)"
        let folder = URL(fileURLWithPath: place).appendingPathComponent(kind.rawValue)
        defer {
            if ProcessInfo.processInfo.environment["SPLITVOTE_CARDS"] == nil {
                try? FileManager.default.removeItem(atPath: place)
            }
        }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let columns = ["id", "document", "label", "p_controversial", "up", "created_at", "split"]
        var card = DatasetCard(
            prettyName: "Awkward", languages: ["ko"], kind: TableFileFormat(rawValue: kind.rawValue) ?? .tsv,
            tables: [],
            columns: [
                .init("id", .text, "source and number"), .init("document", .text, "the comment"),
                .init("label", .label(["uncontroversial", "controversial"]), "what the votes say"),
                .init("p_controversial", .number, "posterior mass"), .init("up", .integer, "up-votes"),
                .init("created_at", .text, "as the source wrote it"), .init("split", .text, "the side"),
            ], rule: "None.")
        for (split, repeats) in [("train", 3), ("test", 1)] {
            var writer = try TableWriter(kind, columns: columns)
            for round in 0..<repeats {
                for (index, text) in Self.texts.enumerated() {
                    try writer.text("demo:\(round)\(index)")
                    try writer.text(text)
                    writer.number((round + index) % 2)
                    writer.number(0.1 + Double(index) / 3)
                    writer.number(index)
                    if index % 3 == 0 {
                        try writer.text("2025-10-0\(index % 9 + 1)")
                    } else {
                        try writer.text("")
                    }
                    try writer.text(split)
                    writer.endRow()
                }
            }
            try Data(writer.bytes).write(to: folder.appendingPathComponent("\(split).\(kind.rawValue)"))
            card.tables.append(
                .init(split: split, path: "\(split).\(kind.rawValue)", rows: writer.rows))
        }
        try Data(card.markdown.utf8).write(to: folder.appendingPathComponent("README.md"))
        #expect(card.rows == Self.texts.count * 4)
    }
}
