/// Reads a file from its start, also one that others write to at the same time: memory that maps such a file is taken
/// away when the file is cut short.
package enum FileReader {
    /// Calls `body` with one piece after the other, which it must not keep.
    /// - Returns: bytes read.
    /// - Throws: ``FileError``, or what `body` throws.
    @discardableResult
    package static func forEachPiece(
        of path: String, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Int64 {
        let file = try OpenFile(reading: path)
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { room.deallocate() }
        var size: Int64 = 0
        while true {
            let count = try file.read(into: room)
            if count == 0 { return size }
            size += Int64(count)
            try body(UnsafeRawBufferPointer(rebasing: room[..<count]))
        }
    }
}
