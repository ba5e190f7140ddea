import Files
import Foundation
import Testing

struct DiskTests {
    @Test func factsTellFilesFoldersAndDevicesApart() throws {
        let folder = try TemporaryFolder()
        try folder.write("abc", to: "a")
        let file = try #require(try Disk.facts(folder.file("a")))
        #expect(file.size == 3 && !file.isFolder && !file.isSpecial)
        #expect(try Disk.facts(folder.path)?.isFolder == true)
        #expect(try Disk.facts("/dev/null")?.isSpecial == true)
        #expect(try Disk.facts(folder.file("none")) == nil)
        #expect(try Disk.facts(folder.file("a/b")) == nil)
    }

    @Test func filesAreListedInTheOrderOfTheirBytes() throws {
        let folder = try TemporaryFolder()
        for name in ["b/c/x", "b/y", "B", "가", "a.b", "a/z"] {
            try Disk.makeFolder(AbsolutePath.folder(of: folder.file(name)))
            try folder.write("12345", to: name)
        }
        #expect(try Disk.files(below: folder.path) == ["B", "a.b", "a/z", "b/c/x", "b/y", "가"])
        #expect(try Disk.names(in: folder.path) == ["B", "a", "a.b", "b", "가"])
        #expect(try Disk.size(folder.path) == 30)
        #expect(try Disk.names(in: folder.file("none")).isEmpty)
        try Disk.sync(folder.path)
        try Disk.remove(folder.file("b"))
        try Disk.remove(folder.file("b"))
        #expect(try Disk.names(in: folder.path) == ["B", "a", "a.b", "가"])
    }

    @Test func filesAreMovedAndCopied() throws {
        let folder = try TemporaryFolder()
        try folder.write("new", to: "a")
        try folder.write("old", to: "b")
        #expect(try Disk.rename(folder.file("a"), to: folder.file("b")))
        try Disk.copy(folder.file("b"), to: folder.file("c"))
        #expect(try folder.names() == ["b", "c"])
        #expect(try folder.text("b") == "new")
        #expect(try folder.text("c") == "new")
    }

    @Test func aFolderIsNotMadeOverAFile() throws {
        let folder = try TemporaryFolder()
        try folder.write("x", to: "a")
        #expect(
            message { try Disk.makeFolder(folder.file("a")) }
                == "\(folder.file("a")) is a file; a folder is needed there\nhint: move that file away")
    }

    @Test func freeSpaceIsThatOfTheNearestFolder() throws {
        let folder = try TemporaryFolder()
        #expect(try #require(Disk.free(at: folder.file("not/made/yet"))) > 0)
    }

    @Test(arguments: [
        ("a", "/b", "/b/a"), ("../a", "/b/c", "/b/a"), ("/x//./y/", "/b", "/x/y"), ("../../..", "/b", "/"),
        ("", "/b", "/b"),
    ])
    func pathsAreSeenFromAFolder(path: String, folder: String, expected: String) {
        #expect(AbsolutePath.of(path, in: folder) == expected)
    }

    @Test(arguments: [("/a/b", "/a"), ("/a", "/"), ("a", "."), ("a/b", "a"), ("/", "/")])
    func everyPathHasAFolder(path: String, expected: String) {
        #expect(AbsolutePath.folder(of: path) == expected)
    }
}
