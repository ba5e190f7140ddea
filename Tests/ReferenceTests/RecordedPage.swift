import Foundation
import Testing

/// A page under docs/reference, which is what the program says of itself.
enum RecordedPage {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Compares a page with what it should say, or writes it where that is asked for.
    static func check(_ name: String, says text: String) throws {
        let place = root.appending(path: "docs/reference/\(name)")
        if ProcessInfo.processInfo.environment["SPLITVOTE_RECORD"] == "1" {
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: place)
            Issue.record("docs/reference/\(name) was rewritten; run the tests again without SPLITVOTE_RECORD")
        }
        let found = (try? String(contentsOf: place, encoding: .utf8)) ?? ""
        #expect(
            found == text,
            "docs/reference/\(name) is not what the program says: SPLITVOTE_RECORD=1 swift test -c release --filter ReferenceTests rewrites it"
        )
    }
}
