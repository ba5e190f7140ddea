internal import StageKit
internal import Training

/// How scores become answers, where that is not to be as the model's folder says.
struct AnswerParameters {
    private let threshold: Double?
    private let temperature: Double?
    /// `nil` leaves it to the folder; a band that is `nil` is none.
    private let abstention: ClosedRange<Double>??

    init(_ parameters: inout ParameterReader) {
        threshold = parameters.optionalNumber(
            "threshold", in: 0...1,
            help:
                "Of two classes, the least probability of the second one at which it is given; of any number, that of each. By "
                + "default as the model's folder says.")
        temperature = parameters.optionalNumber(
            "temperature", in: 1e-6...1e6,
            help:
                "What scores are divided by before they become probabilities. By default as the model's folder says."
        )
        let given = parameters.map(
            "abstain", orWords: ["none"],
            help:
                "No class is given where its probability (of two classes, that of the second) lies from 'from' to 'to'; "
                + "none always gives one. By default as the model's folder says.",
            { reader in
                let ends = (
                    from: reader.number(
                        "from", default: 0.4, in: 0...1, help: "Lower end of the band, included."),
                    to: reader.number("to", default: 0.6, in: 0...1, help: "Upper end of the band, included.")
                )
                if ends.from > ends.to {
                    reader.reject("from", "'from' is \(ends.from), above 'to', which is \(ends.to)")
                }
                return ends.from...max(ends.from, ends.to)
            })
        abstention =
            switch given {
            case .map(let band): .some(band)
            case .word: .some(nil)
            case nil: nil
            }
    }

    /// - Throws: ``StageError`` naming the parameter that means nothing for such answers.
    func apply(to answers: inout ModelAnswers) throws(StageError) {
        if let (name, problem) = answers.set(
            threshold: threshold, temperature: temperature, abstention: abstention)
        {
            throw StageError("'\(name)' \(problem)", hint: "leave '\(name)' out")
        }
    }
}

extension ModelAnswers {
    /// What turns scores into answers, as canonical JSON.
    var record: String {
        JSONValue.object([
            "form": .string("\(form)"), "labels": .array(labels.map(JSONValue.string)),
            "temperature": .number(rule.temperature),
            "threshold": rule.threshold.map(JSONValue.number) ?? .null,
            "abstain": rule.abstention.map { [.number($0.lowerBound), .number($0.upperBound)] } ?? .null,
            "thresholds": .array(thresholds.map(JSONValue.number)),
        ]).canonicalText
    }

    /// Reads what ``record`` writes.
    /// - Throws: ``StageError`` for something else.
    init(record: String) throws {
        let json = try JSONValue(parsing: record)
        let form: Form? =
            switch json["form"]?.stringValue {
            case "oneClass": .oneClass
            case "anyClasses": .anyClasses
            case "numbers": .numbers
            default: nil
            }
        guard let form, let labels = json["labels"]?.arrayValue?.compactMap(\.stringValue), !labels.isEmpty,
            let temperature = json["temperature"]?.doubleValue
        else {
            throw StageError("the store does not say how scores became answers", hint: "run with --force")
        }
        let band = json["abstain"]?.arrayValue?.compactMap(\.doubleValue) ?? []
        let rule = AnswerRule(
            temperature: temperature, threshold: json["threshold"]?.doubleValue,
            abstention: band.count == 2 ? band[0]...band[1] : nil)
        self.init(
            form: form, labels: labels, rule: rule,
            thresholds: json["thresholds"]?.arrayValue?.compactMap(\.doubleValue))
    }
}
