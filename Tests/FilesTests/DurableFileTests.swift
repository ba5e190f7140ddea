import Files
import Foundation
import Testing

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
        #expect(try folder.text("a") == "old")
        try DurableFile.write("new".utf8, to: folder.file("a"))
        #expect(try folder.text("a") == "new")
        #expect(try folder.names() == ["a"])
    }

    @Test func whatCannotBeWrittenIsNamed() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("missing/a")
        #expect(
            message { try DurableFile.write("x".utf8, to: path) }
                == "cannot create \(path).partial: No such file or directory\nhint: check the path")
    }

    @Test func aFolderIsReplacedWhollyOrNotAtAll() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("model")
        try DurableFolder.write(path) { partial in
            try DurableFile.write("1".utf8, to: partial + "/a")
            try DurableFile.write("2".utf8, to: partial + "/b")
        }
        #expect(throws: Interruption.self) {
            try DurableFolder.write(path) { partial in
                try DurableFile.write("3".utf8, to: partial + "/a")
                throw Interruption()
            }
        }
        #expect(try folder.text("model/a") == "1")
        try DurableFolder.write(path + "/") { try DurableFile.write("4".utf8, to: $0 + "/a") }
        #expect(try Disk.files(below: path) == ["a"])
        #expect(try folder.text("model/a") == "4")
        #expect(try folder.names() == ["model"])
    }

    /// What a kill between the two renames leaves.
    @Test func aFolderThatAKillLeftBesideItsPlaceIsSwept() throws {
        let folder = try TemporaryFolder()
        for name in ["model.partial", "model.previous"] {
            try Disk.makeFolder(folder.file(name))
            try folder.write("left", to: name + "/a")
        }
        try DurableFolder.write(folder.file("model")) { try DurableFile.write("new".utf8, to: $0 + "/b") }
        #expect(try folder.names() == ["model"])
        #expect(try Disk.names(in: folder.file("model")) == ["b"])
    }
}
