internal import RunStore
package import StageKit

/// The page of the reference about the store's tables and views, made of the schema of a new store.
package struct StorePage {
    /// A table or view as SQLite has it.
    package struct Object {
        let name: String
        let isView: Bool
        let sql: String
        let columns: [(name: String, type: String)]

        /// - Parameters:
        ///   - sql: the statement that made it, with its comments.
        ///   - columns: as `PRAGMA table_xinfo` gives them.
        package init(name: String, isView: Bool, sql: String, columns: [(name: String, type: String)]) {
            self.name = name
            self.isView = isView
            self.sql = sql
            self.columns = columns
        }

        /// What a comment beside a column's declaration says of it; empty for none.
        func comment(on column: String) -> String {
            let lines = sql.split(separator: "\n").map { $0.trimmed }
            let start = lines.firstIndex { line in
                let rest = line.hasPrefix(",") ? line.dropFirst().trimmed : line
                return rest.hasPrefix(column + " ") || line.contains(", \(column) ")
            }
            guard let start else { return "" }
            var before: [Substring] = []
            for line in lines[..<start].reversed() {
                guard line.hasPrefix("--") else { break }
                before.insert(line, at: 0)
            }
            // Where a column was added later, what is said of it follows its type.
            let after = lines[(start + 1)...].prefix { $0.hasPrefix("--") }
            let isAdded = lines[(start + 1)...].dropFirst(after.count).first?.hasPrefix("DEFAULT") == true
            let comment = isAdded ? Array(after) : before
            return comment.map { String($0.drop { $0 == "-" || $0 == " " }) }.joined(separator: " ")
        }
    }

    private let objects: [Object]
    private let texts: [String: String]

    /// - Parameter kinds: whose own tables are among the objects.
    package init(_ objects: [Object], kinds: [StageKind]) {
        self.objects = objects
        texts = kinds.compactMap(\.tables).map(\.texts).reduce(
            StoreTexts.tables.merging(StoreTexts.views) { $1 }
        ) {
            $0.merging($1) { $1 }
        }
    }

    /// Names of tables and views without a text, and of texts without a table or view.
    package var gaps: [String] {
        Set(objects.map(\.name)).symmetricDifference(texts.keys).sorted()
    }

    package var markdown: String {
        """
        # The store

        One SQLite file, which any tool reads at any time, also during a run:
        `sqlite3 state.sqlite 'select label, count(*) from labelled_comment group by 1'`. Begin with the views. Tables may get
        columns, never other meanings; a newer splitvote brings an older store up to date. The statements are in
        [store.sql](../../schemas/store.sql), or printed by `splitvote schema store`. Moments in INTEGER columns are seconds
        since 1970, UTC; those in TEXT columns are ISO 8601, UTC.

        ## Views


        """ + sections(areViews: true) + "\n## Tables\n\n" + sections(areViews: false)
    }

    private func sections(areViews: Bool) -> String {
        objects.filter { $0.isView == areViews }.map { object in
            var table = MarkdownTable("Column", "Type", "")
            for column in object.columns {
                table.add(column.name.asCode, column.type, object.comment(on: column.name))
            }
            return "### \(object.name)\n\n\(texts[object.name] ?? "")\n\n" + table.text
        }.joined(separator: "\n")
    }
}

extension StringProtocol {
    /// Without blanks at its ends.
    fileprivate var trimmed: Substring {
        var text = self[...]
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " { text = text.dropLast() }
        return Substring(text)
    }
}
