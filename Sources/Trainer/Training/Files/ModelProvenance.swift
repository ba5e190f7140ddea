package import JSON
package import ShardFormat

/// What a model was made of, kept under `splitvote` in its `config.json`, where transformers leaves it alone.
package struct ModelProvenance: Hashable, Sendable {
    /// Name of the rules that cleaned its texts; texts to predict must be cleaned by the same.
    package var cleanRules: String
    /// Which revision of them; nil in older models, whose revision was 1.
    package var cleanRevision: Int?
    /// Digest of its tokenizer.
    package var tokenizerDigest: String
    /// Which implementation's rules its tokenizer follows.
    package var tokenizerKind: String
    /// Longest row it was trained on, in tokens.
    package var maxTokens: Int
    /// Id of the label set it learned.
    package var labelSet: String
    /// Hashes of what its tokenizer makes of the hard texts; see ``/ShardFormat/ShardManifest/Tokenizer/parity``.
    package var parity: [String: String]?
    /// Which text went before each comment as the first of a pair, such as `title`; nil for single texts.
    package var textPair: String?
    /// Which end of longer texts was cut, where that is not the right one.
    package var truncationSide: String?
    /// What the model was trained for, where `problem_type` does not tell.
    package var task: TaskName?
    /// What it gives tags to, and which tokens learned them; nil for a model that gives none.
    package var tags: ShardManifest.Tags?
    /// How contexts became rows; nil for a model that answers no questions.
    package var windows: ShardManifest.Windows?
    /// Least difference of the score of "no answer" from that of the best answer at which none is given; nil if each question has
    /// an answer, or nothing was chosen.
    package var nullThreshold: Double?
    /// Least probability at which each class is given, for a model that gives any number of them; nil for 0.5.
    package var thresholds: [Double]?
    /// How scores become answers; nil for the most probable class.
    package var answers: AnswerRule?
    /// Whether texts that later scores are taken on were learned from without labels, by the model or by the one it started
    /// from: such scores are too good.
    package var hasReadEverySide = false
    /// What trained it, in words, such as `PyTorch 2.13.0, 2 processes`; nil for this program.
    package var trainedBy: String?

    package init(
        cleanRules: String, cleanRevision: Int? = nil, tokenizerDigest: String, tokenizerKind: String,
        maxTokens: Int, labelSet: String, parity: [String: String]? = nil
    ) {
        self.cleanRules = cleanRules
        self.cleanRevision = cleanRevision
        self.parity = parity
        self.tokenizerDigest = tokenizerDigest
        self.tokenizerKind = tokenizerKind
        self.maxTokens = maxTokens
        self.labelSet = labelSet
    }

    /// What the manifest of the shards says.
    package init(_ manifest: ShardManifest) {
        self.init(
            cleanRules: manifest.cleanRules, cleanRevision: manifest.cleanRevision,
            tokenizerDigest: manifest.tokenizer.digest, tokenizerKind: manifest.tokenizer.kind,
            maxTokens: manifest.maxTokens, labelSet: manifest.labelSet, parity: manifest.tokenizer.parity)
        textPair = manifest.textPair
        truncationSide = manifest.truncationSide
        tags = manifest.tags
        windows = manifest.windows
        task = TrainingTask(manifest.taskName).needsItsName ? manifest.taskName : nil
    }

    private static let key = "splitvote"

    package init?(_ configuration: JSONValue, _ path: String) throws(TrainingError) {
        guard let node = configuration[Self.key] else { return nil }
        guard let cleanRules = node["clean_rules"]?.stringValue,
            let digest = node["tokenizer_digest"]?.stringValue,
            let kind = node["tokenizer_kind"]?.stringValue, let maxTokens = node["max_tokens"]?.intValue,
            let labelSet = node["label_set"]?.stringValue
        else {
            throw .file(
                path: path,
                problem:
                    "'splitvote' lacks one of clean_rules, tokenizer_digest, tokenizer_kind, max_tokens, label_set"
            )
        }
        self.init(
            cleanRules: cleanRules, cleanRevision: node["clean_revision"]?.intValue, tokenizerDigest: digest,
            tokenizerKind: kind, maxTokens: maxTokens, labelSet: labelSet,
            parity: node["parity"]?.members.map { members in
                Dictionary(
                    members.map { ($0.key, $0.value.stringValue ?? "") }, uniquingKeysWith: { $1 })
            })
        textPair = node["text_pair"]?.stringValue
        truncationSide = node["truncation_side"]?.stringValue
        trainedBy = node["trained_by"]?.stringValue
        tags = try Self.tags(node["tags"], path)
        windows = try Self.windows(node["windows"], path)
        if let value = node["null_threshold"], value != .null {
            guard let number = value.doubleValue, number.isFinite else {
                throw .file(path: path, problem: "'splitvote.null_threshold' must be a number")
            }
            nullThreshold = number
        }
        if let name = node["task"] {
            guard let named = name.stringValue.flatMap(TaskName.init) else {
                throw .file(
                    path: path,
                    problem: "'splitvote.task' must be one of "
                        + TaskName.allCases.map(\.rawValue).joined(separator: ", "))
            }
            task = named
        }
        if let values = node["thresholds"], values != .null {
            let numbers = values.arrayValue?.map(\.doubleValue)
            guard let numbers, numbers.allSatisfy({ $0.map((0...1).contains) == true }) else {
                throw .file(path: path, problem: "'splitvote.thresholds' must be numbers from 0 to 1")
            }
            thresholds = numbers.compactMap { $0 }
        }
        if let rule = node["answers"] { answers = try AnswerRule(rule, path) }
        hasReadEverySide = node["has_read_every_side"] == .bool(true)
    }

    private static func tags(
        _ node: JSONValue?, _ path: String
    ) throws(TrainingError) -> ShardManifest.Tags? {
        guard let node else { return nil }
        guard let unit = node["of"]?.stringValue.flatMap(ShardManifest.Tags.Unit.init),
            let pieces = node["pieces"]?.stringValue.flatMap(ShardManifest.Tags.Pieces.init)
        else {
            throw .file(
                path: path,
                problem: "'splitvote.tags' must hold 'of', words or characters, and 'pieces', first or every")
        }
        return ShardManifest.Tags(of: unit, pieces: pieces)
    }

    private static func windows(
        _ node: JSONValue?, _ path: String
    ) throws(TrainingError) -> ShardManifest.Windows? {
        guard let node else { return nil }
        guard let step = node["doc_stride"]?.intValue, let question = node["max_query_tokens"]?.intValue,
            step > 0, question > 0
        else {
            throw .file(
                path: path,
                problem:
                    "'splitvote.windows' must hold 'doc_stride' and 'max_query_tokens', whole numbers above 0"
            )
        }
        return ShardManifest.Windows(step: step, question: question)
    }

    private var optional: [JSONMember] {
        let texts = [
            ("text_pair", textPair), ("truncation_side", truncationSide), ("task", task?.rawValue),
            ("trained_by", trainedBy),
        ].compactMap { key, value in value.map { JSONMember(key, .string($0)) } }
        return texts
            + (hasReadEverySide ? [JSONMember("has_read_every_side", .bool(true))] : [])
            + (tags.map { tags in
                let members: JSONValue = [
                    "of": .string(tags.of.rawValue), "pieces": .string(tags.pieces.rawValue),
                ]
                return [JSONMember("tags", members)]
            } ?? [])
            + (windows.map { windows in
                let members: JSONValue = [
                    "doc_stride": .integer(windows.step), "max_query_tokens": .integer(windows.question),
                ]
                return [JSONMember("windows", members)]
            } ?? [])
            + (nullThreshold.map { [JSONMember("null_threshold", .number($0))] } ?? [])
            + (thresholds.map { [JSONMember("thresholds", .array($0.map(JSONValue.number)))] } ?? [])
    }

    package func add(to configuration: inout JSONValue) {
        var members = [JSONMember("clean_rules", .string(cleanRules))]
        if let cleanRevision { members.append(JSONMember("clean_revision", .integer(cleanRevision))) }
        members += [
            JSONMember("tokenizer_digest", .string(tokenizerDigest)),
            JSONMember("tokenizer_kind", .string(tokenizerKind)),
            JSONMember("max_tokens", .integer(maxTokens)),
            JSONMember("label_set", .string(labelSet)),
        ]
        if let parity {
            let hashes = parity.sorted { $0.key < $1.key }.map { JSONMember($0.key, .string($0.value)) }
            members.append(JSONMember("parity", .object(hashes)))
        }
        if let answers { members.append(JSONMember("answers", answers.json)) }
        configuration[Self.key] = .object(members + optional)
    }

    /// Refuses shards whose texts were cleaned otherwise.
    /// - Throws: `ShardError` that names the field.
    package func requireCleaning(of manifest: ShardManifest) throws(ShardError) {
        try manifest.requireCleaning(cleanRules, revision: cleanRevision)
    }
}
