internal import CLibrary
internal import Files
internal import JSON
internal import ShardFormat
internal import TextFeatures
package import Training

/// A baseline in a folder: `config.json` says what it is, `model.safetensors` holds its n-grams and numbers.
package struct BaselineFolder: Sendable {
    package let path: String
    package let model: BaselineModel
    /// How the texts were cleaned that it was trained on, and more.
    package let provenance: ModelProvenance

    package static let configurationFile = "config.json"
    package static let weightsFile = "model.safetensors"
    private static let typeKey = "model_type"
    private static let featuresKey = "features"

    package init(path: String, model: BaselineModel, provenance: ModelProvenance) {
        self.path = path
        self.model = model
        self.provenance = provenance
    }

    /// Which baseline a folder holds by its `config.json`; `nil` for everything else.
    package static func kind(ofFolder path: String) -> BaselineKind? {
        guard let file = try? MappedFile(path: path + "/" + configurationFile),
            let node = try? JSONValue(parsing: file.copied())
        else { return nil }
        return node[typeKey]?.stringValue.flatMap(BaselineKind.init)
    }

    /// What the scores say, by the rule that the folder keeps.
    package var answers: ModelAnswers {
        ModelAnswers(
            task: model.task, labels: model.labels, rule: provenance.answers ?? .plain,
            thresholds: provenance.thresholds)
    }

    /// Writes the folder: all files of it appear at once, replacing a folder that is there.
    ///
    /// - Parameters:
    ///   - card: text of `README.md`.
    ///   - record: bytes of the training's record, if one is to be in the folder.
    package func write(card: String, record: [UInt8]? = nil) throws {
        var configuration = JSONValue.object([
            JSONMember(Self.typeKey, .string(model.features.kind.rawValue)),
            JSONMember(
                "id2label", .object(model.labels.enumerated().map { JSONMember("\($0)", .string($1)) })),
            JSONMember("label2id", .object(model.labels.enumerated().map { JSONMember($1, .integer($0)) })),
            JSONMember("problem_type", .string(model.task.problemType)),
        ])
        if case .tfidf(let parts) = model.features {
            configuration[Self.featuresKey] = .array(parts.map(\.json))
        }
        provenance.add(to: &configuration)
        try DurableFolder.write(path) { partial in
            try DurableFile.write(
                configuration.encoded(indented: true), to: partial + "/" + Self.configurationFile)
            try DurableFile.write(card.utf8, to: partial + "/README.md")
            if let record { try DurableFile.write(record, to: partial + "/" + FineTuning.recordName) }
            try writeWeights(to: partial + "/" + Self.weightsFile)
        }
    }

    private func writeWeights(to path: String) throws {
        var tensors: [(declaration: SafetensorsDeclaration, bytes: [UInt8])] = []
        func add(_ name: String, _ type: SafetensorsType, _ shape: [Int], _ values: [some SafetensorsScalar])
        {
            tensors.append(
                (SafetensorsDeclaration(name, type, shape: shape), values.withUnsafeBytes { Array($0) }))
        }
        add("coefficients", .float64, [model.labels.count, model.columnCount], model.coefficients)
        add("intercepts", .float64, [model.labels.count], model.intercepts)
        if case .tfidf(let parts) = model.features {
            for (number, part) in parts.enumerated() {
                let ngrams = (0..<part.vectorizer.count).map { part.vectorizer[$0] }
                var ends: [Int64] = []
                for ngram in ngrams { ends.append((ends.last ?? 0) + Int64(ngram.count)) }
                let bytes = ngrams.flatMap { $0 }
                add("parts.\(number).ngrams", .uint8, [bytes.count], bytes)
                add("parts.\(number).ends", .int64, [ends.count], ends)
                add("parts.\(number).idf", .float64, [ngrams.count], part.vectorizer.inverseFrequencies)
            }
        }
        let layout = try SafetensorsLayout(tensors.map(\.declaration), metadata: ["format": "pt"])
        try DurableFile.write(path) { sink in
            try layout.headerBytes.withUnsafeBytes(sink)
            for entry in layout.entries {
                let bytes = tensors.first { $0.declaration.name == entry.name }?.bytes ?? []
                try bytes.withUnsafeBytes(sink)
            }
        }
    }
}

