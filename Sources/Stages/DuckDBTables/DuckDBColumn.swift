/// A column of a table or query as DuckDB has it.
package struct DuckDBColumn: Hashable, Sendable {
    package let name: String
    /// In DuckDB's words, such as `BIGINT` or `TIMESTAMP WITH TIME ZONE`.
    package let type: String

    package init(name: String, type: String) {
        self.name = name
        self.type = type
    }

    /// What kind of values a type holds.
    package enum Form: Hashable, Sendable {
        /// Texts, names of an enumeration, UUIDs.
        case text
        case whole
        case decimal
        /// Floating-point numbers.
        case real
        case truth
        /// A day, or a moment without a time zone.
        case localTime
        /// A moment in UTC.
        case moment
        case list
        /// Bytes, and types that no text stands for: structures, maps, intervals, …
        case other
    }

    package var form: Form {
        if type.hasSuffix("]") { return .list }
        let name = type.prefix { $0 != "(" }
        switch name {
        case "VARCHAR", "ENUM", "UUID", "JSON": return .text
        case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
            "UBIGINT", "UHUGEINT", "BIGNUM", "VARINT":
            return .whole
        case "DECIMAL": return .decimal
        case "FLOAT", "DOUBLE": return .real
        case "BOOLEAN": return .truth
        case "DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS": return .localTime
        case "TIMESTAMP WITH TIME ZONE": return .moment
        default: return .other
        }
    }

    /// The column as a text from which its value can be told: whole numbers without a point, whatever their type;
    /// moments in UTC with their offset; lists as JSON; NULL, and what is not a number, as NULL.
    package var asText: String {
        let name = SQLText.name(name)
        return switch form {
        case .real:
            "CASE WHEN isnan(\(name)) THEN NULL WHEN \(name) = trunc(\(name)) AND abs(\(name)) < 9007199254740992 "
                + "THEN CAST(CAST(\(name) AS BIGINT) AS VARCHAR) ELSE CAST(\(name) AS VARCHAR) END"
        case .moment:
            "CASE WHEN isfinite(\(name)) THEN CAST(make_timestamp(epoch_us(\(name))) AS VARCHAR) || '+00' END"
        case .list: "CAST(to_json(\(name)) AS VARCHAR)"
        default: "CAST(\(name) AS VARCHAR)"
        }
    }
}

/// Pieces of SQL.
package enum SQLText {
    /// A text as a literal.
    package static func literal(_ text: String) -> String {
        "'" + text.replacing("'", with: "''") + "'"
    }

    /// The name of a column.
    package static func name(_ name: String) -> String {
        "\"" + name.replacing("\"", with: "\"\"") + "\""
    }

    /// What can stand after FROM: the rows of a Parquet file. Names in its path, as in `split=train/a.parquet`, add no
    /// columns: a file is what is in it.
    package static func parquet(_ path: String) -> String {
        "read_parquet(\(literal(path)), hive_partitioning = false)"
    }

    /// What can stand after FROM: a query of the user's, without the semicolon at its end.
    package static func query(_ text: String) -> String {
        var text = text[...]
        while let last = text.last, last.isWhitespace || last == ";" { text.removeLast() }
        // On its own line, where a comment at the end takes nothing away.
        return "(\n\(text)\n)"
    }
}
