internal import StageKit

/// Finds the files that a pattern names: `*` matches any number of characters within a name, `?` matches one,
/// `**` matches any number of folders. Names that begin with a dot are found only by a pattern that does.
package struct FilePattern {
    private let parts: [Substring]
    private let start: String

    /// - Parameters:
    ///   - text: absolute, or relative to `folder`.
    ///   - folder: absolute.
    package init(_ text: String, relativeTo folder: String) {
        let isAbsolute = text.hasPrefix("/")
        start = isAbsolute ? "" : folder
        parts = text.split(separator: "/").filter { $0 != "." }
    }

    package static func hasWildcard(_ text: some StringProtocol) -> Bool {
        text.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
    }

    /// Paths of the files, in byte order. Folders are not files.
    package func files() throws -> [String] {
        var found: [String] = []
        try walk(start, parts[...], &found)
        var seen: Set<[UInt8]> = []
        return found.filter { seen.insert(Array($0.utf8)).inserted }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private func walk(_ folder: String, _ rest: ArraySlice<Substring>, _ found: inout [String]) throws {
        guard let part = rest.first else {
            if let facts = try Disk.facts(folder), !facts.isFolder { found.append(folder) }
            return
        }
        let after = rest.dropFirst()
        if part == "**" {
            try walk(folder, after, &found)
            for name in try Disk.names(in: folder) where !name.hasPrefix(".") {
                if try Disk.facts(folder + "/" + name)?.isFolder == true {
                    try walk(folder + "/" + name, rest, &found)
                }
            }
        } else if Self.hasWildcard(part) {
            let pattern = Array(part.unicodeScalars)
            for name in try Disk.names(in: folder.isEmpty ? "/" : folder) {
                if name.hasPrefix("."), !part.hasPrefix(".") { continue }
                if Self.matches(Array(name.unicodeScalars)[...], pattern[...]) {
                    try walk(folder + "/" + name, after, &found)
                }
            }
        } else {
            try walk(folder + "/" + part, after, &found)
        }
    }

    private static func matches(_ name: ArraySlice<Unicode.Scalar>, _ pattern: ArraySlice<Unicode.Scalar>)
        -> Bool
    {
        // Greedy with one way back, so that the work stays within name × pattern.
        var (name, pattern) = (name, pattern)
        var back: (name: ArraySlice<Unicode.Scalar>, pattern: ArraySlice<Unicode.Scalar>)?
        while let scalar = name.first {
            if pattern.first == "*" {
                pattern = pattern.dropFirst()
                back = (name, pattern)
            } else if let wanted = pattern.first, wanted == "?" || wanted == scalar {
                name = name.dropFirst()
                pattern = pattern.dropFirst()
            } else if let saved = back {
                name = saved.name.dropFirst()
                pattern = saved.pattern
                back = (name, pattern)
            } else {
                return false
            }
        }
        return pattern.allSatisfy { $0 == "*" }
    }
}
