import CommentStore
import Foundation
import RunStore
import StageKit
import StoreFile
import VoteModel

/// A folder that is gone when the value is.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        // In memory where the system has such a folder: these tests are about what is written, not about the disk.
        let memory = URL(fileURLWithPath: "/dev/shm", isDirectory: true)
        let isWritable = FileManager.default.isWritableFile(atPath: memory.path)
        let folder = (isWritable ? memory : FileManager.default.temporaryDirectory)
            .appendingPathComponent("splitvote-store-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        path = folder
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }
}

/// A store in its own folder, with a clock that does not advance.
struct TemporaryStore {
    let folder: TemporaryFolder
    let store: RunStore

    static let clock = StoreClock { 1_763_709_404_123 }

    init() throws {
        folder = try TemporaryFolder()
        store = try RunStore.open(
            at: folder.file("state.sqlite"), artifacts: folder.file("artifacts"), clock: Self.clock)
    }

    var ledger: StoreLedger { store.ledger }

    /// Runs a statement in the plain sqlite3 shell's way, on its own connection, and gives the rows as texts.
    func sql(_ statement: String) throws -> [String] { try PlainSQLite.rows(store.path, statement) }

    func begin(run: String, pipeline: String = "news", overrides: JSONValue = .object([:])) throws {
        try store.begin(
            RunRecord(
                id: run, pipeline: pipeline, file: "\(pipeline).yaml", date: "2025-11-21",
                overrides: overrides,
                host: "here", pid: 1))
    }
}

/// A row of a table, for tests.
struct Sighting: Hashable {
    var article = "437/0000459026"
    var text: String
    var key: String?
    var moment: Int64 = 1_000
    var up: Int32
    var down: Int32
    var replies: Int32 = 0
    var isDeleted = false
    var title: String?
    var createdAt: String?
    var authorHash: String?

    init(_ text: String, up: Int32, down: Int32, at moment: Int64 = 1_000) {
        self.text = text
        self.up = up
        self.down = down
        self.moment = moment
    }

    func with(_ change: (inout Sighting) -> Void) -> Sighting {
        var copy = self
        change(&copy)
        return copy
    }
}

extension StoreLedger {
    @discardableResult
    func add(
        _ rows: [Sighting], as name: String, source: String = "news", run: String = "run-1",
        mapping: String = "m", content: String? = nil, moment: Int64? = nil, replacing replaced: [Int64] = [],
        throwing error: (any Error)? = nil
    ) throws -> ImportFigures {
        let file = ImportedFile(
            source: source, name: name, digest: "digest of \(content ?? name)", mapping: mapping, run: run,
            moment: moment, replaces: replaced)
        return try importFile(file) { sink in
            for row in rows { try Self.append(row, to: sink) }
            if let error { throw error }
        }
    }

    static func append(_ row: Sighting, to sink: any ObservationSink) throws {
        func bytes<Value>(_ text: String?, _ body: (UnsafeRawBufferPointer?) throws -> Value) rethrows
            -> Value
        {
            guard let text else { return try body(nil) }
            return try Array(text.utf8).withUnsafeBytes { try body($0) }
        }
        try bytes(row.key) { key in
            try bytes(row.article) { article in
                try bytes(row.text) { text in
                    try bytes(row.title) { title in
                        try bytes(row.createdAt) { createdAt in
                            try bytes(row.authorHash) { author in
                                var comment = ObservedComment(
                                    key: key, article: article!, text: text!, observedAt: row.moment,
                                    up: row.up,
                                    down: row.down, replies: row.replies, isDeleted: row.isDeleted)
                                comment.articleTitle = title
                                comment.createdAt = createdAt
                                comment.authorHash = author
                                try sink.append(comment)
                            }
                        }
                    }
                }
            }
        }
    }

    struct Seen: Equatable {
        var id: Int64
        var article: Int64 = 0
        var key = ""
        var source = ""
        var articleKey = ""
        var text = ""
        var createdAt: String?
        var authorHash: String?
        var isDeleted = false
        var up: Int32
        var down: Int32
        var replies: Int32
        var moment: Int64
    }

    func rows(
        _ cut: LedgerCut, _ fields: CommentFields = [.key, .article, .text, .createdAt, .votes, .author],
        _ selection: CommentSelection = .all
    ) throws -> [Seen] {
        var seen: [Seen] = []
        func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }
        try scan(cut, fields: fields, selection: selection) { row in
            seen.append(
                Seen(
                    id: row.id, article: row.article, key: text(row.key), source: text(row.source),
                    articleKey: text(row.articleKey), text: text(row.text),
                    createdAt: row.createdAt.map(text),
                    authorHash: row.authorHash.map(text), isDeleted: row.isDeleted, up: row.up,
                    down: row.down,
                    replies: row.replies, moment: row.observedAt))
        }
        return seen
    }

    /// What holds for each comment, by key, without ids.
    func votes(_ cut: LedgerCut) throws -> [String: [Int32]] {
        Dictionary(uniqueKeysWithValues: try rows(cut).map { ($0.key, [$0.up, $0.down, $0.replies]) })
    }
}

/// Repeatable numbers for property tests.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014).
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

struct MidwayError: Error, Equatable {}
