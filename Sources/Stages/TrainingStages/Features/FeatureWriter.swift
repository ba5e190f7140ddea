internal import Models
internal import ShardFormat
internal import StageKit
internal import Training

/// Computes what is not known of the rows, and writes the folder.
struct FeatureWriter {
    let recipe: FeatureRecipe
    let parameters: FeatureParameters
    let start: ModelFolder
    let shards: ShardManifest
    let context: StageContext

    /// Gives every row its vector.
    /// - Throws: ``StageInterrupted`` after a block, when the run was asked to stop; what is computed by then is kept.
    func complete(_ sides: inout [SideRows]) throws {
        let open = sides.reduce(0) { $0 + $1.unknown.count }
        let all = sides.reduce(0) { $0 + $1.rows.count }
        context.progress.log(
            "rows with features from before", ["rows": "\(all - open)", "to_compute": "\(open)"])
        if open == 0 { return }
        let store = try FeatureStore(
            try model(pooling: recipe.pooling), precision: recipe.precision, folder: context.workFolder)
        var done = 0
        for place in sides.indices {
            let places = sides[place].unknown
            let found = try store.features(
                of: sides[place].tokens, only: places,
                progress: { context.progress.report(done + $0, of: open, unit: "rows") },
                shouldStop: { context.isStopping })
            guard let found else { throw StageInterrupted() }
            sides[place].take(found, of: places)
            done += places.count
        }
    }

    func write(_ sides: [SideRows], to folder: String) throws {
        try Disk.makeFolder(folder)
        var manifest = FeatureManifest(
            recipe, tokenizer: shards.tokenizer.digest, cleanRules: shards.cleanRules,
            maxTokens: shards.maxTokens)
        for side in sides {
            manifest.files.append(
                try FeatureFolder.write(side.rows, of: side.name, width: recipe.width, into: folder))
        }
        try put(try manifest.encoded(), at: folder + "/" + FeatureManifest.fileName)
        let isShown = parameters.look != .pooled
        if isShown { try writeStates(of: sides, to: folder) }
        let card = FeatureCard(
            recipe: recipe, shards: shards, hasReadEverySide: start.provenance?.hasReadEverySide == true,
            look: isShown ? parameters.look.rawValue : nil)
        try put(Array(card.text.utf8), at: folder + "/README.md")
    }

    private func put(_ bytes: [UInt8], at path: String) throws {
        let file = try FileWriter(path: path)
        try file.write(bytes)
        try file.finish()
    }

    /// States of all tokens of the first rows of each side.
    private func writeStates(of sides: [SideRows], to folder: String) throws {
        let model = try model(pooling: nil)
        for side in sides {
            var look = StateLook(model, allLayers: parameters.look == .layers)
            let places = 0..<min(side.rows.count, parameters.shownRows)
            try look.add(side.tokens.batch(places), by: model)
            try TensorFile.write(
                look.tensors + [
                    NamedTensor("comment_ids", Array(side.rows.comments[places]), shape: [places.count])
                ], metadata: [:], to: "\(folder)/\(parameters.look.rawValue)-\(side.name).safetensors")
        }
    }

    private func model(pooling: StatePooling?) throws -> any TrainableModel {
        let isAlone = ComputeEnvironment.computesRowsAlone(recipe.precision)
        return try start.makeEncoder(
            pooling: pooling, seed: parameters.seed, threads: isAlone ? context.threads : 1,
            precision: recipe.precision)
    }
}
