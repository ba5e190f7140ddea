package import Diagnostics
private import Foundation

/// A list of comments to be forgotten: one ID per line; lines that begin with # are skipped.
package struct ForgetList {
    /// How messages call the list.
    private let name: String
    package private(set) var names: [(source: String, key: String)] = []
    private var lineNumber = 0

    package init(name: String) {
        self.name = name
    }

    /// - Throws: `DiagnosticsError` naming the line that is not an ID.
    package mutating func add(_ lines: [[UInt8]]) throws(DiagnosticsError) {
        for line in lines {
            lineNumber += 1
            let text = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespaces)
            if text.isEmpty || text.hasPrefix("#") { continue }
            guard let colon = text.firstIndex(of: ":"), colon != text.startIndex,
                text.index(after: colon) != text.endIndex
            else {
                throw DiagnosticsError(
                    "\(name), line \(lineNumber): '\(text)' is not the ID of a comment",
                    hint: "an id is source:key, as the column id of exports shows it")
            }
            names.append((String(text[..<colon]), String(text[text.index(after: colon)...])))
        }
    }

    /// - Throws: `DiagnosticsError` naming the first source that is not one of these.
    package func requireSources(_ sources: [String]) throws(DiagnosticsError) {
        for name in names where !sources.contains(name.source) {
            throw DiagnosticsError(
                "\(self.name): there is no source '\(name.source)' in the store",
                hint: "an id is source:key; the sources are \(sources.joined(separator: ", "))")
        }
    }
}
