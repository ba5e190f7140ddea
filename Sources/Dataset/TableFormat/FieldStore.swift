/// The memory in which a reader lays out the fields of one row.
///
/// Not thread-safe; one reader owns one store. Pointers into it are valid until the next row.
final class FieldStore {
    /// Where the fields of the row start and end, in the order of the table.
    private(set) var found: UnsafeMutablePointer<UnsafeRawBufferPointer>
    /// The fields that were asked for, in the order in which they were.
    let wanted: UnsafeMutablePointer<UnsafeRawBufferPointer>
    let wantedCount: Int
    private var foundCapacity: Int
    private var scratch: UnsafeMutableRawPointer
    private var scratchCapacity: Int
    private var scratchUsed = 0

    init(wanted wantedCount: Int) {
        self.wantedCount = wantedCount
        foundCapacity = 16
        found = .allocate(capacity: foundCapacity)
        found.initialize(repeating: UnsafeRawBufferPointer(start: nil, count: 0), count: foundCapacity)
        wanted = .allocate(capacity: max(wantedCount, 1))
        wanted.initialize(repeating: UnsafeRawBufferPointer(start: nil, count: 0), count: max(wantedCount, 1))
        scratchCapacity = 4096
        scratch = .allocate(byteCount: scratchCapacity, alignment: 16)
    }

    deinit {
        found.deallocate()
        wanted.deallocate()
        scratch.deallocate()
    }

    /// Makes room for a row of `fields` fields.
    func reserve(fields: Int) {
        guard fields > foundCapacity else { return }
        let empty = UnsafeRawBufferPointer(start: nil, count: 0)
        let capacity = max(fields, 2 * foundCapacity)
        let larger = UnsafeMutablePointer<UnsafeRawBufferPointer>.allocate(capacity: capacity)
        larger.initialize(repeating: empty, count: capacity)
        larger.update(from: found, count: foundCapacity)
        found.deallocate()
        found = larger
        foundCapacity = capacity
    }

    /// Forgets the decoded fields of the last row and makes room for those of a row of `bytes` bytes.
    ///
    /// Decoding never makes a field longer, so a row's decoded fields fit in the row's own length and the
    /// scratch memory does not move while a row is read.
    func startRow(bytes: Int) {
        scratchUsed = 0
        guard bytes > scratchCapacity else { return }
        scratch.deallocate()
        scratchCapacity = bytes + bytes / 2
        scratch = .allocate(byteCount: scratchCapacity, alignment: 16)
    }

    /// Where decoded bytes may be written next.
    var free: UnsafeMutablePointer<UInt8> {
        (scratch + scratchUsed).assumingMemoryBound(to: UInt8.self)
    }

    /// Keeps the `count` bytes written at ``free`` as one field.
    func keep(_ count: Int) -> UnsafeRawBufferPointer {
        defer { scratchUsed += count }
        return UnsafeRawBufferPointer(start: scratch + scratchUsed, count: count)
    }

    /// The row as handed to its reader.
    func row(line: Int, source: UnsafeRawBufferPointer) -> TableRow {
        TableRow(line: line, fields: UnsafePointer(wanted), count: wantedCount, source: source)
    }
}
