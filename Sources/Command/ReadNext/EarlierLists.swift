internal import Console
internal import Diagnostics
internal import TableFormat

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
        if path.lowercased().hasSuffix(".csv") { return try add(csv: source) }
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
            try Self.check(name, source.name, number)
            names.insert(name)
        }
    }

    private mutating func add(csv source: LineSource) throws {
        do {
            var reader = try TableReader(.csv, columns: ["id"])
            var found: Set<String> = []
            func take(_ row: TableRow) throws {
                let name = row.text(0) ?? ""
                try Self.check(name, source.name, row.line)
                found.insert(name)
            }
            func refuse(_ problem: RowProblem) throws {
                throw DiagnosticsError("\(source.name), line \(problem.line): \(problem.reason)")
            }
            try source.forEachChunk { try reader.read($0, row: take, problem: refuse) }
            try reader.finish(row: take, problem: refuse)
            names.formUnion(found)
        } catch let error as TableError {
            throw DiagnosticsError("\(source.name): \(error)", hint: "a list has a column id")
        }
    }

    private static func check(_ name: String, _ file: String, _ line: Int) throws {
        guard name.dropFirst().dropLast().contains(":") else {
            throw DiagnosticsError(
                "\(file), line \(line): '\(name)' is not the ID of a comment",
                hint: "an id is source:key, as the column id of lists and exports shows it")
        }
    }
}
