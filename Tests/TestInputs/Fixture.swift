internal import Foundation

/// Files under `Tests/Fixtures`.
package enum Fixture {
    /// An object of `Tests/Fixtures/web`, written by `make_fixtures.py` there.
    package static func read(_ name: String) throws -> [String: Any] {
        let data = Data(try text("web/\(name)").utf8)
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    /// A file as text.
    package static func text(_ path: String) throws -> String {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: tests.appendingPathComponent("Fixtures/\(path)"), encoding: .utf8)
    }
}
