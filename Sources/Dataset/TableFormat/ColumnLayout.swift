/// Which fields of a row are wanted, known once the header has been read.
package struct ColumnLayout {
    /// The names in the header.
    package let names: [String]
    /// For each wanted column its place in the row, or -1 where the header does not name it.
    package let places: [Int]

    /// Looks up `columns` in a header; without any, all columns of the header are wanted.
    ///
    /// Names are compared as bytes. Only names that are wanted need to be unique.
    /// - Parameter similar: whether, where no name has the same bytes, one will do that reads the same without the blanks
    ///   at its ends, however its accents and syllables are composed.
    package init(names: [String], columns: [TableColumn], similar: Bool = false) throws(TableError) {
        self.names = names
        guard !columns.isEmpty else {
            var seen: Set<[UInt8]> = []
            for name in names where !seen.insert(Array(name.utf8)).inserted {
                throw TableError.repeatedColumn(name)
            }
            places = Array(names.indices)
            return
        }
        var places: [Int] = []
        for column in columns { places.append(try Self.place(of: column.name, in: names, similar)) }
        self.places = places
        let missing = zip(columns, places).filter { $0.required && $1 < 0 }.map { $0.0.name }
        guard missing.isEmpty else {
            if missing.count == columns.count, let cell = Self.dataCell(in: names) {
                throw TableError.noHeader(names, cell: cell)
            }
            throw TableError.missingColumns(missing, header: names)
        }
    }

    private static func place(
        of name: String, in names: [String], _ similar: Bool
    ) throws(TableError) -> Int {
        let exact = names.indices.filter { names[$0].utf8.elementsEqual(name.utf8) }
        // Swift compares texts by what they read as, composed or not.
        let found =
            exact.isEmpty && similar ? names.indices.filter { trimmed(names[$0]) == trimmed(name) } : exact
        if found.count > 1 { throw TableError.repeatedColumn(name) }
        return found.first ?? -1
    }

    private static func trimmed(_ name: String) -> String {
        var scalars = Substring(name).unicodeScalars
        while let first = scalars.first, isBlank(first) { scalars.removeFirst() }
        while let last = scalars.last, isBlank(last) { scalars.removeLast() }
        return String(scalars)
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value <= 0x20 || scalar.value == 0xA0 || scalar.value == 0x3000 || scalar.value == 0xFEFF
            || scalar.value == 0x200B
    }

    /// A cell that names no column but looks like a value: a number, an address, or one that is there twice.
    private static func dataCell(in names: [String]) -> String? {
        var seen: Set<String> = []
        return names.first { name in
            if name.isEmpty { return false }
            let isNumber = name.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2C }
            return isNumber || name.hasPrefix("http") || !seen.insert(name).inserted
        }
    }
}
