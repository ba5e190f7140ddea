import ArchiveReading
import Foundation
import TestInputs
import Testing

struct ArchiveTests {
    private let folder: URL = FileManager.default.temporaryDirectory.appending(
        path: "archive-\(UUID().uuidString)")

    /// "id\ttext\n" as bzip2(1), xz(1) and zstd(1) compress it.
    static let streams: [(String, String)] = [
        (
            "bzip2",
            "QlpoOTFBWSZTWSeex7oAAAJBgAAwBiAEQCAAMQwBBptCDnCUXckU4UJAnnse6A=="
        ),
        (
            "xz",
            "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAHaWQJdGV4dAoAvAHNa6PZKIIAASAIuxnZux+2830BAAAAAARZWg=="
        ),
        (
            "zstd",
            "KLUv/QRYQQAAaWQJdGV4dAr1aQFh"
        ),
    ]

    private func write(_ bytes: [UInt8], _ name: String) throws -> String {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: name)
        try Data(bytes).write(to: file)
        return file.path
    }

    private func content(_ path: String, _ kind: Archive.Kind) throws -> [(String, [UInt8])] {
        let archive = try Archive(path: path, kind: kind)
        var files: [(String, [UInt8])] = []
        while let name = try archive.next() {
            var bytes: [UInt8] = []
            try archive.read { bytes.append(contentsOf: $0) }
            files.append((name, bytes))
        }
        return files
    }

    @Test func theFilesOfAZipArchiveComeInTheirOrder() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = try write(storedZip([("a.tsv", [0x61, 0x0A]), ("b/", []), ("b/c.tsv", [0x62])]), "a.zip")
        let files = try content(path, .zip)
        #expect(files.map(\.0) == ["a.tsv", "b/", "b/c.tsv"])
        #expect(files.map(\.1) == [[0x61, 0x0A], [], [0x62]])
    }

    @Test func aFileThatIsNotAnArchiveIsRefused() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = try write(Array("id\ttext\n".utf8), "a.zip")
        #expect(throws: ArchiveError.self) { try content(path, .zip) }
        #expect(throws: ArchiveError.self) { try Archive(path: path + "-", kind: .zip) }
    }

    @Test(arguments: streams)
    func aCompressedStreamIsReadAndOneThatIsCutOffIsRefused(method: String, base64: String) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let bytes = try #require(Data(base64Encoded: base64))
        let path = try write(Array(bytes), "a.\(method)")
        #expect(try content(path, .stream).map(\.1) == [Array("id\ttext\n".utf8)])
        let cut = try write(Array(bytes.prefix(bytes.count / 2)), "cut.\(method)")
        #expect(throws: ArchiveError.self) { try content(cut, .stream) }
    }
}
