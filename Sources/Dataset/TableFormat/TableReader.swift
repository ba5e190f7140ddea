/// Reads a table from bytes that come in pieces of any size, and hands on one row at a time.
///
/// A row that cannot be read is reported as a ``RowProblem`` and skipped; only a table that cannot be
/// read at all, because its header lacks a wanted column for instance, throws a ``TableError``. A byte order
/// mark at the start is skipped, lines may end in LF or CRLF, the last one may lack its end, and empty
/// lines are skipped where the table has more than one column.
///
/// ```swift
/// var reader = try TableReader(.tsv, columns: ["id", "text"])
/// try reader.read(bytes, row: { row in … }, problem: { problem in … })
/// try reader.finish(row: { row in … }, problem: { problem in … })
/// ```
package struct TableReader {
    private enum Engine {
        case tsv(TSVEngine)
        case csv(CSVEngine)
        case jsonl(JSONEngine)
    }

    private var engine: Engine
    private var carried: [UInt8] = []
    private var started = false

    /// Makes a reader of one table.
    ///
    /// - Parameter columns: the columns wanted, in the order in which rows shall have them; none means all
    ///   columns of the header, which JSON lines do not have.
    /// - Throws: ``TableError`` where the columns contradict each other or a header given beforehand.
    package init(
        _ kind: TableKind, columns: [TableColumn] = [], options: TableReaderOptions = TableReaderOptions()
    ) throws(TableError) {
        switch kind {
        case .tsv, .csv:
            var options = options
            options.delimiter = options.delimiter ?? (kind == .tsv ? 0x09 : 0x2C)
            engine =
                options.quoted ?? (kind == .csv)
                ? .csv(try CSVEngine(columns: columns, options: options))
                : .tsv(try TSVEngine(columns: columns, options: options))
        case .jsonl: engine = .jsonl(try JSONEngine(columns: columns, options: options))
        }
    }

    /// The names in the header; `nil` before it has been read, and for JSON lines.
    package var header: [String]? {
        switch engine {
        case .tsv(let engine): engine.layout?.names
        case .csv(let engine): engine.layout?.names
        case .jsonl: nil
        }
    }

    /// Reads the next piece of the table.
    ///
    /// - Parameters:
    ///   - row: takes each row, in order. Its bytes are lent for the length of the call.
    ///   - problem: takes what could not be read.
    /// - Throws: ``TableError``, and whatever `row` and `problem` throw; the reader is of no use after that.
    package mutating func read(
        _ bytes: UnsafeRawBufferPointer, row: (TableRow) throws -> Void,
        problem: (RowProblem) throws -> Void
    ) throws {
        try read(bytes, final: false, row: row, problem: problem)
    }

    /// Reads the rest: the last row, if no line end follows it.
    ///
    /// - Throws: ``TableError/empty`` for a table without its header row, and as ``read(_:row:problem:)``.
    package mutating func finish(
        row: (TableRow) throws -> Void, problem: (RowProblem) throws -> Void
    ) throws {
        try read(UnsafeRawBufferPointer(start: nil, count: 0), final: true, row: row, problem: problem)
        switch engine {
        case .tsv(let engine) where engine.layout == nil: throw TableError.empty
        case .csv(let engine) where engine.layout == nil: throw TableError.empty
        case .jsonl(let engine): try engine.checkEnd()
        default: break
        }
    }

    private mutating func read(
        _ bytes: UnsafeRawBufferPointer, final: Bool, row: (TableRow) throws -> Void,
        problem: (RowProblem) throws -> Void
    ) throws {
        if carried.isEmpty, started {
            let done = try run(bytes, final: final, row: row, problem: problem)
            carried.append(contentsOf: bytes.part(done, bytes.count))
            return
        }
        // A row that began in the last piece: put the pieces together and read on from its start.
        carried.append(contentsOf: bytes)
        var joined: [UInt8] = []
        swap(&joined, &carried)
        defer { swap(&joined, &carried) }
        let done = try joined.withUnsafeBytes { all in
            var start = 0
            if !started {
                guard all.count >= 4 || final else { return 0 }
                start = try byteOrderMark(of: all)
                started = true
            }
            let rest = all.part(start, all.count)
            return start + (try run(rest, final: final, row: row, problem: problem))
        }
        joined.removeFirst(done)
    }

    /// Length of the mark at the start of the table; throws where it is that of another encoding.
    private func byteOrderMark(of bytes: UnsafeRawBufferPointer) throws(TableError) -> Int {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return 3 }
        if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) {
            throw .notUTF8("UTF-32")
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { throw .notUTF8("UTF-16") }
        return 0
    }

    /// Lets the engine read; returns how many bytes it is done with.
    private mutating func run(
        _ bytes: UnsafeRawBufferPointer, final: Bool, row: (TableRow) throws -> Void,
        problem: (RowProblem) throws -> Void
    ) throws -> Int {
        let done: Int
        switch engine {
        case .tsv(var reader):
            done = try reader.read(bytes, final: final, row: row, problem: problem)
            engine = .tsv(reader)
        case .csv(var reader):
            done = try reader.read(bytes, final: final, row: row, problem: problem)
            engine = .csv(reader)
        case .jsonl(var reader):
            done = try reader.read(bytes, final: final, row: row, problem: problem)
            engine = .jsonl(reader)
        }
        return done
    }
}
