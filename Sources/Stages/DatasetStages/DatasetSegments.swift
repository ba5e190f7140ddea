internal import ShardFormat
internal import StageKit
internal import VoteModel

/// The rows of a label set on the disk: a folder with a table for every 65,536 numbers of comments, a count of votes, and a
/// list of both.
///
/// Equal rows give equal files. A segment that says what it said in the earlier set is that set's file under a second
/// name, so that a night writes, hashes and keeps only what has changed.
enum DatasetSegments {
    /// Numbers of comments that one segment covers.
    static let span: Int64 = 65_536
    private static let listName = "rows.json"
    private static let censusName = "votes.safetensors"
    private static let version = 1

    /// A segment, as the list has it.
    struct Entry: Equatable, Sendable {
        /// Its rows have ids from `number * span` on.
        var number: Int64
        var rows: Int
        /// SHA-256 of the file, 64 hex digits.
        var digest: String
        /// Digest of the numbers that it covers and has no rows for.
        var holes: String

        var name: String { DatasetSegments.name(number) }
        var ids: ClosedRange<Int64> { DatasetSegments.ids(number) }
    }

    struct List: Sendable {
        /// In the order of their numbers.
        var entries: [Entry]
        /// Rows by the code of their label.
        var labels: [Int]
        /// SHA-256 of the file with the count of votes, 64 hex digits.
        var census: String

        subscript(number: Int64) -> Entry? {
            let place = entries.partitioningIndex { $0.number >= number }
            return place < entries.count && entries[place].number == number ? entries[place] : nil
        }
    }

    /// What was written.
    struct Written: Sendable {
        /// SHA-256 of the list, and so of all rows; 64 hex digits.
        var digest: String
        /// SHA-256 of each file by its name.
        var files: [String: String]
    }

    static func name(_ number: Int64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 8 - digits.count)) + digits + ".safetensors"
    }

    /// The numbers of comments that a segment covers; there is none below 1.
    static func ids(_ number: Int64) -> ClosedRange<Int64> {
        max(1, number * span)...((number + 1) * span - 1)
    }

    /// A digest of numbers, 16 hex digits.
    static func digest(ofHoles ids: some Collection<Int64>) -> String {
        var digest = ContentDigest()
        ids.map(\.littleEndian).withUnsafeBytes { digest.update($0) }
        return String(digest.hexadecimal().prefix(16))
    }
}

// MARK: Writing

extension DatasetSegments {
    /// Writes rows.
    ///
    /// - Parameters:
    ///   - folder: is made.
    ///   - earlier: rows, some of which are probably the same; those that cannot be read are not shared.
    static func write(
        _ rows: JudgedRows, _ summary: JudgedSummary, toFolder folder: String, sharing earlier: InputArtifact?
    ) throws -> Written {
        try Disk.makeFolder(folder)
        let view = earlier.flatMap { try? DatasetView($0) }
        var entries: [Entry] = []
        for part in rows.parts {
            switch part {
            case .earlier(let segment): entries.append(try write(segment, folder))
            case .own(let columns): entries += try write(columns, folder, sharing: view)
            }
        }
        let census = try summary.census.write(to: folder + "/" + censusName)
        let text = List(entries: entries, labels: summary.labels, census: census).json.canonicalText
        let file = try FileWriter(path: folder + "/" + listName)
        try file.write(text)
        try file.finish()
        let digest = ContentDigest.of(text)
        var files = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.digest) })
        files[listName] = digest
        files[censusName] = census
        return Written(digest: digest, files: files)
    }

    private static func write(_ segment: JudgedRows.Shared, _ folder: String) throws -> Entry {
        if Disk.share(segment.path, as: folder + "/" + segment.entry.name) { return segment.entry }
        return try write(segment.columns(), segment.entry.number, folder)
    }

    private static func write(
        _ columns: DatasetColumns, _ folder: String, sharing earlier: DatasetView?
    ) throws -> [Entry] {
        var entries: [Entry] = []
        var row = 0
        while row < columns.count {
            let number = columns.ids[row] / span
            let rows = row..<columns.ids[row...].partitioningIndex { $0 / span > number }
            row = rows.upperBound
            if let view = earlier, let same = view.list?[number],
                try view.segment(number)?.equals(columns, rows: rows) == true,
                Disk.share(view.path(of: same), as: folder + "/" + same.name)
            {
                entries.append(same)
            } else {
                entries.append(try write(columns.slice(rows), number, folder))
            }
        }
        return entries
    }

    private static func write(_ columns: DatasetColumns, _ number: Int64, _ folder: String) throws -> Entry {
        var holes: [Int64] = []
        var next = ids(number).lowerBound
        for id in columns.ids {
            holes += next..<id
            next = id + 1
        }
        if next <= ids(number).upperBound { holes += next...ids(number).upperBound }
        return Entry(
            number: number, rows: columns.count,
            digest: try columns.write(to: folder + "/" + name(number)), holes: digest(ofHoles: holes))
    }
}

