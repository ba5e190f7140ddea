internal import Baselines
internal import Diagnostics
internal import StageKit
internal import TextFeatures
internal import Training

/// What a train stage says of a model that is counted, not learned step by step.
struct BaselineParameters {
    let settings: BaselineTraining.Settings

    static let encoder = "encoder"

    /// Settings of an encoder's training that mean something to a baseline too.
    private static let shared: Set<String> = [
        "metric", "class_weights", "targets", "answers", "abstain", "threads",
    ]

    /// Reads what to train.
    static func model(_ parameters: inout ParameterReader) -> String {
        parameters.choice(
            "model", default: Self.encoder,
            of: [Self.encoder, TextCNNParameters.model] + BaselineKind.allCases.map(\.rawValue),
            help:
                "What to train: the encoder that 'init' names, a Text-CNN, or a baseline: TF-IDF with a linear model, the text's "
                + "length, or the most frequent class.", fingerprintsDefault: false)
    }

    /// - Parameter name: what is trained.
    /// - Returns: `nil` if it is no baseline.
    init?(_ parameters: inout ParameterReader, model name: String) {
        let counting = parameters.map("tfidf", help: "What a TF-IDF model counts.") { Self.counting(&$0) }
        guard let kind = BaselineKind(rawValue: name) else {
            if counting != nil {
                parameters.reject(
                    "tfidf",
                    "'tfidf' is for model: tfidf, and the model is \(name == Self.encoder ? "an encoder" : name)"
                )
            }
            return nil
        }
        if counting != nil, kind != .tfidf {
            parameters.reject("tfidf", "'tfidf' is for model: tfidf, and the model is \(name)")
        }
        let strange =
            ["init", "init_weights"] + TrainingSetting.all.map(\.key).filter { !Self.shared.contains($0) }
        for key in strange where parameters.isSet(key) {
            parameters.reject(key, "'\(key)' is for encoders, and the model is \(name)")
        }
        settings = BaselineTraining.Settings(
            kind, ngrams: counting?.ngrams ?? [BaselineTraining.Settings.characters],
            costs: counting?.costs ?? BaselineTraining.Settings.usualCosts)
    }

    private struct Counting {
        var ngrams: [TfidfVectorizer.Options]
        var costs: [Double]
    }

    private static func counting(_ parameters: inout ParameterReader) -> Counting {
        let units = parameters.strings(
            "analyzer", default: [NgramRules.Unit.charactersInWords.rawValue],
            of: NgramRules.Unit.allCases.map(\.rawValue),
            help: "Runs of what are counted; several are counted side by side."
        ).compactMap(NgramRules.Unit.init)
        if units.isEmpty { parameters.reject("analyzer", "'analyzer' names none") }
        let characters = lengths(&parameters, "ngram_range", 1...5, "Shortest and longest run of characters.")
        let words = lengths(
            &parameters, "word_ngram_range", 1...2, "Fewest and most words of a run of words.")
        let lowercase = parameters.bool(
            "lowercase", default: true, help: "Whether texts are lower-cased first.")
        let shortest = parameters.int(
            "min_word_length", default: 1, in: 1...100, unit: "characters",
            help:
                "Shortest word that counts; scikit-learn's default, 2, leaves out all words of one syllable.")
        let fewest = parameters.int(
            "min_df", default: 2, in: 1...1_000_000_000, unit: "texts",
            help: "Fewest training texts that a run is in.")
        let most = parameters.optionalInt(
            "max_features", in: 1...2_000_000_000,
            help: "Most runs to keep of each analyzer, the most frequent ones.")
        let sublinear = parameters.bool(
            "sublinear_tf", default: true, help: "Whether a run that is there c times counts 1 + ln c.")
        let cost = parameters.wordOrNumbers(
            "C", default: "auto", of: ["auto"], in: 1e-9...1e9,
            help:
                "Inverse weight of the penalty; of several, and of auto's five, the one that does best on dev is taken."
        )
        let costs: [Double] =
            if case .numbers(let numbers) = cost { numbers } else { BaselineTraining.Settings.usualCosts }
        let ngrams = units.map { unit in
            TfidfVectorizer.Options(
                NgramRules(
                    unit, lengths: unit == .words ? words : characters, lowercase: lowercase,
                    leastWordLength: shortest), leastTexts: fewest, mostFeatures: most, sublinear: sublinear)
        }
        return Counting(ngrams: ngrams, costs: costs)
    }

    private static func lengths(
        _ parameters: inout ParameterReader, _ key: String, _ standard: ClosedRange<Double>, _ help: String
    ) -> ClosedRange<Int> {
        let range = parameters.range(key, default: standard, in: 1...100, help: help)
        guard let low = Int(exactly: range.lowerBound), let high = Int(exactly: range.upperBound) else {
            parameters.reject(key, "'\(key)' takes whole numbers")
            return 1...1
        }
        return low...high
    }
}
