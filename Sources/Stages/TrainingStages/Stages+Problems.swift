private import Foundation
internal import HubFiles
internal import Models
internal import ShardFormat
package import StageKit
internal import Training

extension TrainStage {
    /// Without a model to start from, or with one whose shape cannot take the shards, nothing has to be read or labeled.
    package func problems(in look: StageLook) -> [StageProblem] {
        let connected = Self.optionalInputs.filter { look.sources[$0]?.isEmpty == false }
        var problems =
            unusedInput(among: connected).map { [StageProblem(nil, $0.message, hint: $0.hint)] } ?? []
        if baseline == nil, textCNN == nil, distillation.copiedLayers == nil {
            problems += StartFolder.problems(of: Self.kind, look)
        }
        problems += distillation.sides.problems(in: look)
        if let folder = look.files["init"]?.first { problems += self.problems(of: folder, look) }
        if let sides = look.sides(reaching: "data"), !sides.contains("train") {
            problems.append(
                StageProblem(
                    nil,
                    "there are no rows to train on: the shards have the sides \(sides.joined(separator: ", ")), and none "
                        + "called train with rows",
                    hint: "name the sides train, dev and test in 'shares' of the split stage"))
        }
        return problems
    }

    private func problems(of folder: FoundFile, _ look: StageLook) -> [StageProblem] {
        let configuration: ModelConfiguration
        do {
            configuration = try StartFolder.configuration(of: folder.path, shownAs: folder.shownPath)
            if !hasRandomWeights { try StartFolder.checkWeights(in: folder.path, shownAs: folder.shownPath) }
        } catch let error as StageError {
            return [StageProblem("init", error.message, hint: error.hint)]
        } catch let error as TrainingError {
            return [StageProblem("init", error.problem, hint: error.hint)]
        } catch {
            return [StageProblem("init", "\(folder.shownPath)/config.json: \(error)")]
        }
        guard let shards = look.nearest(giving: "shards-v1", before: "data"),
            let longest = shards.parameters["max_tokens"]?.intValue, longest > configuration.plan.maxTokens
        else { return [] }
        return [
            StageProblem(
                "init",
                "rows of the shards may have \(longest) tokens ('max_tokens' of stage '\(shards.stage)'); the model has "
                    + "\(configuration.plan.maxTokens) positions",
                hint: "set max_tokens of '\(shards.stage)' to \(configuration.plan.maxTokens) or less")
        ]
    }
}

extension EvaluateStage {
    /// A side that the split does not have.
    package func problems(in look: StageLook) -> [StageProblem] {
        look.problems(ofSides: sides, scoredBy: Self.kind)
    }
}

extension StageLook {
    /// A side to score that the split does not have.
    func problems(ofSides sides: [String], scoredBy kind: StageKind) -> [StageProblem] {
        guard let known = self.sides(reaching: "data"),
            let split = sides.first(where: { !known.contains($0) })
        else { return [] }
        return [
            StageProblem(
                "split",
                "there is no side '\(split)' to score; the shards have \(known.joined(separator: ", "))",
                hint: "set 'split' of the \(kind.name) stage to one of them")
        ]
    }

    /// The sides of the split that shards are made of, by name; `nil` if no split is known.
    fileprivate func sides(reaching port: String) -> [String]? {
        guard let split = nearest(giving: "split-v1", before: port) else { return nil }
        let sides = SidesFigures.sides(in: split.figures)
        return sides.isEmpty ? nil : sides.sorted()
    }
}

extension StartFolder {
    /// No model to start from, or two.
    static func problems(of kind: StageKind, _ look: StageLook) -> [StageProblem] {
        let isConnected = look.sources["init"]?.isEmpty == false
        guard isConnected == look.naming.contains("init") else { return [] }
        let error = isConnected ? two(kind, look.shown("init")) : none(kind)
        return [StageProblem(isConnected ? "init" : nil, error.message, hint: error.hint)]
    }

    /// The folder that is named, or connected.
    static func path(in context: StageContext, of kind: StageKind) throws(StageError) -> String {
        let (connected, named) = (context.inputs.first("init")?.path, context.files["init"]?.first)
        if let named, connected != nil { throw two(kind, "the folder \(named.shownPath)") }
        guard let folder = connected ?? named?.path else { throw none(kind) }
        return folder
    }

    private static func two(_ kind: StageKind, _ named: String) -> StageError {
        StageError(
            "the \(kind.name) stage has two models to start from: \(named), and the one of input 'init'",
            hint: "leave one of them out")
    }

    private static func none(_ kind: StageKind) -> StageError {
        StageError(
            "the \(kind.name) stage does not say which model to start from",
            hint: "set 'init' to a folder with config.json, or connect input 'init' to a model")
    }

    /// Refuses weights that cannot be read, as opening the folder would.
    static func checkWeights(in folder: String, shownAs name: String) throws {
        let folder = try ModelFolder.base(of: folder)
        guard
            let weights = ModelFolder.weightNames.first(where: {
                FileManager.default.fileExists(atPath: folder + "/" + $0)
            })
        else {
            guard let other = UnreadWeights(in: folder) else { return }
            throw StageError(
                "\(name) has its weights as \(other.file), which is not read; \(other.advice)",
                hint: randomHint)
        }
        guard let standIn = StandIn(at: folder + "/" + weights) else { return }
        throw StageError("\(name)/\(weights) \(standIn.problem)")
    }

    /// The shape of a model to start from; a vocabulary size that it leaves open is that of the shards.
    static func configuration(of folder: String, shownAs name: String) throws -> ModelConfiguration {
        if let standIn = StandIn(at: folder + "/config.json") {
            throw StageError("\(name)/config.json \(standIn.problem)")
        }
        let data = try [folder, ModelFolder.base(of: folder)].lazy.compactMap {
            FileManager.default.contents(atPath: $0 + "/config.json")
        }.first
        guard let data else {
            throw StageError(
                "\(name) has no config.json",
                hint: "name a Hugging Face folder, or one with a config.json that gives the model's size")
        }
        guard var configuration = try? JSONValue(parsing: data), configuration.members != nil else {
            throw StageError("\(name)/config.json is not a JSON object")
        }
        if configuration["vocab_size"] == nil { configuration["vocab_size"] = 30_000 }
        return try ModelConfiguration(json: Array(configuration.canonicalText.utf8))
    }
}
