/// What happened to each tensor of a model folder: loaded, newly initialized or ignored.
package struct LoadReport: Hashable, Codable, Sendable {
    /// One tensor of the model or of the file.
    package struct Line: Hashable, Codable, Sendable {
        /// The model's name for it, or the file's where the model has none.
        package let tensor: String
        package let shape: [Int]
        /// More about it, such as the other name it had in the file.
        package let note: String
    }

    /// The file the weights came from; nil for a folder without weights.
    package let file: String?
    package let loaded: [Line]
    /// Tensors that the file does not have, now random.
    package let initialized: [Line]
    /// Tensors of the file that the model does not use.
    package let ignored: [Line]

    /// One sentence for a log.
    package var summary: String {
        guard let file else {
            return "no weights in the folder: all \(initialized.count) tensors start from random numbers"
        }
        return "\(file): \(loaded.count) tensors loaded, \(initialized.count) newly initialized, "
            + "\(ignored.count) ignored"
    }

    /// A table of all tensors that were not simply loaded under their own name, under the summary.
    package var table: String {
        let lines =
            initialized.map { ("newly initialized", $0) } + ignored.map { ("ignored", $0) }
            + loaded.filter { !$0.note.isEmpty }.map { ("loaded", $0) }
        let rows = lines.map { ($0.0, $0.1.tensor, "\($0.1.shape)", $0.1.note) }
        let width = rows.map(\.1.utf8.count).max() ?? 0
        let shapeWidth = rows.map(\.2.utf8.count).max() ?? 0
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.utf8.count))
        }
        return
            ([summary]
            + rows.map { row in
                let line =
                    "  \(padded(row.0, 17))  \(padded(row.1, width))  \(padded(row.2, shapeWidth))  \(row.3)"
                return String(line.reversed().drop { $0 == " " }.reversed())
            }).joined(separator: "\n")
    }
}
