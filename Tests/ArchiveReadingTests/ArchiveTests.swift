import ArchiveReading
import Foundation
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

    /// A zip archive of stored files, each as it is: local headers, directory, end.
    static func zip(_ files: [(String, [UInt8])]) -> [UInt8] {
        func le(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 0xFF) } }
        func crc(_ bytes: [UInt8]) -> Int {
            var crc: UInt32 = 0xFFFF_FFFF
            for byte in bytes {
                crc ^= UInt32(byte)
                for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
            }
            return Int(~crc)
        }
        var archive: [UInt8] = []
        var directory: [UInt8] = []
        for (name, bytes) in files {
            let facts =
                le(20, 2) + le(0, 2) + le(0, 2) + le(0, 4) + le(crc(bytes), 4) + le(bytes.count, 4)
                + le(bytes.count, 4) + le(name.utf8.count, 2) + le(0, 2)
            directory +=
                [0x50, 0x4B, 1, 2] + le(20, 2) + facts + le(0, 2) + le(0, 2) + le(0, 2) + le(0, 4)
                + le(archive.count, 4) + Array(name.utf8)
            archive += [0x50, 0x4B, 3, 4] + facts + Array(name.utf8) + bytes
        }
        return archive + directory + [0x50, 0x4B, 5, 6] + le(0, 4) + le(files.count, 2) + le(files.count, 2)
            + le(directory.count, 4) + le(archive.count, 4) + le(0, 2)
    }

    @Test func theFilesOfAZipArchiveComeInTheirOrder() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = try write(Self.zip([("a.tsv", [0x61, 0x0A]), ("b/", []), ("b/c.tsv", [0x62])]), "a.zip")
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
