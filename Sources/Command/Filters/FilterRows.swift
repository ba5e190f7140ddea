internal import StageKit
internal import TableFormat
internal import TextBasics

/// How rows come in and go out: one a line, with tabs between fields.
package struct FilterRows: Sendable {
    /// Where the text is.
    package enum Column: Hashable, Sendable {
        /// The whole line is the text.
        case line
        /// In rows without a header: the number of the field, counted from 1.
        case number(Int)
        /// In rows below a header: the name of the field.
        case name(String)
    }

    let column: Column
    /// Whether `\t`, `\n`, `\r` and `\\` stand for tab, line ends and backslash.
    let hasEscapes: Bool
    /// What stands for a value that is missing.
    let null: [UInt8]
    /// Whether rows are left out that the filter drops, in place of marking them.
    let drops: Bool

    /// - Parameter column: a number or a name; `nil` for the whole line.
    package init(column: String?, hasEscapes: Bool, null: String, drops: Bool) {
        self.column = column.map { name in Int(name).map { .number($0) } ?? .name(name) } ?? .line
        self.hasEscapes = hasEscapes
        self.null = Array(null.utf8)
        self.drops = drops
    }

    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
}

/// Hands rows through a filter, in order. What has been read when the input has no more to give just now goes out before
/// more is waited for, so that a program that wants an answer to each row gets it.
package struct FilterStream {
    private let rows: FilterRows
    private var filter: any TextFilter
    private let output: ([UInt8]) throws -> Void
    /// Rows that have come and not gone.
    private var open: [[UInt8]] = []
    private var openBytes = 0
    /// Number of the field with the text, counted from 0; `nil` for the whole line, or before the header has been read.
    private var place: Int?
    private var needsHeader: Bool
    private var line = 0
    private var (notUTF8, tooShort, passed, left) = (0, 0, 0, 0)

    static let mostRows = 512
    static let mostBytes = 1 << 20
    static let longestRow = 1 << 28

    package init(_ rows: FilterRows, _ filter: any TextFilter, to output: @escaping ([UInt8]) throws -> Void)
    {
        self.rows = rows
        self.filter = filter
        self.output = output
        switch rows.column {
        case .line: (place, needsHeader) = (nil, false)
        case .number(let number): (place, needsHeader) = (number - 1, false)
        case .name: (place, needsHeader) = (nil, true)
        }
    }

    /// Takes a row without its line feed.
    /// - Throws: `StageError` for a header without the column, and what the filter throws.
    package mutating func add(_ row: UnsafeRawBufferPointer) throws {
        line += 1
        let start = line == 1 && row.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let bytes = Array(row[start...])
        if needsHeader { return try readHeader(bytes) }
        open.append(bytes)
        openBytes += bytes.count
        if open.count >= Self.mostRows || openBytes >= Self.mostBytes { try flush() }
    }

    private mutating func readHeader(_ row: [UInt8]) throws {
        guard case .name(let name) = rows.column else { return }
        let ending = Self.ending(of: row)
        let fields = Self.fields(of: row.dropLast(ending.count))
        guard let found = fields.firstIndex(where: { $0.elementsEqual(name.utf8) }) else {
            let names = fields.map { "'\(String(decoding: $0, as: UTF8.self))'" }.joined(separator: ", ")
            throw StageError(
                "the first row has no field '\(name)'; it has \(names)",
                hint: "rows without a header take a number: --column 2")
        }
        place = found
        needsHeader = false
        let added = isMarking ? filter.columns : []
        try output(
            Self.joined(fields.map(Array.init) + added.map { Array($0.utf8) }) + ending + [
                FilterRows.lineFeed
            ])
    }

    /// Whether columns come behind rows: those that are left out in place of being marked need none.
    private var isMarking: Bool { !(rows.drops && filter is CopiesFilter) }

    /// Lets out all rows that have come.
    package mutating func flush() throws {
        guard !open.isEmpty else { return }
        let taken = open
        open.removeAll(keepingCapacity: true)
        openBytes = 0
        let texts = taken.map { text(of: $0) }
        let results = try filter.results(of: texts)
        var bytes: [UInt8] = []
        for (row, result) in zip(taken, results) {
            if rows.drops, result.isDropped {
                left += 1
                continue
            }
            passed += 1
            append(row, result, to: &bytes)
        }
        try output(bytes)
    }

    /// The text of a row; `nil` if it has none.
    private mutating func text(of row: [UInt8]) -> [UInt8]? {
        let row = row.dropLast(Self.ending(of: row).count)
        var field = row
        if let place {
            let fields = Self.fields(of: row)
            guard place < fields.count else {
                tooShort += 1
                return nil
            }
            field = fields[place]
        }
        if field.elementsEqual(rows.null) { return nil }
        guard field.withUnsafeBytes({ firstMalformedByte(in: $0) }) == nil else {
            notUTF8 += 1
            return nil
        }
        return rows.hasEscapes ? Self.unescaped(field) : Array(field)
    }

    private func append(_ row: [UInt8], _ result: FilterResult, to bytes: inout [UInt8]) {
        let ending = Self.ending(of: row)
        let own = row.dropLast(ending.count)
        let made = result.fields.map { $0.map(escaped) ?? rows.null }
        if let place {
            var fields = Self.fields(of: own).map(Array.init)
            if filter.columns.isEmpty {
                if place < fields.count { fields[place] = made[0] }
            } else if isMarking {
                fields += made
            }
            bytes += Self.joined(fields)
        } else {
            bytes += isMarking ? Self.joined(made) : Array(own)
        }
        bytes += ending
        bytes.append(FilterRows.lineFeed)
    }

    /// A field on one line without a tab. Without escapes for all, a tab or line end that was made of an entity such as
    /// `&#10;` is written as `\n` all the same.
    private func escaped(_ field: [UInt8]) -> [UInt8] {
        guard
            field.contains(where: {
                $0 == FilterRows.tab || $0 == FilterRows.lineFeed || $0 == FilterRows.carriageReturn
                    || rows.hasEscapes && $0 == 0x5C
            })
        else { return field }
        let text = String(decoding: field, as: UTF8.self)
        return Array(TableWriter.line(text, doublesBackslashes: rows.hasEscapes).utf8)
    }

    private static func unescaped(_ field: ArraySlice<UInt8>) -> [UInt8] {
        var plain: [UInt8] = []
        var isAfterBackslash = false
        for byte in field {
            guard isAfterBackslash else {
                if byte == 0x5C { isAfterBackslash = true } else { plain.append(byte) }
                continue
            }
            isAfterBackslash = false
            switch byte {
            case UInt8(ascii: "t"): plain.append(FilterRows.tab)
            case UInt8(ascii: "n"): plain.append(FilterRows.lineFeed)
            case UInt8(ascii: "r"): plain.append(FilterRows.carriageReturn)
            case 0x5C: plain.append(0x5C)
            default: plain += [0x5C, byte]
            }
        }
        return isAfterBackslash ? plain + [0x5C] : plain
    }

    private static func fields(of row: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        row.split(separator: FilterRows.tab, omittingEmptySubsequences: false)
    }

    private static func joined(_ fields: [[UInt8]]) -> [UInt8] {
        Array(fields.joined(separator: [FilterRows.tab]))
    }

    private static func ending(of row: [UInt8]) -> [UInt8] {
        row.last == FilterRows.carriageReturn ? [FilterRows.carriageReturn] : []
    }

    /// What is worth knowing at the end, as sentences.
    package var remarks: [String] {
        var remarks = filter.remarks
        if notUTF8 > 0 {
            remarks.append("not UTF-8, and taken as missing: the text of \(Counts.text(notUTF8, "row"))")
        }
        if tooShort > 0, let place {
            remarks.append(
                "fewer than \(place + 1) fields, and the text taken as missing: \(Counts.text(tooShort, "row"))"
            )
        }
        if left > 0 { remarks.append("left out: \(Counts.text(left, "row")) of \(left + passed)") }
        return remarks
    }
}

/// Cuts what is read into rows, each of which ends with a line feed.
package struct RowCutter {
    package init() {}

    private var rest: [UInt8] = []
    private var rows = 0

    /// Calls `body` with each row that ends in a piece.
    /// - Throws: `StageError` for a row that is too long, and what `body` throws.
    package mutating func add(
        _ piece: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var start = 0
        while let end = piece[start...].firstIndex(of: FilterRows.lineFeed) {
            let part = UnsafeRawBufferPointer(rebasing: piece[start..<end])
            rows += 1
            if rest.isEmpty {
                try body(part)
            } else {
                rest.append(contentsOf: part)
                try rest.withUnsafeBytes { try body($0) }
                rest.removeAll(keepingCapacity: true)
            }
            start = end + 1
        }
        rest.append(contentsOf: piece[start...])
        if rest.count > FilterStream.longestRow {
            throw StageError(
                "row \(rows + 1) has more than \(FilterStream.longestRow >> 20) MiB",
                hint: "give one row a line, each ended by a line feed")
        }
    }

    /// Calls `body` with the last row, if no line feed ends it.
    package mutating func finish(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard !rest.isEmpty else { return }
        try rest.withUnsafeBytes { try body($0) }
    }
}
