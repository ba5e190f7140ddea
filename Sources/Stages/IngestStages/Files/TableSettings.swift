internal import Diagnostics
internal import FieldValues
internal import StageKit
internal import TableFormat
internal import VoteModel
internal import WebPages

/// The format of a stage's files, from its parameters.
struct TableSettings {
    /// `nil`: by each file's name and content.
    var format: TableKind?
    /// Whether all files are Parquet.
    var isParquet = false
    /// Whether DuckDB reads what a query says.
    var isQueried = false
    /// As iconv(3) names it; `nil`: found out for each file.
    var encoding: String?
    /// `nil`: what goes with the format, or what the header shows.
    var delimiter: UInt8?
    /// Whether fields may be in quotation marks; `nil`: what goes with the format.
    var quoted: Bool?
    var header: TableHeader
    var hasEscapes: Bool
    /// Keys that lead to the rows of a JSON document; `nil`: found out.
    var rows: [String]?
    var sheet: String?
    /// What is in the lines of files in CoNLL's manner; `nil` for tables.
    var conll: TaggedLayout?
    /// Whether files are JSON documents of questions, as SQuAD has them.
    var isSquad = false

    init(_ parameters: inout ParameterReader) {
        let name = parameters.choice(
            "format", default: "auto",
            of: ["auto", "tsv", "csv", "jsonl", "json", "xlsx", "parquet", "duckdb", "conll", "squad"],
            help:
                "Format of the rows; auto decides by the file's name and first bytes. duckdb is for a query, conll for texts with "
                + "a line for each word and its tag, which give the columns id, text and tags, squad for questions as SQuAD, "
                + "KorQuAD 1.0 and KLUE-MRC have them, which give the columns id, question, context, answers and title."
        )
        format = name == "json" ? .jsonl : TableKind(rawValue: name)
        (isParquet, isQueried) = (name == "parquet", name == "duckdb")
        encoding = Self.encoding(&parameters)
        delimiter = Self.delimiter(&parameters)
        let quote = parameters.choice(
            "quote", default: "auto", of: ["auto", "csv", "none"],
            help: "Whether fields may be in quotation marks: auto means csv in CSV, none in TSV.")
        quoted = quote == "auto" ? nil : quote == "csv"
        hasEscapes =
            parameters.choice(
                "escapes", default: "none", of: ["none", "backslash"],
                help: "Whether \\t, \\n, \\r and \\\\ in TSV fields stand for tab, line ends and backslash.")
            == "backslash"
        if hasEscapes, quoted == true {
            parameters.reject("escapes", "fields have quotation marks or backslashes, not both")
        }
        let names = parameters.strings(
            "header", default: [],
            help:
                "Names of the columns of tables without a header row; none names them \"1\", \"2\" and so on."
        )
        header = names.isEmpty ? .firstRow : names == ["none"] ? .numbers : .names(names)
        rows = Self.path(&parameters)
        sheet = parameters.optionalString("sheet", help: "Sheet of a workbook; by default the first.")
        conll = TaggedLayout(&parameters, isMeant: name == "conll")
        isSquad = name == "squad"
        if conll != nil || isSquad { format = .jsonl }
        guard isParquet || isQueried || conll != nil || isSquad else { return }
        for key in ["encoding", "delimiter", "quote", "escapes", "header", "rows", "sheet"]
        where parameters.isSet(key) && (isParquet || isQueried || key != "encoding") {
            parameters.reject(
                key, "'\(key)' is for tables of text, and 'format' is \(name)", hint: "leave '\(key)' out")
        }
    }

    private static func encoding(_ parameters: inout ParameterReader) -> String? {
        let text = parameters.string(
            "encoding", default: "auto",
            help:
                "Characters as bytes: auto, utf-8, cp949, euc-kr, utf-16, latin-1 and others by their names.")
        if text == "auto" { return nil }
        let label =
            ["latin-1": "latin1", "utf-8-sig": "utf-8", "utf8-sig": "utf-8"][text.lowercased()] ?? text
        guard let encoding = PageEncoding(label: label) else {
            parameters.reject(
                "encoding", "there is no encoding '\(text)'",
                hint:
                    "such as utf-8, cp949, euc-kr, utf-16, utf-16le, utf-16be, latin-1, shift_jis or gb18030; "
                    + "auto finds out UTF-8, UTF-16 and cp949")
            return nil
        }
        return encoding.rawValue
    }

    private static func delimiter(_ parameters: inout ParameterReader) -> UInt8? {
        let text = parameters.string(
            "delimiter", default: "auto",
            help: "The character between fields: auto, tab, or one such as ; or |.")
        switch text {
        case "auto": return nil
        case "tab", "\\t": return 0x09
        default:
            if let byte = text.utf8.first, text.utf8.count == 1, byte < 0x80, byte != 0x22, byte != 0x0A,
                byte != 0x0D
            {
                return byte
            }
            parameters.reject(
                "delimiter", "'\(text)' is not a delimiter; it is one ASCII character, or tab",
                hint: "write auto, tab, or a character such as ; | or ,")
            return nil
        }
    }

    private static func path(_ parameters: inout ParameterReader) -> [String]? {
        let text = parameters.optionalString(
            "rows",
            help:
                "Where the list of rows is in a JSON document: keys joined by dots; $ alone is the document."
        )
        guard let text else { return nil }
        if text == "$" { return [] }
        var keys = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if keys.first == "$" { keys.removeFirst() }
        if keys.contains("") {
            parameters.reject("rows", "'\(text)' is not a path; write keys joined by dots")
        }
        return keys
    }
}
