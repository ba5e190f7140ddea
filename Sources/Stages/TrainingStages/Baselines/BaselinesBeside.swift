internal import Baselines
internal import ShardFormat
internal import StageKit
internal import TextBasics
internal import Training

/// Baselines beside the models that an evaluate stage scores: fitted to the train side of the same shards, their penalty chosen on
/// dev, or in five parts of the train side without it, and asked for the same rows.
///
/// A baseline is fitted once for all models and sides. What it answers is kept with the stage's result, and later runs of the
/// stage take it over as long as train side, dev side and settings are the same; the answers hold no texts.
struct BaselinesBeside {
    /// Most training rows that a baseline is fitted to: beyond them time and memory grow, and scores hardly do.
    static let mostRows = 100_000

    /// Name of the file in the stage's output folder.
    static let fileName = "baselines.json"

    private let shards: ShardFolder
    private let fits: [BaselineFit]
    /// Why there are none, or which are missing and why; `nil` if all are there.
    let absence: String?

    /// - Parameters:
    ///   - kinds: in the order in which they are shown.
    ///   - sides: that models are scored on.
    /// - Throws: where the run is to stop, or the shards are damaged.
    init(
        _ kinds: [BaselineKind], beside sides: [String], of shards: ShardFolder, _ data: InputArtifact,
        _ context: StageContext
    ) throws {
        self.shards = shards
        guard !kinds.isEmpty else {
            (fits, absence) = ([], nil)
            return
        }
        if let other = TrainingTask(shards.manifest.taskName).rowsHave {
            (fits, absence) = ([], "baselines give one answer to a text, and these have \(other)")
            return
        }
        guard shards.manifest.rows["train", default: 0] > 0 else {
            (fits, absence) = (
                [], "the shards have no side train with rows, which baselines could be fitted to"
            )
            return
        }
        var problems: [String] = []
        let work = try BaselineWork(shards, data, beside: sides, context)
        let readable = kinds.filter { $0 == .majority || work.problem == nil }
        if let problem = work.problem, readable.count < kinds.count { problems.append(problem) }
        fits = try readable.compactMap { kind in
            do {
                return try work.fit(kind)
            } catch let error as TrainingError {
                problems.append("\(kind.title) cannot be fitted: \(error)")
                return nil
            }
        }
        absence = problems.isEmpty ? nil : problems.joined(separator: "; ")
    }

    /// What the baselines say to the rows of a side.
    func evaluations(of side: String) throws -> [(fit: BaselineFit, evaluation: ModelEvaluation)] {
        let manifest = shards.manifest
        return try fits.compactMap { fit in
            guard let answers = fit.sides?[side]?.values else { return nil }
            var provenance = ModelProvenance(manifest)
            provenance.thresholds = fit.thresholds
            return (
                fit,
                try ModelEvaluation(
                    of: shards.rows(of: side), task: TrainingTask(manifest.taskName),
                    names: manifest.labelNames,
                    answers: answers, provenance: provenance)
            )
        }
    }

    func write(to path: String) throws {
        try DurableFile.write(BaselineFit.file(fits).utf8, to: path)
    }
}

/// Fits baselines, or finds those that an earlier run of the stage has fitted.
private struct BaselineWork {
    let shards: ShardFolder
    let context: StageContext
    /// Why baselines that read texts cannot be fitted; `nil` if they can.
    let problem: String?
    private let hasTitles: Bool
    private let earlier: [BaselineFit]
    private let train: BaselineTraining.Side
    private let dev: BaselineTraining.Side?
    private let trainIdentity: String
    /// Sides to answer, with the digests of their rows.
    private let sides: [(name: String, rows: BaselineTraining.Side, identity: String)]

    init(
        _ shards: ShardFolder, _ data: InputArtifact, beside wanted: [String], _ context: StageContext
    ) throws {
        self.shards = shards
        self.context = context
        hasTitles = shards.manifest.textPair == "title"
        earlier =
            try context.earlierResult(sameParameters: false).map {
                BaselineFit.read($0.folder + "/" + BaselinesBeside.fileName)
            } ?? []
        let names = shards.manifest.rows.filter { name, rows in
            rows > 0 && (name != "train" || wanted.contains(name))
        }.keys.sorted()
        let found: [String: BaselineTraining.Side]
        (found, problem) = try Self.sides(Set(names + ["train"]), of: shards, data, context)
        train = try found["train"] ?? BaselineTraining.Side(textless: shards.rows(of: "train"))
        trainIdentity = Self.identity("train", train, shards)
        sides = try names.map { name in
            let side = try found[name] ?? BaselineTraining.Side(textless: shards.rows(of: name))
            return (name, side, Self.identity(name, side, shards))
        }
        dev = sides.first { $0.name == "dev" }?.rows
    }

