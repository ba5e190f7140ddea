internal import GzipFormat
internal import JSON
package import VoteModel

/// Why a batch cannot be read.
package enum BatchError: Error, Hashable, Sendable, CustomStringConvertible {
    case noHeader
    case damaged(String)

    package var description: String {
        switch self {
        case .noHeader: "it does not begin as a batch of format version \(BatchName.currentVersion) does"
        case .damaged(let reason): reason
        }
    }
}

/// A record that is neither a row nor a malformed one.
package struct BatchRecord: Hashable, Sendable {
    package let kind: String
    package let fields: [String]
}

/// Reads a batch, given piece by piece.
package final class BatchReader {
    /// What is in the line so far, without escapes, one field after the other.
    private var room: [UInt8] = []
    /// Where the fields end in ``room``; negative for missing ones.
    private var ends: [Int] = []
    private var isEscaped = false
    private var isMissing = false
    private var isHeader = true
    private var isEnded = false
    private var count = 0
    private let inflater: GzipInflater

    /// Known once the first piece was read.
    package private(set) var header: BatchHeader?

    package init() throws(BatchError) {
        do {
            inflater = try GzipInflater()
        } catch {
            throw .damaged("\(error)")
        }
    }

    /// The header of a batch, from the first bytes of it.
    package static func header(of start: UnsafeRawBufferPointer) throws -> BatchHeader {
        struct Found: Error {}
        let reader = try BatchReader()
        do {
            try reader.inflater.inflate(start) { piece in
                if try reader.takeHeader(piece[...]) != nil { throw Found() }
            }
        } catch is Found {
            // The rest is not needed.
        } catch is GzipError {
            throw BatchError.noHeader
        }
        guard let header = reader.header else { throw BatchError.noHeader }
        return header
    }

    /// More bytes than a header has.
    private static let mostHeader = 1 << 20

    /// Takes what belongs to the header.
    /// - Returns: what follows; `nil` if the header continues.
    private func takeHeader(
        _ piece: Slice<UnsafeRawBufferPointer>
    ) throws(BatchError) -> Slice<UnsafeRawBufferPointer>? {
        let end = piece.firstIndex(of: 0x0A)
        room.append(contentsOf: piece[..<(end ?? piece.endIndex)])
        guard let end else {
            if room.count > Self.mostHeader { throw .noHeader }
            return nil
        }
        guard let json = try? JSONValue(parsing: room), let found = BatchHeader(json) else { throw .noHeader }
        header = found
        isHeader = false
        room.removeAll(keepingCapacity: true)
        return piece[(end + 1)...]
    }

    /// Takes the next piece of the file.
    /// - Parameters:
    ///   - sink: takes rows and malformed rows.
    ///   - record: takes records of other kinds.
    package func read(
        _ piece: UnsafeRawBufferPointer, to sink: any ObservationSink, record: (BatchRecord) throws -> Void
    ) throws {
        do {
            try inflater.inflate(piece) { inflated in
                var rest = inflated[...]
                if isHeader {
                    guard let body = try takeHeader(rest) else { return }
                    rest = body
                }
                while let byte = rest.first {
                    // Most bytes are what they are.
                    let plain =
                        isEscaped
                        ? 0 : (rest.firstIndex(where: Self.isSpecial) ?? rest.endIndex) - rest.startIndex
                    if plain > 0 {
                        room.append(contentsOf: rest.prefix(plain))
                        rest = rest.dropFirst(plain)
                    } else {
                        try take(byte, sink, record)
                        rest = rest.dropFirst()
                    }
                }
            }
        } catch let error as GzipError {
            throw BatchError.damaged("\(error)")
        }
    }

    /// Says that the file is at its end.
    package func finish() throws {
        do {
            try inflater.finish()
        } catch {
            throw BatchError.damaged("\(error)")
        }
        guard isEnded else { throw BatchError.damaged("it ends before its last record") }
    }

    private func take(
        _ byte: UInt8, _ sink: any ObservationSink, _ record: (BatchRecord) throws -> Void
    ) throws {
        if isEscaped {
            isEscaped = false
            switch byte {
            case 0x74: room.append(0x09)
            case 0x6E: room.append(0x0A)
            case 0x72: room.append(0x0D)
            case 0x5C: room.append(0x5C)
            case 0x4E: isMissing = true
            default: throw BatchError.damaged("record \(count + 1) holds an unknown escape")
            }
            return
        }
        switch byte {
        case 0x5C: isEscaped = true
        case 0x09: endField()
        case 0x0A:
            endField()
            try endRecord(sink, record)
            room.removeAll(keepingCapacity: true)
            ends.removeAll(keepingCapacity: true)
        default: room.append(byte)
        }
    }

    private static func isSpecial(_ byte: UInt8) -> Bool { byte == 0x09 || byte == 0x0A || byte == 0x5C }

    private func endField() {
        ends.append(isMissing ? -room.count - 1 : room.count)
        isMissing = false
    }

    private func endRecord(_ sink: any ObservationSink, _ record: (BatchRecord) throws -> Void) throws {
        if isEnded { throw BatchError.damaged("something follows its last record") }
        try room.withUnsafeBytes { bytes in
            let fields = BatchFields(bytes: bytes, ends: ends, number: count + 1)
            switch fields.text(0) {
            case "row": try sink.append(fields.row())
            case "bad":
                try fields.require(4)
                try sink.quarantine(
                    QuarantinedRow(
                        line: Int(fields.number(1)), reason: fields.text(2), excerpt: fields.text(3)))
            case "empty": sink.countEmptyText()
            case "end":
                try fields.require(2)
                guard try fields.number(1) == Int64(count) else {
                    throw BatchError.damaged("it has \(count) records and says \(fields.text(1))")
                }
                isEnded = true
            case let kind: try record(BatchRecord(kind: kind, fields: (1..<ends.count).map(fields.text)))
            }
        }
        count += 1
    }
}

