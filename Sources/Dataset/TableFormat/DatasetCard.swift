/// The README.md of an exported dataset, as Hugging Face's hub and its `datasets` library read it.
///
/// With it, `datasets.load_dataset(folder)` finds the tables of each split and reads them as they were written: the
/// front matter names files, separator, quoting and the type of each column, so that a text `NA` stays a text. What the
/// library cannot do is undo the backslash escapes of TSV; the card says how. Nor can it be told to read a column of TSV
/// or CSV as text before it has looked at it: ids that are all digits would lose leading zeros, so ids are best written
/// as `source:number`.
///
/// It is made only of plain facts: equal facts give equal text.
package struct DatasetCard: Hashable, Sendable {
    /// One table.
    package struct Table: Hashable, Sendable {
        /// Name of the split, such as `train`.
        package var split: String
        /// Where it is, relative to the card's folder, with `/` between folders.
        package var path: String
        package var rows: Int
        /// How many rows have each label.
        package var labels: [LabelCount]

        package init(split: String, path: String, rows: Int, labels: [LabelCount] = []) {
            self.split = split
            self.path = path
            self.rows = rows
            self.labels = labels
        }
    }

    /// How many rows have a label.
    package struct LabelCount: Hashable, Sendable {
        package var name: String
        package var rows: Int

        package init(_ name: String, _ rows: Int) {
            self.name = name
            self.rows = rows
        }
    }

    /// What a column holds.
    package enum ColumnType: Hashable, Sendable {
        case text
        case integer
        case number
        /// A moment, in UTC. In Parquet only: other tables have texts for moments and lists.
        case moment
        /// A list of texts.
        case texts
        /// 0, 1, ...: an index into these names.
        case label([String])
    }

    /// One column of every table.
    package struct Column: Hashable, Sendable {
        package var name: String
        package var type: ColumnType
        /// A sentence for people, without its full stop.
        package var meaning: String

        package init(_ name: String, _ type: ColumnType, _ meaning: String) {
            self.name = name
            self.type = type
            self.meaning = meaning
        }
    }

    /// A line of the section on how the labels were made, such as `Label set`, `0123456789abcdef`.
    package struct Fact: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The dataset's name for people.
    package var prettyName: String
    /// Languages of the texts, ISO 639; empty if nothing is known.
    package var languages: [String]
    /// What is to be said of the languages beside their names, as one or more sentences; `nil` for nothing.
    package var languageNote: String?
    /// How the tables are written down.
    package var kind: TableFileFormat
    package var tables: [Table]
    package var columns: [Column]
    /// The label rule as one or more sentences.
    package var rule: String
    /// Label set, cut, split salt and whatever else documents where the labels come from.
    package var provenance: [Fact]
    /// License by the hub's name for it; `nil` leaves it to the owner and says so.
    package var license: String?
    /// Whether labels were made of readers' votes; otherwise rows came with them.
    package var isOfVotes = true

    package init(
        prettyName: String, languages: [String], languageNote: String? = nil, kind: TableFileFormat,
        tables: [Table], columns: [Column], rule: String, provenance: [Fact] = [], license: String? = nil
    ) {
        self.prettyName = prettyName
        self.languages = languages
        self.languageNote = languageNote
        self.kind = kind
        self.tables = tables
        self.columns = columns
        self.rule = rule
        self.provenance = provenance
        self.license = license
    }

    /// Rows of all tables.
    package var rows: Int { tables.reduce(0) { $0 + $1.rows } }

    /// The file, ending with a line feed.
    package var markdown: String {
        (frontMatter + ["# " + Self.line(prettyName), ""] + [Self.line(rule), ""]
            + (languageNote.map { [Self.line($0), ""] } ?? []) + splits + provenanceLines + columnLines
            + reading + limits).joined(separator: "\n") + "\n"
    }

    /// The hub's size category for this many rows.
    package static func sizeCategory(_ rows: Int) -> String {
        let steps = [
            (1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"),
            (10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M"), (1_000_000_000, "100M<n<1B"),
        ]
        return steps.first { rows < $0.0 }?.1 ?? "1B<n<10B"
    }

    /// A name as the library allows it for a split: letters, digits and underscores of ASCII.
    package static func splitName(_ name: String) -> String {
        let kept = name.unicodeScalars.map { scalar -> Character in
            scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                ? Character(scalar) : "_"
        }
        return kept.isEmpty ? "_" : String(kept)
    }
}

extension DatasetCard {
    private var splits: [String] {
        let names = tables.first?.labels.map(\.name) ?? []
        let head = ["Split", "File", "Rows"] + names.map(Self.cell)
        var lines = ["## Splits", "", "| " + head.joined(separator: " | ") + " |"]
        lines.append("| --- | --- |" + String(repeating: " ---: |", count: head.count - 2))
        for table in tables {
            let counts = [table.rows] + table.labels.map(\.rows)
            let cells = [Self.cell(table.split), Self.code(table.path)] + counts.map(String.init)
            lines.append("| " + cells.joined(separator: " | ") + " |")
        }
        return lines + [""]
    }

    private var provenanceLines: [String] {
        if provenance.isEmpty { return [] }
        return ["## Where the labels come from", ""]
            + provenance.map { "- \(Self.cell($0.name)): \(Self.code($0.value))" } + [""]
    }

    private var columnLines: [String] {
        ["## Columns", "", "| Column | Type | Meaning |", "| --- | --- | --- |"]
            + columns.map { column in
                let type =
                    switch column.type {
                    case .text: "text"
                    case .integer: "whole number"
                    case .number: "number"
                    case .moment: "moment, UTC"
                    case .texts: "list of texts"
                    case .label(let names):
                        names.enumerated().map { "\($0) \(Self.cell($1))" }.joined(separator: ", ")
                    }
                return "| \(Self.code(column.name)) | \(type) | \(Self.cell(column.meaning)) |"
            } + [""]
    }

    private var reading: [String] {
        let load = [
            "```python", "from datasets import load_dataset", "", "data = load_dataset(\".\")  # this folder",
            "```",
        ]
        switch kind {
        case .csv:
            return ["## Reading", "", "CSV after RFC 4180, UTF-8.", ""] + load + [""]
        case .jsonl:
            return ["## Reading", "", "JSON lines, UTF-8.", ""] + load + [""]
        case .parquet:
            return ["## Reading", "", "Parquet, compressed with zstd.", ""] + load + [""]
        case .tsv:
            return [
                "## Reading", "",
                "Tab-separated, UTF-8, LF, one header line. There is no quoting: `\"` is an ordinary character. Inside a",
                "field `\\t`, `\\n`, `\\r` and `\\\\` stand for tab, line feed, carriage return and backslash, so undo that",
                "once after reading:", "",
                "```python", "import re", "from datasets import load_dataset", "",
                "plain = {\"t\": \"\\t\", \"n\": \"\\n\", \"r\": \"\\r\", \"\\\\\": \"\\\\\"}", "",
                "def unescape(row):",
                "    return {name: re.sub(r\"\\\\(.)\", lambda found: plain[found[1]], value) if isinstance(value, str) else value",
                "            for name, value in row.items()}", "",
                "data = load_dataset(\".\").map(unescape)  # this folder", "```", "",
            ]
        }
    }

    private var limits: [String] {
        ["## Limits", ""] + (isOfVotes ? limitsOfVotes : limitsOfLabels) + [
            "- The texts belong to the people who wrote them."
                + (license == nil
                    ? " No licence is given here: whoever publishes this dataset has to\n"
                        + "  settle that, and to remove comments on request."
                    : " Remove comments on request.")
        ]
    }

    private var limitsOfLabels: [String] {
        [
            "- Labels are those that the rows came with: who gave them, by what rules and how well they agree is not known",
            "  here.",
        ]
    }

    private var limitsOfVotes: [String] {
        [
            "- Votes are not truth: a label says how the readers who voted were split when the votes were read, not whether",
            "  the comment is right, hateful or worth reading. Readers of one outlet are not readers of another, early",
            "  votes draw later ones, and votes can be organised.",
            "- Comments with few votes are left out, so the dataset shows the comments that were seen by many.",
        ]
    }
}
