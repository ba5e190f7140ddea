import Console
import Foundation
import StageKit
import Testing

struct OutputFileTests {
    private struct Broken: Error {}

    private static func folder() throws -> URL {
        let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "output-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test func aFileIsReplacedOnceTheNewOneIsWhole() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let place = folder.appending(path: "out.tsv")
        try "before".write(to: place, atomically: true, encoding: .utf8)
        #expect(throws: Broken.self) {
            try OutputFile(place.path).write { write in
                try write("half")
                throw Broken()
            }
        }
        #expect(try String(contentsOf: place, encoding: .utf8) == "before")
        try OutputFile(place.path).write { write in
            try write("a\n")
            try write("b\n")
        }
        #expect(try String(contentsOf: place, encoding: .utf8) == "a\nb\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out.tsv"])
    }

    @Test func theInputIsRefusedWhateverItIsCalled() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let table = folder.appending(path: "table.tsv").path
        let link = folder.appending(path: "link.tsv").path
        try "a\n".write(toFile: table, atomically: true, encoding: .utf8)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: table)
        for name in [table, link, folder.path + "/../" + folder.lastPathComponent + "/table.tsv"] {
            let error = #expect(throws: StageError.self) { try OutputFile(name).refuse(table, flag: "--out") }
            #expect(error?.message.contains("would overwrite the table that is read") == true)
        }
        try OutputFile(folder.appending(path: "other.tsv").path).refuse(table, flag: "--out")
        #expect(throws: StageError.self) { try OutputFile(folder.path).write { try $0("a") } }
    }
}
