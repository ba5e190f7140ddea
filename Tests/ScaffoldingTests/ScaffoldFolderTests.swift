import Foundation
import Scaffolding
import StageKit
import Testing

/// A folder that is removed when the value goes away.
private final class Place {
    let path = NSTemporaryDirectory() + "scaffold-" + UUID().uuidString

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func read(_ name: String) -> String? {
        FileManager.default.contents(atPath: path + "/" + name).map { String(decoding: $0, as: UTF8.self) }
    }

    func write(_ text: String, to name: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8)
    }
}

struct ScaffoldFolderTests {
    static let files: [ScaffoldFolder.File] = [
        ("a.yaml", Array("one".utf8)), ("data/b.tsv", Array("two".utf8)),
    ]

    @Test func allFilesAreWrittenWithTheirFolders() throws {
        let place = Place()
        var folder = ScaffoldFolder(place.path)
        #expect(try folder.missing(of: Self.files).map(\.name) == ["a.yaml", "data/b.tsv"])
        try folder.write(Self.files)
        #expect(place.read("a.yaml") == "one" && place.read("data/b.tsv") == "two")
    }

    @Test func whatIsThereAndTheSameIsNotWrittenAgain() throws {
        let place = Place()
        try place.write("one", to: "a.yaml")
        #expect(try ScaffoldFolder(place.path).missing(of: Self.files).map(\.name) == ["data/b.tsv"])
    }

    @Test func aFileOfSomebodyElseIsNamed() throws {
        let place = Place()
        try place.write("mine", to: "a.yaml")
        let error = #expect(throws: StageError.self) {
            try ScaffoldFolder(place.path).missing(of: Self.files)
        }
        #expect(error?.message == "a.yaml is already there; nothing was written")
    }

    @Test func aFolderThatHasAllOfThemIsRefused() throws {
        let place = Place()
        var folder = ScaffoldFolder(place.path)
        try folder.write(Self.files)
        let error = #expect(throws: StageError.self) {
            try ScaffoldFolder(place.path).missing(of: Self.files)
        }
        #expect(error?.message == "a.yaml, data/b.tsv is already there; nothing was written")
    }

    @Test func fillingWritesWhatIsMissing() throws {
        let place = Place()
        try place.write("one", to: "a.yaml")
        var folder = ScaffoldFolder(place.path)
        #expect(try folder.fill(with: Self.files, shownAs: "new").map(\.name) == ["data/b.tsv"])
        #expect(place.read("data/b.tsv") == "two")
    }

    @Test func whereOneFileCannotBeWrittenNoneIs() throws {
        let place = Place()
        try place.write("in the way", to: "data")
        var folder = ScaffoldFolder(place.path)
        let error = #expect(throws: StageError.self) { try folder.fill(with: Self.files, shownAs: "new") }
        #expect(error?.message.hasPrefix("cannot write into new: ") == true)
        #expect(place.read("a.yaml") == nil && place.read("data") == "in the way")
    }

    @Test func takingBackLeavesNothingButWhatOthersPutThere() throws {
        let place = Place()
        var folder = ScaffoldFolder(place.path)
        try folder.write(Self.files)
        try place.write("mine", to: "data/c.tsv")
        folder.takeBack()
        #expect(place.read("a.yaml") == nil && place.read("data/b.tsv") == nil)
        #expect(place.read("data/c.tsv") == "mine")
        var other = ScaffoldFolder(place.path + "/new/deep")
        try other.write(Self.files)
        other.takeBack()
        #expect(!FileManager.default.fileExists(atPath: place.path + "/new"))
    }
}
