internal import Baselines
private import Foundation
internal import Models
internal import StageKit
internal import Training

/// A line of the table: a model, the runs of one with several seeds, or the mean of several models.
struct ComparedModel {
    var name: String
    /// Its runs; of an ensemble those of each member, in the order of ``members``.
    var stages: [String]
    /// Of an ensemble.
    var members: [String] = []

    /// The lines that a pipeline file asks for, in the order of its models, ensembles last.
    ///
    /// - Parameters:
    ///   - stages: connected models, by their stages.
    ///   - seeds: stages of one model each, by its name.
    ///   - ensembles: names of lines or stages, by the name of the line.
    static func lines(
        _ stages: [String], seeds: [String: [String]], ensembles: [String: [String]]
    ) throws(StageError) -> [ComparedModel] {
        var owner: [String: String] = [:]
        for (name, runs) in seeds.sorted(by: { $0.key < $1.key }) {
            for stage in runs {
                guard stages.contains(stage) else {
                    throw unknown(stage, "seeds.\(name)", stages)
                }
                if let other = owner.updateValue(name, forKey: stage) {
                    throw StageError("the model '\(stage)' is among the seeds of '\(other)' and of '\(name)'")
                }
            }
        }
        var lines: [ComparedModel] = []
        for stage in stages {
            let name = owner[stage] ?? stage
            if let place = lines.firstIndex(where: { $0.name == name }) {
                guard owner[stage] == name, lines[place].stages.allSatisfy({ owner[$0] == name }) else {
                    throw StageError("two models would be called '\(name)'", hint: "rename the seeds")
                }
                lines[place].stages.append(stage)
            } else {
                lines.append(ComparedModel(name: name, stages: [stage]))
            }
        }
        for (name, members) in ensembles.sorted(by: { $0.key < $1.key }) {
            if lines.contains(where: { $0.name == name }) {
                throw StageError("two models would be called '\(name)'", hint: "rename the ensemble")
            }
            if let absent = members.first(where: { member in
                !stages.contains(member) && !lines.contains { $0.name == member && $0.members.isEmpty }
            }) {
                throw unknown(absent, "ensembles.\(name)", stages + seeds.keys.sorted())
            }
            lines.append(ComparedModel(name: name, stages: [], members: members))
        }
        return lines
    }

    /// What the runs of a line differ in beside their seed, or that they do not differ; a sentence each.
    func remarks(_ models: [InputArtifact]) -> [String] {
        let runs = models.filter { stages.contains($0.stage) }.map {
            (stage: $0.stage, figures: TrainFigures($0.figures))
        }
        guard runs.count > 1 else { return [] }
        var remarks: [String] = []
        let seeds = runs.compactMap(\.figures.seed)
        if Set(seeds).count < seeds.count {
            remarks.append(
                "models of '\(name)' have the same seed: "
                    + runs.map { "\($0.stage) \($0.figures.seed.map(String.init) ?? "none")" }.joined(
                        separator: ", ")
                    + "; their deviation says less than that of different seeds")
        }
        func note<Value: Hashable>(_ what: String, _ value: (TrainFigures) -> Value?) {
            if Set(runs.map { value($0.figures) }).count > 1 {
                remarks.append("models of '\(name)' differ in more than their seed: in their \(what)")
            }
        }
        note("kind", \.kind)
        note("weights", \.parameters)
        note("learning rate", \.learningRate)
        note("batch size", \.batchSize)
        note("start", \.start)
        return remarks
    }

    private static func unknown(_ name: String, _ key: String, _ known: [String]) -> StageError {
        StageError(
            "'\(key)' names '\(name)', which is no model of this stage; there are \(known.joined(separator: ", "))",
            hint: "connect it to input 'model', or correct the name")
    }

    /// The runs of each member of an ensemble: as many as the member with most, and those with one run in each of them.
    /// - Parameter runs: of a line or a stage, by its name.
    func ensembleRuns<Run>(_ runs: (String) -> [Run]) throws(StageError) -> [[Run]] {
        let parts = members.map(runs)
        let most = parts.map(\.count).max() ?? 0
        if let place = parts.firstIndex(where: { $0.count != 1 && $0.count != most }) {
            throw StageError(
                "the ensemble '\(name)' has members with \(most) and with \(parts[place].count) seeds: '\(members[place])'",
                hint: "give all members the same number of seeds, or one")
        }
        return (0..<most).map { run in parts.map { $0.count == 1 ? $0[0] : $0[run] } }
    }
}

/// What a model weighs.
struct ModelWeight: Hashable {
    var parameters: Int?
    var bytes: Int

    /// Of the folder of an encoder or a baseline.
    init(_ model: InputArtifact) {
        parameters = TrainFigures(model.figures).parameters
        let names = (try? FileManager.default.contentsOfDirectory(atPath: model.path)) ?? []
        bytes = names.filter { !$0.hasPrefix("README") }.reduce(0) { sum, name in
            let facts = try? FileManager.default.attributesOfItem(atPath: model.path + "/" + name)
            return sum + ((facts?[.size] as? Int) ?? 0)
        }
    }

    static func + (one: ModelWeight, other: ModelWeight) -> ModelWeight {
        var sum = one
        sum.parameters = one.parameters.flatMap { own in other.parameters.map { own + $0 } }
        sum.bytes += other.bytes
        return sum
    }
}
