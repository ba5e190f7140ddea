extension TrainingSetting {
    /// Whether the value is of the setting's form and within its limits.
    package func takes(_ value: Value) -> Bool {
        switch (form, value) {
        case (.integer(let bounds), .integer(let number)): bounds.contains(number)
        case (.number(let bounds), .number(let number)): bounds.contains(number)
        case (.choice(let words), .word(let word)): words.contains(word)
        case (.wordOrNumbers(let words, _), .word(let word)): words.contains(word)
        case (.wordOrNumbers(_, let bounds), .numbers(let numbers)): numbers.allSatisfy(bounds.contains)
        case (.flag, .flag): true
        default: false
        }
    }

    /// What the setting takes, such as `1 ... 65536 rows`.
    package var limits: String {
        let suffix = unit.isEmpty ? "" : " " + unit
        switch form {
        case .integer(let bounds): return "\(bounds.lowerBound) ... \(bounds.upperBound)\(suffix)"
        case .number(let bounds): return Self.text(bounds) + suffix
        case .choice(let words): return "one of: " + words.joined(separator: ", ")
        case .flag: return "true or false"
        case .wordOrNumbers(let words, let bounds):
            return "one of: " + words.joined(separator: ", ") + ", or a list of numbers, \(Self.text(bounds))"
        }
    }

    private static func text(_ bounds: ClosedRange<Double>) -> String {
        "\(Value.number(bounds.lowerBound).text) ... \(Value.number(bounds.upperBound).text)"
    }
}

extension TrainingSetting.Value {
    /// As in a pipeline file.
    package var text: String {
        switch self {
        case .integer(let number): return "\(number)"
        case .number(let number):
            let text = "\(number)"
            return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
        case .word(let word): return word
        case .flag(let flag): return "\(flag)"
        case .numbers(let numbers):
            return "[" + numbers.map { Self.number($0).text }.joined(separator: ", ") + "]"
        }
    }
}

extension TrainingOptions {
    /// A setting that does not go with the others, or with the data.
    package struct Conflict: Hashable, Sendable {
        /// The setting's key.
        package let key: String
        /// What follows the key in a sentence, such as `is 64; at most batch_size, 32`.
        package let text: String
    }

    /// Settings that are within their limits, but not together.
    ///
    /// - Parameter classCount: classes of the data, or nil if they are not known yet.
    package func conflicts(classCount: Int?) -> [Conflict] {
        var conflicts: [Conflict] = []
        if accumulate > max(1, batchSize) {
            conflicts.append(
                Conflict(key: "accumulate", text: "is \(accumulate); at most batch_size, \(batchSize)"))
        }
        if let blockRows, accumulate > 1 {
            conflicts.append(
                Conflict(
                    key: "accumulate",
                    text:
                        "is \(accumulate), and block_rows is \(blockRows), which takes the rows of a step in parts too; leave one of them out"
                ))
        }
        if let blockRows, method == .features {
            conflicts.append(
                Conflict(
                    key: "block_rows",
                    text: "is \(blockRows), and method features has no steps; leave it out"))
        }
        conflicts += adapterConflicts
        if case .given(let weights) = classWeights {
            let classCount = classCount ?? weights.count
            if weights.count != classCount || !weights.contains(where: { $0 > 0 }) {
                conflicts.append(
                    Conflict(
                        key: "class_weights",
                        text: "are \(weights); \(classCount) are needed, not negative and not all 0"))
            }
        }
        if samplesProbabilities == true, method == .features {
            conflicts.append(
                Conflict(
                    key: "targets",
                    text:
                        "is votes_sampled, which draws classes in each epoch, and method features has none; set it to votes"
                ))
        }
        if answers == .plain, abstaining > 0 {
            conflicts.append(
                Conflict(
                    key: "abstain",
                    text:
                        "is \(abstaining), and answers is plain, which chooses no rows to leave without an answer; set "
                        + "answers to tuned or calibrated, or leave abstain out"))
        }
        return conflicts
    }

    private var adapterConflicts: [Conflict] {
        if loraRank == nil {
            let given = [
                ("lora_alpha", loraAlpha.map { TrainingSetting.Value.number($0).text }),
                ("lora_maps", loraMaps?.rawValue),
            ]
            return given.compactMap { key, value in
                value.map {
                    Conflict(key: key, text: "is \($0), and there is no lora_rank; set it, such as to 8")
                }
            }
        }
        guard method == .features else { return [] }
        return [
            Conflict(
                key: "lora_rank",
                text: "is \(loraRank ?? 0), and method features leaves the layers as they are; leave it out")
        ]
    }

    /// Every setting out of range, in a sentence each; empty when all is well.
    ///
    /// - Parameter classCount: classes of the data, or nil if they are not known yet.
    package func problems(classCount: Int?) -> [String] {
        var settings = TrainingSettings()
        settings.options = self
        var problems: [String] = TrainingSetting.all.compactMap { setting in
            guard let value = setting.value(in: settings), !setting.takes(value) else { return nil }
            return "\(setting.key) is \(value.text); it takes \(setting.limits)"
        }
        if threads < 1 { problems.append("threads is \(threads); at least 1") }
        return problems + conflicts(classCount: classCount).map { "\($0.key) \($0.text)" }
    }
}
