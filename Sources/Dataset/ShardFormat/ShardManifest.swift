package import Foundation
internal import JSON

/// What a folder of token shards holds and what it was made from: its `manifest.json`, format version 1.
package struct ShardManifest: Codable, Hashable, Sendable {
    /// The tokenizer whose ids the shards hold.
    package struct Tokenizer: Codable, Hashable, Sendable {
        /// SHA-256 of what decides the ids, in hexadecimal.
        package var digest: String
        /// Which implementation's rules it follows, such as `hf-fast`.
        package var kind: String
        package var lowercase: Bool
        package var stripAccents: Bool
        package var vocabularySize: Int
        /// Ids by name, such as `[CLS]`.
        package var specialTokens: [String: Int]
        /// Where its character tables come from, such as `tokenizers 0.23.3`.
        package var tables: String?
        /// SHA-256 of the hard texts (`texts`) and of the ids that the vocabulary gives them by the rules of each kind.
        package var parity: [String: String]?

        package init(
            digest: String, kind: String, lowercase: Bool, stripAccents: Bool, vocabularySize: Int,
            specialTokens: [String: Int], tables: String? = nil, parity: [String: String]? = nil
        ) {
            self.digest = digest
            self.kind = kind
            self.lowercase = lowercase
            self.stripAccents = stripAccents
            self.vocabularySize = vocabularySize
            self.specialTokens = specialTokens
            self.tables = tables
            self.parity = parity
        }

        enum CodingKeys: String, CodingKey {
            case digest, kind, lowercase, tables, parity
            case stripAccents = "strip_accents"
            case vocabularySize = "vocabulary_size"
            case specialTokens = "special_tokens"
        }
    }

    /// One shard of the folder.
    package struct File: Codable, Hashable, Sendable {
        /// Name inside the folder.
        package var path: String
        package var split: String
        package var rows: Int
        package var tokens: Int
        package var bytes: Int
        /// In hexadecimal.
        package var sha256: String

        package init(path: String, split: String, rows: Int, tokens: Int, bytes: Int, sha256: String) {
            self.path = path
            self.split = split
            self.rows = rows
            self.tokens = tokens
            self.bytes = bytes
            self.sha256 = sha256
        }
    }

    /// How rows have tags for the words of their texts.
    package struct Tags: Codable, Hashable, Sendable {
        /// What has a tag.
        package enum Unit: String, Codable, Sendable { case words, characters }
        /// Which tokens of it count in training.
        package enum Pieces: String, Codable, Sendable { case first, every }

        package var of: Unit
        package var pieces: Pieces

        package init(of unit: Unit, pieces: Pieces) {
            self.of = unit
            self.pieces = pieces
        }
    }

    /// How questions and their contexts become rows.
    package struct Windows: Codable, Hashable, Sendable {
        /// Pieces of the context from the beginning of one row to that of the next, at most.
        package var step: Int
        /// Most pieces of the question.
        package var question: Int

        package init(step: Int, question: Int) {
            self.step = step
            self.question = question
        }

        enum CodingKeys: String, CodingKey {
            case step = "doc_stride"
            case question = "max_query_tokens"
        }
    }

    /// Name of the file inside the folder.
    package static let fileName = "manifest.json"
    static let currentFormat = "splitvote-shards"
    static let currentVersion = 1

    package private(set) var format = Self.currentFormat
    package private(set) var version = Self.currentVersion
    package var tokenizer: Tokenizer
    /// Name of the rules that cleaned the texts, such as `kcbert-2020`.
    package var cleanRules: String
    /// Which revision of them; nil in shards that were made before it was recorded, which was 1.
    package var cleanRevision: Int?
    /// Id of the label set.
    package var labelSet: String
    /// Names of the classes; a row's label is an index into them. Of a regression the one name of its score, of answers
    /// those of their ends.
    package var labelNames: [String]
    /// What is to be learned; nil for one class of each row, as votes give it.
    package var task: TaskName?
    package var splitSalt: String
    /// Most tokens of a row, special tokens included.
    package var maxTokens: Int
    /// Which text goes before each comment as the first of a pair, such as `title`; nil for single texts.
    package var textPair: String?
    /// Which end of longer texts was cut, where that is not the right one: `left`.
    package var truncationSide: String?
    /// For a task with a tag for each word; nil for others.
    package var tags: Tags?
    /// For questions and their contexts; nil for other tasks.
    package var windows: Windows?
    /// Rows of each split.
    package var rows: [String: Int]
    /// In the order of their rows.
    package var files: [File]
    package var audit: [String: TokenAudit]

    /// What is to be learned.
    package var taskName: TaskName { task ?? .singleLabel }

    /// Counts the rows of each split from the files.
    package init(
        tokenizer: Tokenizer, cleanRules: String, cleanRevision: Int? = nil, labelSet: String,
        labelNames: [String] = ["uncontroversial", "controversial"], splitSalt: String, maxTokens: Int,
        files: [File], audit: [String: TokenAudit]
    ) {
        self.tokenizer = tokenizer
        self.cleanRules = cleanRules
        self.cleanRevision = cleanRevision
        self.labelSet = labelSet
        self.labelNames = labelNames
        self.splitSalt = splitSalt
        self.maxTokens = maxTokens
        self.files = files
        self.audit = audit
        rows = files.reduce(into: [:]) { $0[$1.split, default: 0] += $1.rows }
        for split in audit.keys where rows[split] == nil { rows[split] = 0 }
    }

    enum CodingKeys: String, CodingKey {
        case format, version, tokenizer
        case cleanRules = "clean_rules"
        case cleanRevision = "clean_revision"
        case labelSet = "label_set"
        case labelNames = "label_names"
        case task
        case splitSalt = "split_salt"
        case maxTokens = "max_tokens"
        case textPair = "text_pair"
        case truncationSide = "truncation_side"
        case rows, files, audit, tags, windows
    }

    /// The manifest as JSON with sorted keys; equal manifests give equal bytes.
    package func encoded() throws -> Data {
        Data(try JSONCoding.bytes(of: self, isIndented: true))
    }

    /// Reads and checks a manifest.
    ///
    /// - Throws: ``ShardError`` that names the field.
    package init(decoding data: Data) throws(ShardError) {
        struct Mark: Decodable {
            var format: String?
            var version: Int?
        }
        guard let mark = try? JSONCoding.value(Mark.self, from: data) else {
            throw ShardError("\(Self.fileName) is not a JSON object with 'format' and 'version'")
        }
        guard mark.format == Self.currentFormat else {
            throw ShardError(
                "\(Self.fileName) has format '\(mark.format ?? "none")'; expected '\(Self.currentFormat)'")
        }
        guard mark.version == Self.currentVersion else {
            throw ShardError(
                "\(Self.fileName) has version \(mark.version.map(String.init) ?? "none"); this program reads version "
                    + "\(Self.currentVersion). Make the shards again with the 'shards' stage")
        }
        do {
            self = try JSONCoding.value(Self.self, from: data)
        } catch let error as DecodingError {
            throw ShardError("\(Self.fileName): \(error.field)")
        } catch {
            throw ShardError("\(Self.fileName): \(error)")
        }
        try check()
    }
}
