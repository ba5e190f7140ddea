internal import Console
internal import Diagnostics

/// The comments of lists that were given out before, by their IDs.
package struct EarlierLists {
    /// As `source:key`.
    private(set) var names: Set<String> = []

    /// - Parameter paths: tables with a column `id`, or files with an ID on each line.
    /// - Throws: `DiagnosticsError` naming the line that has no ID.
    package init(_ paths: [String]) throws {
        for path in paths { try add(path) }
    }

    private mutating func add(_ path: String) throws {
        let source = LineSource(path: path)
        var number = 0
        var column = 0
        try source.forEachLine { line in
            number += 1
            let fields = String(decoding: line, as: UTF8.self)
                .split(separator: "\t", omittingEmptySubsequences: false)
            if number == 1, let place = fields.firstIndex(of: "id") {
                column = place
                return
            }
            let name = column < fields.count ? String(fields[column]).replacing("\\\\", with: "\\") : ""
            if fields.count == 1, name.isEmpty || name.hasPrefix("#") { return }
            guard name.dropFirst().dropLast().contains(":") else {
                throw DiagnosticsError(
                    "\(source.name), line \(number): '\(name)' is not the ID of a comment",
                    hint: "an id is source:key, as the column id of lists and exports shows it")
            }
            names.insert(name)
        }
    }
}
