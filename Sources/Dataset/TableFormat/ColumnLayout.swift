/// Which fields of a row are wanted, known once the header has been read.
struct ColumnLayout {
    /// The names in the header.
    let names: [String]
    /// For each wanted column its place in the row, or -1 where the header does not name it.
    let places: [Int]

    /// Looks up `columns` in a header; without any, all columns of the header are wanted.
    ///
    /// Names are compared as bytes: two spellings that look alike are two columns.
    init(names: [String], columns: [TableColumn]) throws(TableError) {
        var seen: [[UInt8]: Int] = [:]
        for (place, name) in names.enumerated() {
            guard seen.updateValue(place, forKey: Array(name.utf8)) == nil else {
                throw TableError.repeatedColumn(name)
            }
        }
        self.names = names
        guard !columns.isEmpty else {
            places = Array(names.indices)
            return
        }
        places = columns.map { seen[Array($0.name.utf8)] ?? -1 }
        let missing = zip(columns, places).filter { $0.required && $1 < 0 }.map { $0.0.name }
        guard missing.isEmpty else { throw TableError.missingColumns(missing, header: names) }
    }
}
