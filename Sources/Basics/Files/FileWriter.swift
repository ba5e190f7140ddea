/// Writes one new file through a buffer. Does not make it durable.
package final class FileWriter {
    package let path: String
    package private(set) var byteCount = 0
    private let file: OpenFile
    private var buffer: [UInt8] = []
    private static let bufferSize = 1 << 18

    /// - Throws: ``FileError`` naming the file and the system's reason.
    package init(path: String) throws(FileError) {
        self.path = path
        file = try OpenFile(creating: path)
        buffer.reserveCapacity(Self.bufferSize)
    }

    package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        byteCount += bytes.count
        if buffer.count + bytes.count > Self.bufferSize { try flush() }
        if bytes.count > Self.bufferSize {
            try file.write(bytes)
        } else {
            buffer.append(contentsOf: bytes)
        }
    }

    package func write(_ bytes: [UInt8]) throws(FileError) {
        byteCount += bytes.count
        try flush()
        try Self.write(bytes, to: file)
    }

    package func write(_ text: String) throws(FileError) { try write(Array(text.utf8)) }

    /// Writes what is left in the buffer and closes the file.
    package func finish() throws(FileError) {
        try flush()
        try file.close()
    }

    private func flush() throws(FileError) {
        try Self.write(buffer, to: file)
        buffer.removeAll(keepingCapacity: true)
    }

    private static func write(_ bytes: [UInt8], to file: OpenFile) throws(FileError) {
        try bytes.withUnsafeBufferPointer { bytes throws(FileError) in
            try file.write(UnsafeRawBufferPointer(bytes))
        }
    }
}
