internal import TextBasics

extension DatasetCard {
    /// The YAML between the two lines of hyphens.
    ///
    /// Keys are those of the hub's dataset cards; `configs` are the arguments of the library's `csv` and `json` loaders.
    var frontMatter: [String] {
        var lines = ["---", "pretty_name: \(Self.quoted(prettyName))"]
        if let license { lines.append("license: \(Self.quoted(license))") }
        if !languages.isEmpty { lines += ["language:"] + languages.map { "- \(Self.quoted($0))" } }
        lines += ["task_categories:", "- text-classification"]
        lines += ["size_categories:", "- \(Self.quoted(Self.sizeCategory(rows)))"]
        if isOfVotes { lines += ["tags:", "- controversy", "- comments", "- votes"] }
        lines += ["configs:", "- config_name: default", "  data_files:"]
        for table in tables {
            lines.append("  - split: \(Self.splitName(table.split))")
            lines.append("    path: \(Self.quoted(table.path))")
        }
        lines += readerOptions + features
        return lines + ["---", ""]
    }

    /// How the loader reads the tables. 3 is Python's `csv.QUOTE_NONE`; without `keep_default_na: false` a text `NA`
    /// would be a missing one. There is no `escapechar`: Python's means another thing, `\t` would become `t`.
    /// The loader's usual way of reading decimals is quick and now and then wrong in the last digit.
    private var readerOptions: [String] {
        let exact = ["  keep_default_na: false", "  float_precision: round_trip"]
        return switch kind {
        case .tsv: ["  sep: \"\\t\"", "  quoting: 3"] + exact
        case .csv: ["  sep: \",\""] + exact
        case .jsonl, .parquet: []
        }
    }

    private var features: [String] {
        var lines = ["dataset_info:", "  config_name: default", "  features:"]
        for column in columns {
            lines.append("  - name: \(Self.quoted(column.name))")
            switch column.type {
            case .text: lines.append("    dtype: string")
            case .integer: lines.append("    dtype: int64")
            case .number: lines.append("    dtype: float64")
            case .moment: lines.append("    dtype: timestamp[us, tz=UTC]")
            case .texts: lines.append("    list: string")
            case .label(let names):
                lines += ["    dtype:", "      class_label:", "        names:"]
                for (index, name) in names.enumerated() {
                    lines.append("          '\(index)': \(Self.quoted(name))")
                }
            }
        }
        return lines
    }

    /// A text as a YAML scalar in double quotation marks.
    static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FEFF}":
                out += "\\u" + Hexadecimal.text(scalar.value, width: 4, uppercase: true)
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }

    /// A text in one line of a paragraph, with nothing in it that Markdown or HTML would read.
    static func line(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}": out += " "
            case "<": out += "&lt;"
            case "&": out += "&amp;"
            case "\\", "`", "*", "_", "[", "]", "#": out += "\\\(Character(scalar))"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// A text in a cell of a table.
    static func cell(_ text: String) -> String {
        line(text).split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }

    /// A text between backticks, of which it has none; vertical bars are escaped, as tables want it in code too.
    static func code(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}": out += " "
            case "`": out += "'"
            case "|": out += "\\|"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return "`\(out)`"
    }
}
