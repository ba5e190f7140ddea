import Files
import Foundation
import Testing

struct FileWriterTests {
    /// Pieces below, at and above the buffer's size, by each of the three ways.
    @Test func whatIsWrittenIsInTheFileInItsOrder() throws {
        let folder = try TemporaryFolder()
        let writer = try FileWriter(path: folder.file("a"))
        var expected: [UInt8] = []
        for (index, count) in [1, 1 << 18, (1 << 18) + 1, 7, 0, 3 << 17].enumerated() {
            let piece = [UInt8](repeating: UInt8(65 + index), count: count)
            try piece.withUnsafeBytes { try writer.write($0) }
            try writer.write(piece.prefix(3).map { $0 + 32 })
            try writer.write("-")
            expected += piece + piece.prefix(3).map { $0 + 32 } + [UInt8(ascii: "-")]
        }
        try writer.finish()
        #expect(try Array(Data(contentsOf: URL(filePath: folder.file("a")))) == expected)
        #expect(writer.byteCount == expected.count)
    }

    @Test func aFullDiskIsNamedWithWhatToDo() throws {
        guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
        let writer = try FileWriter(path: "/dev/full")
        #expect(
            message {
                try writer.write("x")
                try writer.finish()
            }
                == "cannot write /dev/full: No space left on device\nhint: the disk is full; free some space and run again"
        )
    }
}
