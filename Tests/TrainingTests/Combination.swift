import Foundation
import Models
import SeededRandom
import ShardFormat
import Testing
import Training

/// A family of encoders, tiny, as its `config.json` says it.
struct FamilyCase: Sendable, CustomTestStringConvertible {
    let name: String
    /// What the file says beside the sizes that all have in common.
    let keys: String

    var testDescription: String { name }

    private static let sizes = """
        "vocab_size": 40, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
        "intermediate_size": 24, "max_position_embeddings": 18
        """

    static let all = [
        FamilyCase(name: "bert", keys: #""model_type": "bert", \#(sizes)"#),
        FamilyCase(name: "electra", keys: #""model_type": "electra", "embedding_size": 8, \#(sizes)"#),
        FamilyCase(
            name: "electra-square", keys: #""model_type": "electra", "embedding_size": 16, \#(sizes)"#),
        FamilyCase(
            name: "roberta",
            keys: #""model_type": "roberta", "type_vocab_size": 1, "pad_token_id": 1, \#(sizes)"#),
        FamilyCase(
            name: "distilbert",
            keys: """
                "model_type": "distilbert", "vocab_size": 40, "dim": 16, "n_layers": 2, "n_heads": 2, \
                "hidden_dim": 24, "max_position_embeddings": 18
                """),
        FamilyCase(
            name: "albert",
            keys: #""model_type": "albert", "embedding_size": 8, "hidden_dropout_prob": 0.1, \#(sizes)"#),
        FamilyCase(
            name: "albert-groups",
            keys: """
                "model_type": "albert", "embedding_size": 8, "num_hidden_groups": 2, "inner_group_num": 2, \(sizes)
                """),
        FamilyCase(
            name: "ernie",
            keys: #""model_type": "ernie", "use_task_id": true, "task_type_vocab_size": 2, \#(sizes)"#),
    ]

    func configuration() throws -> ModelConfiguration {
        try ModelConfiguration(json: Array("{\(keys)}".utf8))
    }
}

/// What is learned of the rows, and from which targets.
struct HeadCase: Sendable, CustomTestStringConvertible {
    enum Kind: Sendable { case classes, votes, flags, scores, pairs, tags, answers }

    let name: String
    let kind: Kind
    let labels: [String]
    var task = TrainingTask.singleLabel
    var metric = TrainingOptions.Metric.macroF1

    var testDescription: String { name }

    static let all = [
        HeadCase(name: "two classes", kind: .classes, labels: ["calm", "split"]),
        HeadCase(name: "three classes", kind: .classes, labels: ["none", "offensive", "hate"]),
        HeadCase(name: "votes", kind: .votes, labels: ["calm", "split"]),
        HeadCase(
            name: "pairs of three classes", kind: .pairs, labels: ["follows", "contradicts", "neither"]),
        HeadCase(
            name: "any number of classes", kind: .flags, labels: ["age", "gender", "race"], task: .multiLabel),
        HeadCase(
            name: "scores", kind: .scores, labels: ["score"], task: .regression, metric: .spearman),
        HeadCase(
            name: "classes in an order", kind: .classes, labels: ["bad", "fair", "good"], task: .ordinal,
            metric: .quadraticKappa),
        HeadCase(
            name: "tags of words", kind: .tags, labels: ["B-PS", "I-PS", "O"], task: .tokens,
            metric: .entityF1),
        HeadCase(
            name: "answers in contexts", kind: .answers, labels: ["start", "end"], task: .answers,
            metric: .squadF1),
    ]

    /// Mean loss of a guess from the shares of the classes, or from the mean score, that reads no row.
    var lossUnread: Double {
        switch kind {
        // For each border between classes in an order, a yes or no of a third of the rows.
        case .classes where task.name == .ordinal: 2 * (log(3) - 2 * log(2) / 3)
        case .classes, .pairs, .tags: log(Double(labels.count))
        case .votes, .flags: log(2)
        case .scores: 2.0 / 3
        // Rows have 7 to 14 tokens.
        case .answers: log(7)
        }
    }

    /// Rows whose first token, 5, 6 or 7, says their class, flags or score.
    func rows(_ count: Int, seed: UInt64) throws -> TokenRows {
        try TokenRows(
            shards: [shard(count, seed: seed).encoded(vocabularySize: 40)], vocabularySize: 40,
            labelCount: max(2, labels.count))
    }

    func shard(_ count: Int, seed: UInt64) -> TokenShard {
        var random = SplitMix64(seed: seed)
        if kind == .tags { return tagged(count, &random) }
        if kind == .answers { return answered(count, &random) }
        let width = task.name.form == .oneClass ? 0 : task.name.targetWidth(names: labels)
        var shard = TokenShard(pControversial: kind == .votes, segments: kind == .pairs, targetWidth: width)
        for row in 0..<count {
            let label = row % (kind == .scores ? 3 : labels.count)
            var tokens = (0..<3 + Int(random.integer(below: 8))).map { _ in
                8 + Int32(random.integer(below: 32))
            }
            tokens[0] = Int32(5 + label)
            let flags = labels.indices.map { $0 == label || (row + $0) % 4 == 0 ? Float(1) : 0 }
            let second = tokens.count / 2 + 1
            shard.append(
                tokens: [2] + tokens + [3], label: kind == .flags || kind == .scores ? 0 : label,
                comment: Int64(row), pControversial: label == 1 ? 0.75 : 0.25,
                segments: (0..<tokens.count + 2).map { $0 < second ? 0 : 1 },
                target: kind == .scores ? [Float(label)] : flags)
        }
        return shard
    }
}

extension HeadCase {
    /// Rows in which token 5 begins a span, 6 is inside of one, and 7 and all others are outside; the last token answers for two
    /// words, and no token for the word after it.
    private func tagged(_ count: Int, _ random: inout SplitMix64) -> TokenShard {
        var shard = TokenShard(tags: true)
        for row in 0..<count {
            let tokens = (0..<3 + Int(random.integer(below: 8))).map { place in
                place % 2 == 0 ? Int32(5 + (row + place / 2) % 3) : 8 + Int32(random.integer(below: 32))
            }
            let classes = tokens.map { $0 == 5 ? Int32(0) : $0 == 6 ? 1 : 2 }
            var tags = TokenTags(ofTokens: [TokenTags.none] + classes + [TokenTags.none])
            tags.ofWords = classes + [classes[classes.count - 1] == 0 ? 1 : classes[classes.count - 1], 2]
            tags.answering = classes.indices.map { Int32($0 + 1) } + [Int32(classes.count), TokenTags.none]
            shard.append(tokens: [2] + tokens + [3], label: 0, comment: Int64(row / 2), tags: tags)
        }
        return shard
    }
}

extension HeadCase {
    /// Rows of a question of one token and a context, in which an answer begins at token 5 and ends at token 6, or is token 7
    /// alone; each fourth context has none.
    private func answered(_ count: Int, _ random: inout SplitMix64) -> TokenShard {
        var shard = TokenShard(segments: true, answers: true)
        for row in 0..<count {
            var context = (0..<3 + Int(random.integer(below: 8))).map { _ in
                8 + Int32(random.integer(below: 32))
            }
            let first = Int(random.integer(below: UInt64(context.count)))
            let last = min(context.count - 1, first + row % 3)
            let hasAnswer = row % 4 != 3
            if hasAnswer {
                (context[first], context[last]) = (5, 6)
                if first == last { context[first] = 7 }
            }
            let places = context.indices.map { Int32(2 * $0)..<Int32(2 * $0 + 1) }
            let answer = AnswerRow(
                start: hasAnswer ? Int32(3 + first) : AnswerRow.null,
                end: hasAnswer ? Int32(3 + last) : AnswerRow.null,
                firstToken: 3, begins: 3..<3 + context.count, places: places,
                context: Array(
                    context.map { String(UnicodeScalar(UInt8(0x40 + $0))) }.joined(separator: " ").utf8),
                answers: hasAnswer ? [places[first].lowerBound..<places[last].upperBound] : [])
            shard.append(
                tokens: [2, Int32(8 + row % 32), 3] + context + [3], label: 0, comment: Int64(row),
                segments: [0, 0, 0] + context.map { _ in 1 } + [1], answer: answer)
        }
        return shard
    }
}

/// One family with one head, and a training of it: eight steps on 48 rows, an evaluation after each fourth.
struct Combination {
    let family: FamilyCase
    let head: HeadCase
    var seed: UInt64 = 42
    var threads = 1
    var precision = Precision.fp32

    /// A folder with the family's configuration, and with weights that another start drew where asked for.
    func modelFolder(in folder: TemporaryFolder, weights: Bool = false) throws -> ModelFolder {
        let configuration = try family.configuration().answeringTokens(head.task.tokenUse)
        try folder.write(
            configuration.json(labels: head.labels, problemType: head.task.problemType), to: "config.json")
        let pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + (5..<40).map { "piece\($0)" }
        try folder.write((pieces.joined(separator: "\n") + "\n").utf8, to: "vocab.txt")
        if weights {
            let model = try configuration.makeModel(labelCount: head.labels.count, seed: 5, threads: 1)
            try folder.write(ModelFolderTests.weights(model) { $0 }, to: "model.safetensors")
        }
        return try ModelFolder(folder.path)
    }

    var options: TrainingOptions {
        var options = Toy.options(steps: 8)
        options.evaluation = .steps(4)
        options.seed = seed
        options.threads = threads
        options.precision = precision
        options.metric = head.metric
        options.usesProbabilities = head.kind == .votes
        return options
    }

    func trainer(_ source: ModelFolder) throws -> (trainer: Trainer, model: any TrainableModel) {
        let (model, _) = try source.makeModel(
            labelCount: head.labels.count, seed: seed, threads: threads, precision: precision)
        let trainer = try Trainer(
            model, options: options, training: head.rows(48, seed: 1), dev: head.rows(16, seed: 2),
            task: head.task)
        return (trainer, model)
    }

    /// Trains with a checkpoint each third step, dying before the given events, and writes the model.
    ///
    /// - Returns: the bytes of the weights, and the curves.
    func train(killedBefore events: [Int] = []) throws -> Outcome {
        let folder = try TemporaryFolder()
        let source = try modelFolder(in: folder)
        var events = events[...]
        while true {
            // A new trainer with a new model, as after a new start of the program.
            let (trainer, model) = try trainer(source)
            let run = try TrainingRun(trainer, folder: folder.file("run"), checkpointInterval: 3)
            var seen = 0
            let limit = events.popFirst()
            do {
                _ = try run.run(observe: { _ in
                    seen += 1
                    if seen == limit { throw ResumeTests.Killed() }
                })
            } catch is ResumeTests.Killed {
                continue
            }
            let trained = TrainedModel(
                model: model, task: head.task, labels: head.labels, source: source,
                provenance: ModelFolderTests.provenance, lowercase: false, card: "")
            try trained.write(to: folder.file("model"))
            return Outcome(
                weights: try folder.bytes("model/model.safetensors"),
                losses: trainer.state.history.losses, evaluations: trainer.state.evaluations)
        }
    }

    struct Outcome: Equatable {
        let weights: Data
        let losses: [Double]
        let evaluations: [EvaluationReport]
    }
}
