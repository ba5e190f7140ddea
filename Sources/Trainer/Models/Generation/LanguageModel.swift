internal import Tensors

/// A model that scores what follows a text: layers whose tokens see those before them, and the word vectors as the last map.
///
/// One thread at a time may use it. A text's scores depend neither on the texts beside it nor on how many threads compute,
/// but for CPUs where oneDNN multiplies.
package final class LanguageModel {
    package let configuration: ModelConfiguration
    package let parameters: ParameterSet
    private let runtime: ModelRuntime
    private let encoder: TransformerEncoder
    private let head: NextTokenHead

    /// - Parameter seed: of random weights; nil leaves all at 0, to be loaded.
    /// - Throws: ``ConfigurationError`` for a plan that cannot be, or a family that does not tell what follows.
    package init(
        _ configuration: ModelConfiguration, seed: UInt64?, threads: Int, precision: Precision = .fp32
    ) throws {
        let configuration = configuration.answeringTokens(nil).pooled(by: nil)
        let (plan, dialect) = (configuration.plan, configuration.dialect)
        try plan.validate()
        guard plan.isCausal else {
            throw ConfigurationError(problems: [
                "'model_type' is \"\(dialect.modelType)\", whose tokens see those behind them; texts are continued by "
                    + Dialect.causalTypes
            ])
        }
        self.configuration = configuration
        let set = ParameterSet(layout: plan.layout, multipliesWords: true) { dialect.name($0, plan) }
        parameters = set
        runtime = try ModelRuntime(threads: max(1, threads), precision: precision)
        encoder = TransformerEncoder(plan: plan, parameters: set)
        head = NextTokenHead(plan: plan, parameters: set)
        guard let seed else { return }
        try Compute.run(threads: runtime.threads) {
            set.drawWeights(
                seed: seed, deviation: plan.initializerRange, padTokenID: plan.padTokenID,
                start: plan.start(of:)
            ) { _ in true }
        }
    }

    package var threads: Int { runtime.threads }
    package var precision: Precision { runtime.precision }
    /// Numbers of a token's scores.
    package var words: Int { configuration.plan.vocabularySize }
    /// Longest text in tokens.
    package var positions: Int { configuration.plan.maxTokens }

    /// Room for a text of up to this many tokens.
    package func memory(for tokens: Int) -> TextMemory {
        TextMemory(
            capacity: min(tokens, positions), plan: configuration.plan, type: runtime.operandType)
    }

    /// Scores of what follows each token of rows, `[tokens, words]`, row-major.
    /// - Throws: ``BatchError`` for rows that do not fit the model.
    package func scores(_ batch: PackedTokens) throws -> [Float] {
        try pass(batch, memories: nil)
    }

    /// Reads on and scores what follows.
    ///
    /// - Parameters:
    ///   - tokens: of each text what is new: of texts of which nothing was read some, of others one.
    ///   - memories: of the texts; either nothing was read of any, or something of each.
    /// - Returns: scores of what follows each text, `[texts, words]`, row-major.
    /// - Throws: ``BatchError`` for texts that outgrow the model.
    package func read(_ tokens: [[Int32]], _ memories: [TextMemory]) throws -> [Float] {
        precondition(tokens.count == memories.count, "each text has a memory")
        let isNew = memories.allSatisfy { $0.count == 0 }
        precondition(
            isNew || zip(tokens, memories).allSatisfy { $0.count == 1 && $1.count > 0 },
            "texts are read from their beginning, or token by token")
        for (row, (new, memory)) in zip(tokens, memories).enumerated()
        where memory.count + new.count > memory.capacity {
            throw BatchError(
                "text \(row) has \(memory.count + new.count) tokens; there is room for \(memory.capacity)")
        }
        let scores = try pass(PackedTokens(rows: tokens), memories: memories)
        for (new, memory) in zip(tokens, memories) { memory.count += new.count }
        return scores
    }

    private func pass(_ batch: PackedTokens, memories: [TextMemory]?) throws -> [Float] {
        let plan = configuration.plan
        return try Compute.run(threads: threads) {
            runtime.arena.reset()
            if precision == .bf16 { parameters.refreshHalves() }
            let packed = try PackedBatch(
                batch, plan: plan, firstRow: 0, starts: memories?.map(\.count), arena: runtime.arena)
            var context = StepContext(runtime: runtime, batch: packed, dropouts: DropoutPlan(nil, plan))
            context.memories = memories
            if memories != nil, packed.tokens > packed.rows {
                context.wanted = .chosenTokens
                context.chosen = ChosenTokens(
                    batch.offsets.dropFirst().map { $0 - 1 }, of: packed, arena: runtime.arena)
            }
            let (states, _) = try encoder.forward(context, keeps: false)
            let scores = try head.forward(states, runtime).scores.used
            return Array(UnsafeBufferPointer(start: scores.floats, count: scores.shape.count))
        }
    }
}
