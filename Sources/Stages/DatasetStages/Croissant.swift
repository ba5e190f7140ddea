internal import StageKit
internal import TableFormat

/// A dataset as programs read it: Croissant 1.0, which the hub, Kaggle and `mlcroissant` know.
///
/// Each table is a file with its digest, and each side a set of records with typed fields. As the card it says nothing of
/// the run: equal datasets have equal files.
///
/// Source: MLCommons, "Croissant Format Specification", version 1.0, docs.mlcommons.org/croissant/docs/croissant-spec.html.
struct Croissant {
    static let fileName = "croissant.json"

    let card: DatasetCard
    /// One for each table of the card, in their order.
    let files: [ExportFigures.File]
    let citation: String?
    /// Whether everything in the column `created_at` is a time that others can read.
    let hasTimes: Bool

    var text: String { json.prettyText }

    private var json: JSONValue {
        var dataset: JSONValue = [
            "@context": Self.context, "@type": "sc:Dataset",
            "conformsTo": "http://mlcommons.org/croissant/1.0",
            "name": .string(card.prettyName),
            "description": .string([card.rule, card.languageNote].compactMap(\.self).joined(separator: " ")),
        ]
        if !card.languages.isEmpty { dataset["inLanguage"] = .array(card.languages.map(JSONValue.string)) }
        if card.isOfVotes { dataset["keywords"] = ["controversy", "comments", "votes"] }
        dataset["license"] = card.license.map(JSONValue.string)
        dataset["citeAs"] = citation.map(JSONValue.string)
        dataset["distribution"] = .array(zip(card.tables, files).map(file))
        dataset["recordSet"] = .array([splits] + [labels].compactMap(\.self) + card.tables.map(records))
        return dataset
    }

    private func file(_ table: DatasetCard.Table, _ file: ExportFigures.File) -> JSONValue {
        [
            "@type": "cr:FileObject", "@id": .string(table.path), "name": .string(table.path),
            "description": .string("The rows of \(table.split)." + encodingNote),
            "contentUrl": .string(table.path), "contentSize": .string("\(file.bytes ?? 0) B"),
            "encodingFormat": .string(encoding), "sha256": .string(file.sha256 ?? ""),
        ]
    }

    private var encoding: String {
        switch card.kind {
        case .tsv: "text/tab-separated-values"
        case .csv: "text/csv"
        case .jsonl: "application/jsonlines"
        case .parquet: "application/x-parquet"
        }
    }

    /// What the name of the format leaves open.
    private var encodingNote: String {
        guard card.kind == .tsv else { return "" }
        return
            " There is no quoting: \" is an ordinary character, and a program that takes it for a quotation mark, as pandas does "
            + "by default, misreads a field that begins with one. Inside a field \\t, \\n, \\r and \\\\ stand for tab, line feed, "
            + "carriage return and backslash."
    }

    // MARK: Records

    /// The name of a side in the names of nodes.
    private func name(of table: DatasetCard.Table) -> String { DatasetCard.splitName(table.split) }

    private func records(_ table: DatasetCard.Table) -> JSONValue {
        [
            "@type": "cr:RecordSet", "@id": .string(name(of: table)), "name": .string(name(of: table)),
            "description": .string("\(table.rows) rows."),
            "field": .array(card.columns.map { field($0, of: table) }),
        ]
    }

    private func field(_ column: DatasetCard.Column, of table: DatasetCard.Table) -> JSONValue {
        var field = Self.field(
            "\(name(of: table))/\(column.name)", column.name, column.meaning + ".", type(of: column))
        field["source"] = [
            "fileObject": ["@id": .string(table.path)], "extract": ["column": .string(column.name)],
        ]
        if column.type == .texts { field["repeated"] = true }
        if case .label = column.type { field["references"] = ["field": ["@id": "labels/value"]] }
        return field
    }

    private func type(of column: DatasetCard.Column) -> JSONValue {
        let isTime =
            column.name == ExportColumn.observedAt.header
            || column.name == ExportColumn.comment(.createdAt).header && hasTimes
        return switch column.type {
        case .text: isTime ? "sc:DateTime" : "sc:Text"
        case .moment: "sc:DateTime"
        case .texts: "sc:Text"
        case .integer, .label: "sc:Integer"
        case .number: "sc:Float"
        }
    }

