internal import Charts
internal import DatasetStages
internal import StageKit
internal import WordVectors

/// What a word2vec stage reports.
struct WordVectorFigures: KindFigures {
    var vocabulary: Int?
    var words: Int?
    var texts: Int?
    var distinctWords: Int?
    var rareWords: Int?
    var heldOut: Int?
    var copies: Int?
    var wordsPerSecond: Double?
    var vectorSize: Int?
    var model: String?
    var neighbors: [Neighbors]?

    static let fields: [JSONField<WordVectorFigures>] = [
        JSONField("vocabulary", \.vocabulary, "words with a vector"),
        JSONField("words", \.words, "words of the texts, those without a vector included"),
        JSONField("texts", \.texts, "texts that were learned from"),
        JSONField("distinct_words", \.distinctWords, "different words of the texts"),
        JSONField("rare_words", \.rareWords, "words of the texts that are too rare for a vector"),
        JSONField("held_out", \.heldOut, "comments that models are judged by, left out"),
        JSONField("held_out_copies", \.copies, "comments left out that say the same as one of them"),
        JSONField("words_per_second", \.wordsPerSecond, "words looked at in a second, over all epochs"),
        JSONField("vector_size", \.vectorSize), JSONField("model", \.model),
        JSONField("neighbors", \.neighbors),
    ]

    /// A word and those whose vectors point most nearly the same way.
    struct Neighbors: JSONRecord {
        var word = ""
        var nearest: [String] = []

        static let fields: [JSONField<Neighbors>] = [
            JSONField(required: "word", \.word), JSONField(required: "nearest", \.nearest),
        ]
    }

    init() {}

    init(_ corpus: WordCorpus, _ read: UnlabeledTexts, _ settings: WordVectorSettings) {
        vocabulary = corpus.words.count
        words = corpus.allWords
        texts = read.count
        distinctWords = corpus.distinctWords
        rareWords = corpus.allWords - corpus.keptWords
        heldOut = read.excluded
        copies = read.copies
        vectorSize = settings.size
        model = settings.architecture.rawValue
    }

    /// Words of falling frequency, each with the nearest of the frequent ones.
    static func neighbors(in vectors: VectorTable) -> [Neighbors] {
        let places = [10, 30, 100, 300, 1000, 3000].filter { $0 < vectors.count }
        return places.map { place in
            Neighbors(
                word: vectors.name(place),
                nearest: vectors.nearest(to: place, count: 5, among: 30_000).map { vectors.name($0.word) })
        }
    }
}

extension KindReport {
    static let wordVectors = KindReport(
        "word2vec", sentence: { $0.figures(as: WordVectorFigures.self)?.sentence },
        sections: [
            ReportPart { view in
                view.figures(as: WordVectorFigures.self).flatMap(WordVectorFigures.section)
            }
        ])
}

extension WordVectorFigures {
    fileprivate var sentence: String? {
        guard let vocabulary, let texts else { return nil }
        return
            "\(Numbers.grouped(vocabulary)) words have vectors, learned from \(Numbers.grouped(texts)) texts."
    }

    fileprivate static func section(_ figures: WordVectorFigures) -> ReportSection? {
        guard let vocabulary = figures.vocabulary, let words = figures.words, let texts = figures.texts else {
            return nil
        }
        var parts = [
            ReportSection.paragraph(
                "Vectors of \(figures.vectorSize ?? 0) numbers for \(Numbers.grouped(vocabulary)) words, learned by "
                    + (figures.model == WordVectorSettings.Architecture.skipGram.rawValue
                        ? "skip-gram" : "CBOW")
                    + " from \(Numbers.grouped(texts)) texts with \(Numbers.grouped(words)) words, of which "
                    + "\(Numbers.grouped(figures.rareWords ?? 0)) are too rare to have one."),
            ReportSection.paragraph(figures.heldOutSentence),
        ]
        if let neighbors = figures.neighbors, !neighbors.isEmpty {
            parts.append(
                Table(
                    caption: "Words, the most frequent first, and those nearest to them",
                    head: ["Word", "Nearest"],
                    rows: neighbors.map { [.text($0.word), .text($0.nearest.joined(separator: ", "))] }
                ).markup())
        }
        return ReportSection(id: "word-vectors", title: "Word vectors", parts: parts)
    }

    private var heldOutSentence: String {
        guard let heldOut, heldOut > 0 else {
            return
                "No text was held out: models that are judged by some of these texts have seen them before."
        }
        return "\(Numbers.grouped(heldOut)) comments that models are judged by were held out, and "
            + "\(Numbers.grouped(copies ?? 0)) more that say the same."
    }
}
