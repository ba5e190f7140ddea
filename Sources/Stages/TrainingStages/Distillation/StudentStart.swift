private import Foundation
internal import Models
internal import StageKit
internal import TextBasics
internal import Training

/// The folder of a student that begins with some of its teacher's layers, its embeddings and its head.
///
/// Source: Sanh et al., "DistilBERT, a distilled version of BERT" (2019), section 3, arXiv:1910.01108.
struct StudentStart {
    /// Layers of the teacher, counted from 0, in rising order.
    let layers: [Int]

    /// - Throws: ``StageError`` for a model that has no such layers.
    func write(from teacher: ModelFolder, to folder: String) throws {
        let (model, labels) = try teacher.makeTrainedModel(threads: 1)
        let configuration = try configuration(from: model.configuration)
        let student = try configuration.makeModel(labelCount: labels.count, seed: nil, threads: 1)
        for entry in student.parameters.entries {
            var role = entry.role
            if case .layer(let number, let part) = role { role = .layer(layers[number], part) }
            let values = model.parameters.withValues(of: role) { Array($0) }
            student.parameters.withValues(of: entry.role) { _ = $0.update(fromContentsOf: values) }
        }
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let file = try FileWriter(path: folder + "/" + ModelFolder.configurationFile)
        try file.write(configuration.json(labels: labels, problemType: teacher.task.problemType))
        try file.finish()
        let parameters = student.parameters
        try WeightFile.write(
            parameters.entries.map { ($0, parameters) }, to: folder + "/" + WeightFile.name)
    }

    private func configuration(from teacher: ModelConfiguration) throws(StageError) -> ModelConfiguration {
        var plan = teacher.plan
        let type = teacher.dialect.modelType
        guard plan.convolution == nil, plan.sharing == .none else {
            throw StageError(
                "the teacher is a model of type '\(type)', "
                    + (plan.convolution == nil ? "whose layers share their weights" : "which has no layers")
                    + ": none can be copied",
                hint: "leave copy_layers out, and name a start under 'init'")
        }
        guard let last = layers.last, last < plan.layers else {
            throw StageError(
                "copy_layers names layer \(layers.last ?? 0), and the teacher has \(Counts.text(plan.layers, "layer")), "
                    + "0 to \(plan.layers - 1)", hint: "name layers that it has")
        }
        plan.layers = layers.count
        return teacher.with(plan: plan)
    }
}