extension BaselineFolder {
    /// Reads a folder.
    /// - Throws: ``/Training/TrainingError`` that says which file is not as it was written.
    package init(_ path: String) throws {
        let configurationPath = path + "/" + Self.configurationFile
        let node: JSONValue
        do {
            node = try JSONValue(parsing: MappedFile(path: configurationPath).copied())
        } catch let error as JSONError {
            throw TrainingError.file(path: configurationPath, problem: "\(error)")
        }
        func damaged(_ what: String) -> TrainingError { .file(path: configurationPath, problem: what) }
        guard let kind = node[Self.typeKey]?.stringValue.flatMap(BaselineKind.init) else {
            throw damaged(
                "model_type is none of \(BaselineKind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard let kindOfRows = node["problem_type"]?.stringValue.flatMap(TrainingTask.init(problemType:))
        else {
            throw damaged(
                "problem_type is none of \(TrainingTask.all.map(\.problemType).joined(separator: ", "))")
        }
        guard let provenance = try ModelProvenance(node, configurationPath) else {
            throw damaged("'splitvote' is missing, which says how texts are cleaned")
        }
        let task = provenance.task.map { TrainingTask($0) } ?? kindOfRows
        let members = node["id2label"]?.members ?? []
        let labels = members.indices.compactMap { number in
            members.first { $0.key == "\(number)" }?.value.stringValue
        }
        guard !labels.isEmpty, labels.count == members.count else {
            throw damaged("id2label does not name each class from 0 once")
        }
        self.path = path
        self.provenance = provenance
        model = try Self.model(
            kind, task, labels, (node[Self.featuresKey]?.arrayValue ?? []), path + "/" + Self.weightsFile,
            damaged)
    }

    private static func model(
        _ kind: BaselineKind, _ task: TrainingTask, _ labels: [String], _ parts: [JSONValue],
        _ weightsPath: String, _ damaged: (String) -> TrainingError
    ) throws -> BaselineModel {
        let file = try MappedFile(path: weightsPath)
        do {
            return try file.withBytes { bytes in
                let view = try SafetensorsView(bytes)
                let features: BaselineFeatures =
                    switch kind {
                    case .majority: .majority
                    case .length: .length
                    case .tfidf:
                        .tfidf(
                            try parts.enumerated().map { number, node in
                                guard let (field, options) = BaselineFeatures.Part.options(node) else {
                                    throw damaged("'features' has an entry that this version does not know")
                                }
                                return BaselineFeatures.Part(
                                    field, try vectorizer(options, "parts.\(number)", in: view))
                            })
                    }
                let coefficients = try view.tensor("coefficients").values(of: Double.self).copied()
                let intercepts: [Double] = try view.vector("intercepts").copied()
                let columns = coefficients.count / labels.count
                guard intercepts.count == labels.count, coefficients.count % labels.count == 0,
                    features.columnCount.map({ $0 == columns }) ?? (1...2).contains(columns),
                    (coefficients + intercepts).allSatisfy(\.isFinite)
                else {
                    throw TrainingError.file(
                        path: weightsPath,
                        problem:
                            "\(coefficients.count) coefficients and \(intercepts.count) intercepts do not fit "
                            + "\(labels.count) classes and the features of config.json")
                }
                return BaselineModel(
                    features: features, task: task, labels: labels, coefficients: coefficients,
                    intercepts: intercepts)
            }
        } catch let error as SafetensorsError {
            throw TrainingError.file(path: weightsPath, problem: "\(error)")
        }
    }

    private static func vectorizer(
        _ options: TfidfVectorizer.Options, _ name: String, in view: SafetensorsView
    ) throws -> TfidfVectorizer {
        let bytes: [UInt8] = try view.vector(name + ".ngrams").copied()
        let ends: [Int64] = try view.vector(name + ".ends").copied()
        let factors: [Double] = try view.vector(name + ".idf").copied()
        var ngrams: [ArraySlice<UInt8>] = []
        var start = 0
        for end in ends {
            guard let end = Int(exactly: end), start < end, end <= bytes.count,
                ngrams.last.map({ $0.lexicographicallyPrecedes(bytes[start..<end]) }) ?? true
            else { throw SafetensorsError.declared(problem: "'\(name).ends' does not rise with its n-grams") }
            ngrams.append(bytes[start..<end])
            start = end
        }
        guard start == bytes.count, factors.count == ngrams.count, factors.allSatisfy(\.isFinite) else {
            throw SafetensorsError.declared(
                problem: "'\(name).idf' has \(factors.count) numbers for \(ngrams.count) n-grams")
        }
        return TfidfVectorizer(options, ngrams: ngrams, inverseFrequencies: factors)
    }
}

extension BaselineFeatures {
    /// Features of a row; `nil` if that depends on the rows.
    var columnCount: Int? {
        switch self {
        case .majority: 0
        case .length: nil
        case .tfidf(let parts): parts.reduce(0) { $0 + $1.vectorizer.count }
        }
    }
}

extension BaselineFeatures.Part {
    /// The part by the names of scikit-learn's `TfidfVectorizer`.
    var json: JSONValue {
        let options = vectorizer.options
        var members = [
            JSONMember("field", .string(field.rawValue)),
            JSONMember("analyzer", .string(options.ngrams.unit.rawValue)),
            JSONMember(
                "ngram_range",
                .array([
                    .integer(options.ngrams.lengths.lowerBound), .integer(options.ngrams.lengths.upperBound),
                ])),
            JSONMember("lowercase", .bool(options.ngrams.lowercase)),
            JSONMember("min_word_length", .integer(options.ngrams.leastWordLength)),
            JSONMember("min_df", .integer(options.leastTexts)),
            JSONMember("sublinear_tf", .bool(options.sublinear)),
        ]
        if let most = options.mostFeatures { members.append(JSONMember("max_features", .integer(most))) }
        return .object(members)
    }

    static func options(_ node: JSONValue) -> (Field, TfidfVectorizer.Options)? {
        let range = (node["ngram_range"]?.arrayValue ?? []).compactMap(\.intValue)
        guard let field = node["field"]?.stringValue.flatMap(Field.init),
            let unit = node["analyzer"]?.stringValue.flatMap(NgramRules.Unit.init), range.count == 2,
            1 <= range[0], range[0] <= range[1], let lowercase = node["lowercase"]?.boolValue,
            let length = node["min_word_length"]?.intValue, length >= 1,
            let texts = node["min_df"]?.intValue, let sublinear = node["sublinear_tf"]?.boolValue
        else { return nil }
        return (
            field,
            TfidfVectorizer.Options(
                NgramRules(
                    unit, lengths: range[0]...range[1], lowercase: lowercase, leastWordLength: length),
                leastTexts: texts, mostFeatures: node["max_features"]?.intValue, sublinear: sublinear)
        )
    }
}
