import Files
import Foundation
import Testing

struct MappedFileTests {
    @Test func filesAreMappedAsTheyAre() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "empty")
        try folder.write("abc", to: "three")
        #expect(try MappedFile(path: folder.file("empty")).copied().isEmpty)
        #expect(try MappedFile(path: folder.file("three")).copied() == Array("abc".utf8))
    }

    @Test func whatIsNotAFileIsNamed() throws {
        let folder = try TemporaryFolder()
        #expect(
            message { _ = try MappedFile(path: folder.file("none")) }
                == "cannot read \(folder.file("none")): No such file or directory\nhint: check the path")
        #expect(
            message { _ = try MappedFile(path: folder.path) }
                == "cannot read \(folder.path): it is not a regular file")
    }

    @Test func memoryThatWasGivenBackIsReadAgain() throws {
        let folder = try TemporaryFolder()
        let text = String(repeating: "0123456789abcdef", count: 4096)
        try folder.write(text, to: "long")
        let file = try MappedFile(path: folder.file("long"))
        file.release(UnsafeRawBufferPointer(rebasing: file.bytes[5000..<20_000]))
        #expect(file.copied() == Array(text.utf8))
        var read: [UInt8] = []
        file.read(UnsafeRawBufferPointer(rebasing: file.bytes[7...])) { piece, place in
            #expect(place == read.count)
            read += piece
        }
        #expect(read == Array(text.utf8.dropFirst(7)))
    }

    @Test func piecesMakeUpTheFile() throws {
        let folder = try TemporaryFolder()
        let text = String(repeating: "가나다라", count: 50_000)
        try folder.write(text, to: "long")
        var pieces: [[UInt8]] = []
        let size = try FileReader.forEachPiece(of: folder.file("long")) { pieces.append(Array($0)) }
        #expect(pieces.count > 1)
        #expect(pieces.joined().elementsEqual(text.utf8))
        #expect(size == Int64(text.utf8.count))
    }
}
