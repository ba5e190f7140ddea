/// Reads one JSON object per line, or the elements of an array, and picks the wanted fields out of it.
struct JSONEngine {
    private let columns: [TableColumn]
    private let paths: JSONPaths
    private let store: FieldStore
    private var cutter: LineCutter
    private var elements: ElementCutter?
    private var seen: [Bool]

    var line: Int { elements?.line ?? cutter.line }

    init(columns: [TableColumn], options: TableReaderOptions) throws(TableError) {
        self.columns = columns
        paths = try JSONPaths(columns)
        store = FieldStore(wanted: columns.count)
        cutter = LineCutter(limit: options.longestRow)
        if case .array(let path) = options.rows {
            elements = ElementCutter(path: path, limit: options.longestRow)
        }
        seen = Array(repeating: false, count: columns.count)
    }

    /// Reads the complete lines of `bytes`; returns how many bytes it is done with.
    mutating func read(
        _ bytes: UnsafeRawBufferPointer, final: Bool, row: (TableRow) throws -> Void,
        problem: (RowProblem) throws -> Void
    ) throws -> Int {
        var position = 0
        while true {
            switch try next(in: bytes, at: &position, final: final) {
            case .more:
                return position
            case .tooLong(let start):
                try problem(report(.rowTooLong(limit: cutter.limit), start))
            case .line(let line):
                if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
                if let reason = parse(line) {
                    try problem(report(reason, line))
                } else {
                    try row(store.row(line: self.line, source: line))
                }
            }
        }
    }

    private mutating func next(
        in bytes: UnsafeRawBufferPointer, at position: inout Int, final: Bool
    ) throws(TableError) -> LineCutter.Cut {
        guard var elements else { return cutter.next(in: bytes, at: &position, final: final) }
        self.elements = nil
        defer { self.elements = elements }
        return try elements.next(in: bytes, at: &position, final: final)
    }

    /// - Throws: ``TableError`` for a document that ended in its middle, or held no rows.
    func checkEnd() throws(TableError) { try elements?.checkEnd() }

    private func report(_ reason: RowProblem.Reason, _ line: UnsafeRawBufferPointer) -> RowProblem {
        RowProblem(line: self.line, reason: reason, excerpt: RowProblem.excerpt(of: line))
    }

    /// Lays the wanted fields out in the store, or says what is wrong with the line.
    private mutating func parse(_ line: UnsafeRawBufferPointer) -> RowProblem.Reason? {
        if let reason = characterProblem(in: line) { return reason }
        store.startRow(bytes: line.count)
        for wanted in columns.indices {
            store.wanted[wanted] = UnsafeRawBufferPointer(start: nil, count: 0)
            seen[wanted] = false
        }
        var scanner = JSONScanner(line)
        do throws(JSONScanner.Fault) {
            scanner.skipSpace()
            try object(&scanner, node: 0, depth: 0)
            try scanner.takeEnd()
        } catch {
            switch error {
            case .expected(let expected, let byte): return .invalidJSON(expected: expected, byte: byte + 1)
            case .unwanted(let reason): return reason
            }
        }
        for (wanted, column) in columns.enumerated()
        where column.required && store.wanted[wanted].baseAddress == nil {
            return .missingField(column.name)
        }
        return nil
    }

    private mutating func object(
        _ scanner: inout JSONScanner, node: Int, depth: Int
    ) throws(JSONScanner.Fault) {
        guard depth < JSONScanner.deepest else {
            throw scanner.fault("at most \(JSONScanner.deepest) levels")
        }
        try scanner.take(0x7B, "{")
        if scanner.byte == 0x7D { return try scanner.take(0x7D, "}") }
        while true {
            let key = try scanner.text()
            scanner.skipSpace()
            try scanner.take(0x3A, "a colon")
            if let entry = find(key, in: node) {
                try value(&scanner, paths.nodes[node][entry], depth: depth)
            } else {
                try scanner.skipValue(depth: depth + 1)
            }
            scanner.skipSpace()
            if scanner.byte == 0x7D { return try scanner.take(0x7D, "}") }
            try scanner.take(0x2C, "a comma or }")
        }
    }

    /// Takes the value of a key that a path names.
    private mutating func value(
        _ scanner: inout JSONScanner, _ entry: JSONPaths.Entry, depth: Int
    ) throws(JSONScanner.Fault) {
        if entry.child >= 0 {
            guard scanner.byte == 0x7B else { return try scanner.skipValue(depth: depth + 1) }
            return try object(&scanner, node: entry.child, depth: depth + 1)
        }
        let wanted = entry.wanted
        guard !seen[wanted] else { throw .unwanted(.repeatedField(columns[wanted].name)) }
        seen[wanted] = true
        switch scanner.byte {
        case 0x22:
            store.wanted[wanted] = decoded(try scanner.text())
        case 0x5B where columns[wanted].takesLists:
            store.wanted[wanted] = try scanner.list(depth: depth + 1)
        case 0x7B, 0x5B:
            try scanner.skipValue(depth: depth + 1)
            throw .unwanted(.notAScalar(columns[wanted].name))
        case 0x2D, 0x30...0x39:
            store.wanted[wanted] = try scanner.number()
        default:
            let word = try scanner.word()
            if word[0] != 0x6E { store.wanted[wanted] = word }  // null is no value
        }
        if firstIndex(of: 0, in: store.wanted[wanted], from: 0) != nil { throw .unwanted(.nul) }
    }

    private func decoded(_ text: JSONScanner.Text) -> UnsafeRawBufferPointer {
        guard text.hasEscapes else { return text.bytes }
        return store.keep(decodeJSON(text.bytes, into: store.free))
    }

    /// The entry of `node` for a key, if a path names it.
    private func find(_ key: JSONScanner.Text, in node: Int) -> Int? {
        guard key.hasEscapes else { return find(key.bytes, in: node) }
        let plain = [UInt8](unsafeUninitializedCapacity: key.bytes.count) { target, count in
            count = target.baseAddress.map { decodeJSON(key.bytes, into: $0) } ?? 0
        }
        return plain.withUnsafeBytes { find($0, in: node) }
    }

    private func find(_ key: UnsafeRawBufferPointer, in node: Int) -> Int? {
        let entries = paths.nodes[node]
        for index in entries.indices where entries[index].key.count == key.count {
            if entries[index].key.withUnsafeBytes({ equal($0, key) }) { return index }
        }
        return nil
    }
}
