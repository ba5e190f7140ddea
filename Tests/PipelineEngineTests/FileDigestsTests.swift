import Foundation
import PipelineEngine
import RunStore
import Testing

/// Digests of files that others write to.
struct FileDigestsTests {
    private func file(_ bytes: Int) throws -> URL {
        let file = FileManager.default.temporaryDirectory.appending(path: "digest-\(UUID().uuidString)")
        try Data(repeating: 0x61, count: bytes).write(to: file)
        return file
    }

    /// A file may be cut short at any moment while it is read: that is an error, or it was read before, and never the end
    /// of the program.
    @Test func aFileThatIsCutShortWhileItIsReadEndsNothing() async throws {
        let file = try file(64 << 20)
        defer { try? FileManager.default.removeItem(at: file) }
        let digests = FileDigests(store: nil, usesMemory: false, clock: .system)
        let cutter = Task.detached {
            let handle = try FileHandle(forWritingTo: file)
            for _ in 0..<200 {
                try handle.truncate(atOffset: 1)
                try handle.truncate(atOffset: 64 << 20)
            }
            try handle.truncate(atOffset: 1)
        }
        for _ in 0..<20 {
            do {
                _ = try digests.digest(of: file.path)
            } catch {
                #expect("\(error)".contains("was cut short while it was read"), "\(error)")
            }
        }
        try await cutter.value
        #expect(try digests.digest(of: file.path)?.size == 1)
    }

    @Test func aPipeHasNoDigest() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "pipe-\(UUID().uuidString)")
            .path
        #expect(mkfifo(path, 0o600) == 0)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: (any Error).self) {
            try FileDigests(store: nil, usesMemory: false, clock: .system).digest(of: path)
        }
    }
}
