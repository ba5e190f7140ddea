import DatasetStages
import Foundation
import StageKit
import Testing

struct DroppedCommentsTests {
    private func artifact(_ path: String) -> InputArtifact {
        InputArtifact(stage: "clean", kind: "clean", type: "texts-v1", path: path, digest: "")
    }

    @Test func whatWasDroppedIsReadBackWithItsReasons() throws {
        var dropped = DroppedComments()
        dropped.append(3, .empty)
        dropped.append(4, .deleted)
        dropped.append(9_000_000_000, .short)
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).safetensors")
            .path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try dropped.write(to: path)
        var read = try DroppedComments(artifact(path))
        #expect(read.ids == [3, 4, 9_000_000_000])
        for reason in DroppedComments.Reason.allCases { #expect(read.count(reason) == 1) }
        let asked: [Int64] = [1, 3, 3, 5, 9_000_000_000, 9_000_000_001]
        #expect(asked.map { read.contains($0) } == [false, true, true, false, true, false])
    }

    @Test func aDamagedFileIsLaidAtItsStage() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).safetensors")
            .path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("not a table".utf8).write(to: URL(filePath: path))
        do {
            _ = try DroppedComments(artifact(path))
            Issue.record("a damaged file was read")
        } catch let error as StageError {
            #expect(error.message.contains("stage 'clean'"))
            #expect(error.hint == "run it again with --force clean")
        }
    }
}
