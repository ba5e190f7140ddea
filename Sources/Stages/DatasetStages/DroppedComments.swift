internal import ShardFormat
package import StageKit

/// The comments that cleaning left out, with the reason for each. All others of the cut are kept.
package struct DroppedComments {
    package enum Reason: UInt8, CaseIterable {
        /// Nothing is left of the text.
        case empty = 1
        /// The source says that it was removed.
        case deleted = 2
        /// Fewer characters than asked for.
        case short = 3
    }

    package private(set) var ids: [Int64] = []
    private(set) var reasons: [UInt8] = []
    private var position = 0

    package init() {}

    /// Adds a comment. Ids must come in rising order.
    package mutating func append(_ id: Int64, _ reason: Reason) {
        add(id, reason.rawValue)
    }

    /// Adds comments, or gives those that are there another reason. Ids must be in rising order.
    package mutating func merge(_ others: [Int64], _ reason: Reason) {
        if others.isEmpty { return }
        var merged = DroppedComments()
        var rest = others[...]
        for (id, old) in zip(ids, reasons) {
            while let other = rest.first, other < id { merged.add(rest.removeFirst(), reason.rawValue) }
            if rest.first == id {
                merged.add(rest.removeFirst(), reason.rawValue)
            } else {
                merged.add(id, old)
            }
        }
        for other in rest { merged.add(other, reason.rawValue) }
        self = merged
    }

    /// Takes comments out. Ids must be in rising order.
    package mutating func remove(_ others: [Int64]) {
        if others.isEmpty { return }
        var kept = DroppedComments()
        var rest = others[...]
        for (id, reason) in zip(ids, reasons) {
            while let other = rest.first, other < id { rest.removeFirst() }
            if rest.first != id { kept.add(id, reason) }
        }
        self = kept
    }

    private mutating func add(_ id: Int64, _ reason: UInt8) {
        ids.append(id)
        reasons.append(reason)
    }

    /// Those of them in a range, in rising order.
    func ids(in range: ClosedRange<Int64>) -> ArraySlice<Int64> {
        let first = ids.partitioningIndex { $0 >= range.lowerBound }
        return ids[first..<ids[first...].partitioningIndex { $0 > range.upperBound }]
    }

    package func count(_ reason: Reason) -> Int {
        reasons.count { $0 == reason.rawValue }
    }

    /// Whether a comment was left out. Ids must be asked for in rising order.
    package mutating func contains(_ id: Int64) -> Bool {
        while position < ids.count, ids[position] < id { position += 1 }
        return position < ids.count && ids[position] == id
    }

    /// Why a comment was left out; `nil` if it was not.
    package func reason(of id: Int64) -> Reason? {
        ids.firstIndex(of: id).flatMap { Reason(rawValue: reasons[$0]) }
    }

    package func write(to path: String) throws {
        let table = try ColumnTable(["id": .int64(ids), "reason": .uint8(reasons)])
        let file = try FileWriter(path: path)
        try table.write { try file.write($0) }
        try file.finish()
    }

    /// Name of the file.
    package static let fileName = "dropped.safetensors"

    /// Reads what a clean stage wrote.
    package init(_ artifact: InputArtifact) throws {
        // Beside rows that came with labels, or what is masked, it is in a folder.
        let isFolder =
            TargetFacts(artifact.locator["targets"]) != nil
            || TextMasking(artifact.locator["clean"]?["mask"]) != nil
        let file = try MappedFile(path: artifact.path + (isFolder ? "/" + Self.fileName : ""))
        do {
            let table = try file.withBytes { try ColumnTable(decoding: $0) }
            ids = try table.int64("id")
            reasons = try table.uint8("reason")
        } catch {
            throw StageError(
                "the result of stage '\(artifact.stage)' cannot be read: \(error)",
                hint: "run it again with --force \(artifact.stage)")
        }
    }
}
