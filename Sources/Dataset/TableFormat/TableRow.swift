/// One row of a table, lent to its reader for the length of a call.
///
/// Fields come in the order in which columns were asked for, as UTF-8 that has been checked, with quotes and
/// escapes already undone. The bytes belong to the table reader: copy what must outlive the call.
public struct TableRow {
    /// The line on which the row starts, counted from 1.
    package let line: Int
    @usableFromInline let fields: UnsafePointer<UnsafeRawBufferPointer>
    /// How many columns were asked for.
    public let count: Int
    /// The row as it is in the table, for excerpts.
    package let source: UnsafeRawBufferPointer

    /// The bytes of one field; empty if the row has none.
    @inlinable
    public subscript(column: Int) -> UnsafeRawBufferPointer {
        precondition(column >= 0 && column < count, "no column \(column) among \(count)")
        return fields[column]
    }

    /// Whether the row has no such field at all: an optional column that the header does not name, or a
    /// JSON field that is absent or null. An empty text is a field.
    @inlinable
    public func isMissing(_ column: Int) -> Bool {
        self[column].baseAddress == nil
    }

    /// A copy of one field as a string; `nil` if the row has none.
    package func text(_ column: Int) -> String? {
        isMissing(column) ? nil : String(decoding: self[column], as: UTF8.self)
    }

    /// The field as a whole number of 0 or more, written in ASCII digits alone; `nil` for anything else,
    /// for a number beyond `Int` and for a missing field.
    @inlinable
    public func count(_ column: Int) -> Int? {
        let bytes = self[column]
        guard !bytes.isEmpty, bytes.count <= 19 else { return nil }
        var value = 0
        for byte in bytes {
            guard byte &- 0x30 < 10 else { return nil }
            let (tens, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, more) = tens.addingReportingOverflow(Int(byte &- 0x30))
            guard !over, !more else { return nil }
            value = sum
        }
        return value
    }

    /// A problem with this row, found while reading its fields.
    package func problem(_ reason: RowProblem.Reason) -> RowProblem {
        RowProblem(line: line, reason: reason, excerpt: RowProblem.excerpt(of: source))
    }
}
