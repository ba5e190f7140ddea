/// Columns as flags name them, separated by commas.
package enum ColumnNames {
    /// - Parameter text: names with commas between them; `nil` and `none` for no names.
    /// - Returns: `first` and those of the text that are not among them, each once.
    package static func of(_ text: String?, after first: [String] = []) -> [String] {
        let names = text == "none" ? [] : text?.split(separator: ",").map(String.init) ?? []
        return names.reduce(into: first) { all, name in
            if !all.contains(where: { $0.utf8.elementsEqual(name.utf8) }) { all.append(name) }
        }
    }
}
