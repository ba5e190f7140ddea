import Foundation
import Scaffolding
import Testing

/// A version of a program in its own folder, and a link to it in `bin`, as package managers make them.
private final class Installation {
    let path = NSTemporaryDirectory() + "installation-" + UUID().uuidString
    var file: String { path + "/splitvote-1.0/splitvote" }
    var link: String { path + "/bin/splitvote" }

    init() throws {
        let files = FileManager.default
        for folder in ["splitvote-1.0", "bin", "other"] {
            try files.createDirectory(atPath: path + "/" + folder, withIntermediateDirectories: true)
        }
        try Data("1".utf8).write(to: URL(filePath: file))
        try Data("2".utf8).write(to: URL(filePath: path + "/other/splitvote"))
        try files.createSymbolicLink(atPath: link, withDestinationPath: file)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func program(calledAs name: String, searching folders: [String]) -> String {
        TypedPath.program(
            calledAs: name, own: file, searchPath: folders.map { path + "/" + $0 }.joined(separator: ":"))
    }
}

struct TypedPathTests {
    @Test func theLinkInTheSearchPathOutlivesTheVersionItLeadsTo() throws {
        let place = try Installation()
        #expect(place.program(calledAs: "splitvote", searching: ["nowhere", "bin"]) == place.link)
    }

    @Test func anotherProgramOfTheSameNameIsNotMeant() throws {
        let place = try Installation()
        #expect(place.program(calledAs: "splitvote", searching: ["other", "bin"]) == place.link)
        #expect(place.program(calledAs: "splitvote", searching: ["other"]) == place.file)
    }

    @Test func aPathThatWasTypedIsNotSearchedFor() throws {
        let place = try Installation()
        #expect(place.program(calledAs: "bin/splitvote", searching: ["bin"]) == place.file)
        #expect(place.program(calledAs: "splitvote", searching: []) == place.file)
    }
}
