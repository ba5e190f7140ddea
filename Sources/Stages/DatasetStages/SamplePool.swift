internal import Sampling
internal import ShardFormat
internal import StageKit
internal import VoteModel

/// The comments that a sample may choose among, with their ranks: a file for each segment of labels, kept beside the
/// sample.
///
/// Ranks depend on seed and key alone, and the rows of a segment on its labels, so that the next run shares the files of
/// segments that are as they were, and hashes only comments that it has not met.
struct SamplePool {
    static let folderName = "pool"
    private static let listName = "pool.json"

    /// What the earlier sample kept for a segment.
    private struct Entry {
        var number: Int64
        /// Digest of the segment of labels; empty if labels have no segments.
        var labels: String
        var digest: String
    }

    private let earlier: EarlierResult?
    private let stage: String
    private let entries: [Int64: Entry]

    /// What an earlier sample kept; nothing where it kept nothing for this seed, or the list is not as it was written.
    init(_ earlier: EarlierResult?, stage: String, seed: Int) throws {
        self.earlier = earlier
        self.stage = stage
        let list = Self.folderName + "/" + Self.listName
        guard let earlier, let digest = earlier["sample"]?.locator["pool"]?.stringValue,
            try earlier.digest(of: list) == digest,
            let file = try? MappedFile(path: earlier.folder + "/" + list),
            let json = try? JSONValue(
                parsing: file.withBytes { String(decoding: $0, as: UTF8.self) }),
            json["seed"]?.intValue == seed, let segments = json["segments"]?.arrayValue
        else {
            entries = [:]
            return
        }
        let found = segments.compactMap { segment -> Entry? in
            guard let parts = segment.arrayValue, parts.count == 3, let number = parts[0].intValue,
                let labels = parts[1].stringValue, let digest = parts[2].stringValue
            else { return nil }
            return Entry(number: Int64(number), labels: labels, digest: digest)
        }
        entries = Dictionary(found.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// What was written.
    struct Written {
        var parts: [SamplePoolPart]
        /// SHA-256 of the list, 64 hex digits.
        var digest: String
        /// SHA-256 of each file by its path in the output folder.
        var files: [String: String]
    }

    /// Writes the pool for labels.
    ///
    /// - Parameters:
    ///   - outputFolder: the stage's.
    ///   - rank: gives comments, named in rising order, their ranks; those that are no longer in the store have none.
    func write(
        _ labels: DatasetView, toFolder outputFolder: String, seed: Int,
        rank: ([Int64]) throws -> [(id: Int64, rank: SampleRank)]
    ) throws -> Written {
        let folder = outputFolder + "/" + Self.folderName
        try Disk.makeFolder(folder)
        var segments: [(entry: Entry, rows: SamplePoolRows?)] = []
        for (number, digest) in labels.list?.entries.map({ ($0.number, $0.digest) }) ?? [(0, "")] {
            let name = folder + "/" + DatasetSegments.name(number)
            if let known = entries[number], known.labels == digest, !digest.isEmpty, try isIntact(known),
                Disk.share(path(known), as: name)
            {
                segments.append((known, nil))
            } else if let segment = try labels.segment(number) {
                let rows = SamplePoolRows(segment, known: try known(number))
                segments.append((Entry(number: number, labels: digest, digest: ""), rows))
            }
        }
        let ranks = try rank(segments.flatMap { $0.rows?.unranked ?? [] })
        var rest = ranks[...]
        var written = Written(parts: [], digest: "", files: [:])
        for index in segments.indices {
            let name = DatasetSegments.name(segments[index].entry.number)
            if let rows = segments[index].rows {
                segments[index].entry.digest = try rows.write(to: folder + "/" + name, &rest)
            }
            written.parts.append(try SamplePoolPart(path: folder + "/" + name, stage: stage))
            written.files[Self.folderName + "/" + name] = segments[index].entry.digest
        }
        let list = Self.list(segments.map(\.entry), seed: seed)
        let file = try FileWriter(path: folder + "/" + Self.listName)
        try file.write(list)
        try file.finish()
        written.digest = ContentDigest.of(list)
        written.files[Self.folderName + "/" + Self.listName] = written.digest
        return written
    }

    private static func list(_ entries: [Entry], seed: Int) -> String {
        let json: JSONValue = [
            "version": 1, "seed": .integer(seed),
            "segments": .array(
                entries.map { [.integer(Int($0.number)), .string($0.labels), .string($0.digest)] }),
        ]
        return json.canonicalText
    }

    private func known(_ number: Int64) throws -> SamplePoolPart? {
        guard let entry = entries[number], try isIntact(entry) else { return nil }
        return try? SamplePoolPart(path: path(entry), stage: stage)
    }

    private func isIntact(_ entry: Entry) throws -> Bool {
        try earlier?.digest(of: Self.folderName + "/" + DatasetSegments.name(entry.number)) == entry.digest
    }

    private func path(_ entry: Entry) -> String {
        (earlier?.folder ?? "") + "/" + Self.folderName + "/" + DatasetSegments.name(entry.number)
    }
}

/// The candidates of one segment, read where they are.
struct SamplePoolPart {
    let rows: DatasetView.Segment
    fileprivate let words: [UnsafeBufferPointer<Int64>]

    fileprivate static let wordNames = ["word0", "word1", "word2", "word3"]

    fileprivate init(path: String, stage: String) throws {
        rows = try DatasetView.Segment(path, stage: stage)
        do {
            words = try Self.wordNames.map(rows.column)
        } catch {
            throw StageError.unreadableRows(of: stage, error)
        }
    }

    /// What a rank begins with, which nearly always decides.
    func prefix(_ row: Int) -> UInt64 { UInt64(bitPattern: words[0][row]) }

    func candidate(_ row: Int) -> SampleCandidate {
        func word(_ index: Int) -> UInt64 { UInt64(bitPattern: words[index][row]) }
        return SampleCandidate(
            id: rows.ids[row], article: rows.articles[row], label: rows.labels[row],
            rank: SampleRank(words: (word(0), word(1), word(2), word(3))))
    }
}

/// The candidates of one segment in the making.
private struct SamplePoolRows {
    private var columns = DatasetColumns()
    private let known: SamplePoolPart?
    /// Row of each candidate in ``known``; `nil` if it has none.
    private var knownRows: [Int?] = []

    /// - Parameter known: what an earlier sample kept of the same numbers.
    init(_ segment: DatasetView.Segment, known: SamplePoolPart?) {
        self.known = known
        let isClass = (0...UInt8.max).map { Verdict(code: $0)?.classIndex != nil }
        let count = segment.labels.count { isClass[Int($0)] }
        columns.reserveCapacity(count)
        knownRows.reserveCapacity(count)
        let knownIDs = known?.rows.ids
        let knownCount = knownIDs?.count ?? 0
        var row = 0
        for candidate in segment.labels.indices where isClass[Int(segment.labels[candidate])] {
            let id = segment.ids[candidate]
            columns.append(segment, row: candidate)
            var place: Int?
            if let knownIDs {
                while row < knownCount, knownIDs[row] < id { row += 1 }
                if row < knownCount, knownIDs[row] == id { place = row }
            }
            knownRows.append(place)
        }
    }

    /// Those whose ranks are to be found out.
    var unranked: [Int64] { zip(columns.ids, knownRows).filter { $0.1 == nil }.map(\.0) }

    /// Writes the candidates that have ranks.
    ///
    /// - Parameter fresh: of this segment and those after it, in rising order of ids.
    /// - Returns: SHA-256 of the file, 64 hex digits.
    func write(to path: String, _ fresh: inout ArraySlice<(id: Int64, rank: SampleRank)>) throws -> String {
        var ranks: [SampleRank] = []
        var unranked: [Int] = []
        for (row, id) in columns.ids.enumerated() where knownRows[row] == nil {
            if let first = fresh.first, first.id == id {
                ranks.append(fresh.removeFirst().rank)
            } else {
                unranked.append(row)
            }
        }
        let places = unranked.isEmpty ? knownRows : knownRows.without(unranked)
        let words = (0..<SamplePoolPart.wordNames.count).map { index -> [Int64] in
            let known = known?.words[index]
            var next = 0
            return places.map { place in
                if let place, let known { return known[place] }
                defer { next += 1 }
                return Int64(bitPattern: ranks[next].word(index))
            }
        }
        let ranked = unranked.isEmpty ? columns : columns.without(unranked)
        return try ColumnTable(
            columns: ranked.tableColumns
                + zip(SamplePoolPart.wordNames, words).map { (name: $0.0, column: .int64($0.1)) }
        ).writeDigested(to: path)
    }
}

extension SampleRank {
    /// One of the four words.
    fileprivate func word(_ index: Int) -> UInt64 {
        switch index {
        case 0: words.0
        case 1: words.1
        case 2: words.2
        default: words.3
        }
    }
}

extension Array {
    /// The elements but for those at some indices, which are in rising order.
    fileprivate func without(_ indices: [Int]) -> [Element] {
        var rest = indices[...]
        return self.indices.filter { index in
            guard rest.first == index else { return true }
            rest.removeFirst()
            return false
        }.map { self[$0] }
    }
}

extension DatasetColumns {
    fileprivate func without(_ rows: [Int]) -> DatasetColumns {
        var left = DatasetColumns()
        for row in Array(ids.indices).without(rows) { left.append(self, row: row) }
        return left
    }
}