extension DatasetView.Segment {
    /// Whether these rows of a table say the same.
    fileprivate func equals(_ columns: DatasetColumns, rows: Range<Int>) -> Bool {
        // Without a way out in the middle, the compiler compares many at a time.
        func same<Number: FixedWidthInteger>(_ own: UnsafeBufferPointer<Number>, _ others: [Number]) -> Bool {
            others[rows].withUnsafeBufferPointer { others in
                own.indices.reduce(Number(0)) { $0 | (own[$1] ^ others[$1]) } == 0
            }
        }
        return count == rows.count && same(ids, columns.ids) && same(labels, columns.labels)
            && same(ups, columns.ups) && same(downs, columns.downs) && same(articles, columns.articles)
    }
}

// MARK: Reading

extension DatasetSegments {
    /// The list of a folder of segments; `nil` if the path is that of a file.
    /// - Throws: ``/StageKit/StageError`` when the list is damaged.
    static func list(ofFolder path: String, stage: String) throws -> List? {
        guard Disk.isFolder(path) else { return nil }
        let text = try MappedFile(path: path + "/" + listName)
            .withBytes { String(decoding: $0, as: UTF8.self) }
        guard let json = try? JSONValue(parsing: text), let list = List(json) else {
            throw StageError.unreadableRows(of: stage, ShardError("its list of segments is damaged"))
        }
        return list
    }

    /// The count of votes of a folder of segments; `nil` if it is not what the list says.
    static func census(ofFolder path: String, _ list: List) -> VoteCensus? {
        guard let file = try? MappedFile(path: path + "/" + censusName),
            file.withBytes({ ContentDigest.of($0) }) == list.census
        else { return nil }
        return try? VoteCensus(table: file.withBytes { try ColumnTable(decoding: $0) })
    }
}

extension DatasetSegments.List {
    fileprivate var json: JSONValue {
        [
            "version": .integer(DatasetSegments.version), "span": .integer(Int(DatasetSegments.span)),
            "labels": .array(labels.map(JSONValue.integer)), "votes": .string(census),
            "segments": .array(
                entries.map {
                    [.integer(Int($0.number)), .integer($0.rows), .string($0.digest), .string($0.holes)]
                }),
        ]
    }

    fileprivate init?(_ json: JSONValue) {
        guard json["version"]?.intValue == DatasetSegments.version,
            json["span"]?.intValue == Int(DatasetSegments.span),
            let labels = json["labels"]?.arrayValue?.compactMap(\.intValue),
            labels.count == Verdict.allCases.count, let census = json["votes"]?.stringValue,
            let segments = json["segments"]?.arrayValue
        else { return nil }
        let entries = segments.compactMap { segment -> DatasetSegments.Entry? in
            guard let parts = segment.arrayValue, parts.count == 4, let number = parts[0].intValue,
                let rows = parts[1].intValue, let digest = parts[2].stringValue,
                let holes = parts[3].stringValue
            else { return nil }
            return DatasetSegments.Entry(number: Int64(number), rows: rows, digest: digest, holes: holes)
        }
        if entries.count < segments.count { return nil }
        self.init(entries: entries, labels: labels, census: census)
    }
}

extension VoteCensus {
    /// - Returns: SHA-256 of the file, 64 hex digits.
    fileprivate func write(to path: String) throws -> String {
        try ColumnTable([
            "up": .int32(entries.map(\.up)), "down": .int32(entries.map(\.down)),
            "comments": .int64(entries.map { Int64($0.comments) }),
        ]).writeDigested(to: path)
    }

    fileprivate init(table: ColumnTable) throws {
        self.init(
            ups: try table.int32("up"), downs: try table.int32("down"),
            comments: try table.int64("comments").map { Int($0) })
    }
}
