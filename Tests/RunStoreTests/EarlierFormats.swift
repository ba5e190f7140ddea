import Foundation

/// What takes a new store back to earlier formats.
enum EarlierFormats {
    /// - Returns: SQL that turns a store of the next format into one of this.
    static func back(to format: Int) -> String {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Golden/back-to-\(format).sql")
        // Without the file the tests fail at the first statement that needs it.
        return (try? String(contentsOf: file, encoding: .utf8)) ?? "SELECT no_such_file"
    }
}