    private static func field(
        _ id: String, _ name: String, _ description: String, _ type: JSONValue
    ) -> JSONValue {
        [
            "@type": "cr:Field", "@id": .string(id), "name": .string(name),
            "description": .string(description), "dataType": type,
        ]
    }

    /// The sides by the names that the format has for them.
    private var splits: JSONValue {
        let kinds = ["train": "cr:TrainingSplit", "dev": "cr:ValidationSplit", "test": "cr:TestSplit"]
        let rows = card.tables.map { table -> JSONValue in
            [
                "splits/name": .string(name(of: table)),
                "splits/url": .string(kinds[table.split] ?? "cr:Split"),
            ]
        }
        return [
            "@type": "cr:RecordSet", "@id": "splits", "name": "splits",
            "description": "The sides of the split.",
            "dataType": "cr:Split", "key": ["@id": "splits/name"],
            "field": [
                Self.field("splits/name", "name", "The side, and the name of its records.", "sc:Text"),
                Self.field("splits/url", "url", "What the side is for.", ["sc:URL", "cr:Split"]),
            ],
            "data": .array(rows),
        ]
    }

    /// What the numbers of a column of labels mean; `nil` if there is none.
    private var labels: JSONValue? {
        let names = card.columns.lazy.compactMap { column -> [String]? in
            if case .label(let names) = column.type { names } else { nil }
        }.first
        guard let names else { return nil }
        return [
            "@type": "cr:RecordSet", "@id": "labels", "name": "labels",
            "description": "What the numbers of the labels mean.", "dataType": "sc:Enumeration",
            "key": ["@id": "labels/value"],
            "field": [
                Self.field("labels/value", "value", "The number.", "sc:Integer"),
                Self.field("labels/name", "name", "The label.", "sc:Text"),
            ],
            "data": .array(
                names.enumerated().map {
                    ["labels/value": .integer($0.offset), "labels/name": .string($0.element)]
                }),
        ]
    }

    /// Whether a text is a date or a time after ISO 8601, as others read it: `2025-10-01`, `2025-10-01T09:00:00+09:00`.
    static func isTime(_ text: some Collection<UInt8>) -> Bool {
        // An offset would be taken for a further part of the time: it is looked at on its own.
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == 0x54 || $0 == 0x20 }
        guard let date = parts.first, matches(date, "0000-00-00") else { return false }
        guard parts.count == 2 else { return true }
        let time = parts[1].prefix { $0 != 0x5A && $0 != 0x2B && $0 != 0x2D }
        let zone = parts[1].dropFirst(time.count)
        let pieces = time.split(separator: 0x2E, maxSplits: 1, omittingEmptySubsequences: false)
        guard ["00:00", "00:00:00"].contains(where: { matches(pieces[0], $0) }) else { return false }
        if pieces.count == 2, pieces[1].isEmpty || !pieces[1].allSatisfy(isDigit) { return false }
        return ["", "Z", "+00:00", "+0000", "-00:00", "-0000"].contains { matches(zone, $0) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// Whether a text has the form of a pattern, in which 0 stands for any digit.
    private static func matches(_ text: some Collection<UInt8>, _ pattern: String) -> Bool {
        text.count == pattern.utf8.count
            && zip(text, pattern.utf8).allSatisfy { $1 == 0x30 ? isDigit($0) : $0 == $1 }
    }
}

extension Croissant {
    /// The context that the specification gives; readers warn of any other.
    private static let context: JSONValue = {
        let own = [
            "citeAs", "column", "equivalentProperty", "extract", "field", "fileProperty", "fileObject",
            "fileSet",
            "format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path",
            "recordSet",
            "references", "regex", "repeated", "replace", "samplingRate", "separator", "source", "subField",
            "transform",
        ]
        var context: [String: JSONValue] = [
            "@language": "en", "@vocab": "https://schema.org/", "sc": "https://schema.org/",
            "cr": "http://mlcommons.org/croissant/", "rai": "http://mlcommons.org/croissant/RAI/",
            "dct": "http://purl.org/dc/terms/", "conformsTo": "dct:conformsTo",
            "data": ["@id": "cr:data", "@type": "@json"],
            "dataType": ["@id": "cr:dataType", "@type": "@vocab"],
            "examples": ["@id": "cr:examples", "@type": "@json"],
        ]
        for name in own { context[name] = .string("cr:\(name)") }
        return .object(context)
    }()
}