    /// The sides with their texts; without any, and why, if texts cannot be read.
    private static func sides(
        _ names: Set<String>, of shards: ShardFolder, _ data: InputArtifact, _ context: StageContext
    ) throws -> (sides: [String: BaselineTraining.Side], problem: String?) {
        guard shards.manifest.textPair != "text_pair" else {
            return (
                [:],
                "the rows are pairs of texts, and shards do not name the second ones, which TF-IDF would read"
            )
        }
        do {
            let texts = try ShardTexts(data, shards.manifest, context)
            let pairs = try names.map { ($0, try texts.side($0, of: shards)) }
            return (Dictionary(uniqueKeysWithValues: pairs), nil)
        } catch let error as StageError {
            return ([:], "the texts of the rows cannot be read: \(error.message)")
        }
    }

    func fit(_ kind: BaselineKind) throws -> BaselineFit {
        var settings = BaselineTraining.Settings(kind)
        settings.mostRows = BaselinesBeside.mostRows
        let identity = identity(settings)
        if var found = earlier.first(where: { $0.kind == kind.rawValue && $0.identity == identity }),
            sides.allSatisfy({ found.sides?[$0.name]?.identity == $0.identity })
        {
            let wanted = Set(sides.map(\.name))
            found.sides = found.sides?.filter { wanted.contains($0.key) }
            return found
        }
        let run = BaselineRun(settings: settings, options: TrainingOptions(), context: context)
        let fitted = try run.fit(train, dev, shards.manifest)
        var fit = BaselineFit()
        fit.kind = kind.rawValue
        fit.identity = identity
        fit.trainRows = fitted.outcome.trainRows
        if fitted.outcome.trainRows < train.rows.count { fit.allTrainRows = train.rows.count }
        fit.features = fitted.outcome.model.columnCount
        if kind != .majority { fit.cost = fitted.outcome.cost }
        if hasTitles, kind != .majority { fit.readsTitles = true }
        fit.thresholds = fitted.thresholds
        fit.sides = Dictionary(
            uniqueKeysWithValues: sides.map { name, side, identity in
                var answers = BaselineFit.Answers()
                answers.identity = identity
                answers.values = fitted.outcome.model.answers(
                    to: side.texts, firsts: side.firsts, threads: context.threads)
                return (name, answers)
            })
        return fit
    }

    /// Raised when the same rows and settings would give other answers.
    private static let revision = 1

    private func identity(_ settings: BaselineTraining.Settings) -> String {
        let parts: [JSONValue] =
            [
                .integer(Self.revision), .string(settings.kind.rawValue), .integer(BaselinesBeside.mostRows),
                .string(shards.manifest.taskName.rawValue),
                .array(shards.manifest.labelNames.map(JSONValue.string)), .string(trainIdentity),
            ] + sides.filter { $0.name == "dev" }.map { .string($0.identity) }
        return ContentDigest.of(JSONValue.array(parts).canonicalText)
    }

    /// Digest of a side's rows, with their targets and their texts.
    private static func identity(_ name: String, _ side: BaselineTraining.Side, _ shards: ShardFolder)
        -> String
    {
        var digest = ContentDigest()
        func add(_ text: String) { Array((text + "\n").utf8).withUnsafeBytes { digest.update($0) } }
        for file in shards.manifest.files where file.split == name { add(file.sha256) }
        for rows in [side.texts] + (side.firsts.map { [$0] } ?? []) {
            rows.offsets.withUnsafeBytes { digest.update($0) }
            rows.bytes.withUnsafeBytes { digest.update($0) }
        }
        return digest.hexadecimal()
    }
}

extension BaselineTraining.Side {
    /// A side for baselines that look at no text.
    init(textless rows: TokenRows) {
        self.init(
            rows: rows, texts: UTF8Rows(bytes: [], offsets: Array(repeating: 0, count: rows.count + 1)))
    }
}
