import Foundation
import Testing
import Training

struct DurableFileTests {
    struct Interruption: Error {}

    @Test func aFileIsReplacedWhollyOrNotAtAll() throws {
        let folder = try TemporaryFolder()
        try DurableFile.write("old".utf8, to: folder.file("a"))
        #expect(throws: Interruption.self) {
            try DurableFile.write(folder.file("a")) { sink in
                try Array("ne".utf8).withUnsafeBytes(sink)
                throw Interruption()
            }
        }
        #expect(try folder.bytes("a") == Data("old".utf8))
        try DurableFile.write("new".utf8, to: folder.file("a"))
        #expect(try folder.bytes("a") == Data("new".utf8))
        #expect(try folder.names() == ["a"])
    }

    @Test func whatCannotBeWrittenIsNamed() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("missing/a")
        #expect(
            message { try DurableFile.write("x".utf8, to: path) }
                == "\(path).partial: cannot be created: No such file or directory")
    }

    @Test func filesAreMappedAsTheyAre() throws {
        let folder = try TemporaryFolder()
        try folder.write([], to: "empty")
        try folder.write([1, 2, 3], to: "three")
        #expect(try MappedFile(folder.file("empty")).copied().isEmpty)
        #expect(try MappedFile(folder.file("three")).copied() == [1, 2, 3])
        #expect(
            message { _ = try MappedFile(folder.file("none")) }
                == "\(folder.file("none")): cannot be opened: No such file or directory")
        #expect(message { _ = try MappedFile(folder.path) } == "\(folder.path): is no regular file")
    }
}
