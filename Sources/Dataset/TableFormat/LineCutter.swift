/// Splits bytes into lines and skips lines that are too long.
struct LineCutter {
    /// What comes next in the bytes.
    enum Cut {
        /// A line without its line feed.
        case line(UnsafeRawBufferPointer)
        /// The start of a line that is longer than the limit. The rest of it is skipped.
        case tooLong(UnsafeRawBufferPointer)
        /// Nothing until more bytes come.
        case more
    }

    let limit: Int
    /// The line last cut, counted from 1; 0 before the first.
    private(set) var line = 0
    private var passingOver = false

    init(limit: Int) {
        self.limit = limit
    }

    /// Cuts the next line from `bytes` at `position`, and moves `position` after it.
    mutating func next(in bytes: UnsafeRawBufferPointer, at position: inout Int, final: Bool) -> Cut {
        while true {
            let start = position
            guard let end = firstIndex(of: 0x0A, in: bytes, from: start) else {
                return atEnd(of: bytes, from: start, position: &position, final: final)
            }
            position = end + 1
            if passingOver {
                passingOver = false
                continue
            }
            line += 1
            let found = bytes.part(start, end)
            return found.count > limit ? .tooLong(found) : .line(found)
        }
    }

    /// Deals with bytes that no line feed follows.
    private mutating func atEnd(
        of bytes: UnsafeRawBufferPointer, from start: Int, position: inout Int, final: Bool
    ) -> Cut {
        let rest = bytes.part(start, bytes.count)
        if passingOver {
            position = bytes.count
            return .more
        }
        if rest.count > limit {
            position = bytes.count
            line += 1
            passingOver = !final
            return .tooLong(rest)
        }
        guard final, !rest.isEmpty else { return .more }
        position = bytes.count
        line += 1
        return .line(rest)
    }
}
