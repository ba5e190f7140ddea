extension TextSource {
    /// What is wrong with reading a file as one text a line, with what to do: it is a table by its name, and its header
    /// and columns would become texts.
    /// - Parameter path: `nil` for standard input.
    /// - Returns: `nil` if nothing is.
    package static func problem(linesOf path: String?) -> String? {
        guard let path else { return nil }
        var parts = path.lowercased().split(separator: "/").last?.split(separator: ".") ?? []
        if parts.last == "gz" { parts.removeLast() }
        guard parts.count > 1, ["tsv", "tab", "csv", "jsonl", "ndjson", "parquet"].contains(parts.last) else {
            return nil
        }
        return
            "\(path) is a table by its name, and no --column is given: each line would be a text, the header too\n"
            + "hint: name the column with the texts, as in --column text; for one text a line read it from standard input"
    }
}
