import Foundation
import RunStore
import TestInputs
import Testing
import VoteModel

/// Real comments with their votes, if available: SPLITVOTE_DATA names their folder.
enum RealComments {
    static let folder: String = {
        let data =
            ProcessInfo.processInfo.environment["SPLITVOTE_DATA"]
            ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("../shared/data").standardized.path
        return data + "/naver-news-comments-2025q4"
    }()

    static var areThere: Bool { FileManager.default.fileExists(atPath: folder) }

    /// Files in the order in which a run would take them.
    static var files: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".tsv.gz") }
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
    }

    static func table(_ name: String) throws -> Data {
        return try ChildProcess.output(of: .init(shell: "exec gzip -dc \"$0\"", folder + "/" + name))
    }
}

struct RealCommentsTests {
    @Test(.enabled(if: RealComments.areThere, "naver-news-comments-2025q4 is not at hand"))
    func theQuarterHasThePublishedCounts() throws {
        let store = try TemporaryStore()
        var sum = ImportFigures()
        for name in try RealComments.files {
            let table = try RealComments.table(name)
            let file = ImportedFile(source: "naver-news", name: name, digest: name, mapping: "m", run: "r")
            sum = sum + (try store.ledger.importFile(file) { sink in try append(table, to: sink) })
        }
        #expect(sum.rows == 634_031)
        #expect(sum.emptyText == 91_367)
        #expect(sum.newComments == 498_863)
        #expect(sum.repeats == 542_664 - 498_863)
        let cut = try store.ledger.cut(of: ["naver-news"], asOf: nil)
        var counts = [0, 0, 0, 0]
        try store.ledger.scan(cut, fields: .votes, selection: .all) { row in
            let ratio = Double(row.up) / Double(row.up + row.down)
            switch ratio {
            case _ where row.up + row.down < 20: counts[3] += 1
            case 0.4...0.6: counts[0] += 1
            case ...0.2, 0.8...: counts[1] += 1
            default: counts[2] += 1
            }
        }
        #expect(counts == [2_661, 49_516, 7_227, 439_459])
        #expect(try store.ledger.size(of: cut).articles == 5_906)
        #expect(try store.sql("PRAGMA integrity_check") == ["ok"])
    }

    private func append(_ table: Data, to sink: any ObservationSink) throws {
        try table.withUnsafeBytes { bytes in
            var start = bytes.firstIndex(of: 10)! + 1
            while start < bytes.count {
                let end = bytes[start...].firstIndex(of: 10) ?? bytes.count
                let fields = UnsafeRawBufferPointer(rebasing: bytes[start..<end]).split(
                    separator: 9, omittingEmptySubsequences: false
                ).map { UnsafeRawBufferPointer(rebasing: $0) }
                start = end + 1
                if fields[4].isEmpty {
                    sink.countEmptyText()
                    continue
                }
                let article = Array(fields[9]) + [UInt8(ascii: "/")] + Array(fields[10])
                try article.withUnsafeBytes { article in
                    // Days in the order of their digits are enough to see which came later.
                    try sink.append(
                        ObservedComment(
                            key: nil, article: article, text: fields[4], observedAt: number(fields[1]),
                            up: Int32(number(fields[5])), down: Int32(number(fields[6])),
                            replies: Int32(number(fields[7]))))
                }
            }
        }
    }

    private func number(_ field: UnsafeRawBufferPointer) -> Int64 {
        field.reduce(0) { $0 * 10 + Int64($1) - 48 }
    }
}