/// The fields of one record.
private struct BatchFields {
    let bytes: UnsafeRawBufferPointer
    let ends: [Int]
    /// Of the record, from 1.
    let number: Int

    func require(_ count: Int) throws(BatchError) {
        guard ends.count == count else {
            throw .damaged("record \(number) has \(ends.count) fields, expected \(count)")
        }
    }

    /// `nil` for one that is missing.
    func field(_ index: Int) -> UnsafeRawBufferPointer? {
        if ends[index] < 0 { return nil }
        let start = index == 0 ? 0 : ends[index - 1] < 0 ? -ends[index - 1] - 1 : ends[index - 1]
        return UnsafeRawBufferPointer(rebasing: bytes[start..<ends[index]])
    }

    func text(_ index: Int) -> String { field(index).map { String(decoding: $0, as: UTF8.self) } ?? "" }

    func number(_ index: Int) throws(BatchError) -> Int64 {
        guard let field = field(index), let value = Int64(String(decoding: field, as: UTF8.self)) else {
            throw .damaged("field \(index) of record \(number) is not a number")
        }
        return value
    }

    func row() throws(BatchError) -> ObservedComment {
        try require(16)
        guard let article = field(2), let text = field(3) else {
            throw .damaged("record \(number) has no article or no text")
        }
        var row = ObservedComment(
            key: field(1), article: article, text: text, observedAt: try number(4),
            up: try count(5), down: try count(6), replies: try count(7), isDeleted: try number(8) == 1)
        row.line = try count(9)
        row.parent = field(10)
        row.createdAt = field(11)
        row.authorHash = field(12)
        row.articleTitle = field(13)
        row.articleOutlet = field(14)
        row.articleURL = field(15)
        return row
    }

    private func count(_ index: Int) throws(BatchError) -> Int32 {
        guard let value = Int32(exactly: try number(index)) else {
            throw .damaged("field \(index) of record \(number) is out of range")
        }
        return value
    }
}
