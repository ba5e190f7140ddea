internal import Models
internal import ShardFormat
internal import StageKit
internal import TextCleaning
internal import Tokenization
internal import Training

/// A trained tagger with everything from a text to the spans in it.
package struct TextTagger {
    /// A span of a text: an entity, or a word with its tag.
    package struct Span: Hashable {
        /// Code points of the text as given.
        package var place: Range<Int>
        /// Such as `PS`.
        package var type: String
        /// Mean probability of the tags of its words, 0 ... 1.
        package var score: Double
    }

    /// Of the tags.
    let names: [String]
    /// What spans can be, such as `PS`: the types of entities, or tags where each word is a span.
    package var types: [String] { Self.types(of: names) }

    /// The same of a model with these tags.
    package static func types(of names: [String]) -> [String] {
        let scheme = TagScheme(names)
        return scheme.hasSpans ? scheme.types : names
    }
    private let scheme: TagScheme
    private let predictor: Predictor
    private let tokenizer: any Tokenizer
    private let cleaner: TextCleaner
    private let maxTokens: Int
    private let unit: ShardManifest.Tags.Unit

    /// - Throws: `StageError` or `TrainingError` naming what the folder lacks.
    init(_ folder: ModelFolder, precision: Precision, threads: Int, note: (String) -> Void) throws {
        let (model, names) = try folder.makeTrainedModel(threads: threads, precision: precision)
        self.names = names
        scheme = TagScheme(names)
        predictor = Predictor(model, task: .tokens)
        tokenizer = try folder.ownTokenizer(note: note)
        cleaner = try folder.ownCleaner()
        maxTokens = folder.provenance?.maxTokens ?? folder.configuration.plan.maxTokens
        if let tags = folder.provenance?.tags {
            unit = tags.of
        } else {
            unit = .words
            note(
                "\(folder.path) does not say what it gives tags to: each word between blanks gets that of its first token"
            )
        }
    }

    /// The spans of some texts, each text's in order. Longer texts are read in windows, and each word is answered where most of
    /// the text around it is seen.
    package func spans(of texts: [[UInt8]]) throws -> [[Span]] {
        let readings = try texts.map(read)
        let rows = readings.flatMap(\.rows)
        let answering = rows.map { $0.answering }
        let scores = rows.isEmpty ? [] : try predictor.logits(of: rows.map(\.tokens), answering: answering)
        var answers = Predictor.softmax(scores, classCount: names.count)[...]
        return readings.map { reading in
            let count = reading.rows.reduce(0) { $0 + $1.answering.count }
            defer { answers = answers.dropFirst(count * names.count) }
            return spans(of: reading, Array(answers.prefix(count * names.count)))
        }
    }

    /// A cleaned text, its words, and the rows that the model reads of it.
    private struct Reading {
        let places: CleanedPlaces
        /// Words that a token stands for, in order: their bytes in the cleaned text, and which of the answers is theirs.
        var words: [(bytes: Range<Int>, answer: Int)] = []
        var rows: [(tokens: [Int32], answering: [Int])] = []
    }

    private func read(_ text: [UInt8]) throws -> Reading {
        let cleaned = text.withUnsafeBytes { Array(cleaner.clean($0).bytes) }
        let words = Self.words(of: cleaned, unit)
        let alignment = try WordAlignment(
            cleaned, words: words, by: tokenizer, maxTokens: maxTokens, overlap: maxTokens / 4)
        var reading = Reading(places: CleanedPlaces(given: text, cleaned: cleaned))
        var answer = -1
        for row in alignment.rows {
            var answering: [Int] = []
            for word in row.words {
                guard let piece = alignment.answering[word] else { continue }
                if answering.last != row.token(of: piece) {
                    answering.append(row.token(of: piece))
                    answer += 1
                }
                reading.words.append((words[word], answer))
            }
            reading.rows.append((row.tokens, answering))
        }
        return reading
    }

    /// What gets a tag: words between white space, or characters but white space.
    private static func words(of text: [UInt8], _ unit: ShardManifest.Tags.Unit) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var place = 0
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            let next = min(text.count, place + scalar.utf8.count)
            defer { place = next }
            if scalar.properties.isWhitespace || next == place { continue }
            if unit == .words, let last = words.last, last.upperBound == place {
                words[words.count - 1] = last.lowerBound..<next
            } else {
                words.append(place..<next)
            }
        }
        return words
    }

    /// - Parameter answers: `[answering tokens, names]`.
    private func spans(of reading: Reading, _ answers: [Double]) -> [Span] {
        var tags: [Int] = []
        var scores: [Double] = []
        for (number, word) in reading.words.enumerated() {
            let own = answers[word.answer * names.count..<(word.answer + 1) * names.count]
            let best = own.max() ?? 0
            let tag = (own.firstIndex(of: best) ?? own.startIndex) - own.startIndex
            let goesOn = number > 0 && reading.words[number - 1].answer == word.answer
            tags.append(goesOn ? scheme.continued(tag) : tag)
            scores.append(best)
        }
        func span(_ words: Range<Int>, _ type: String) -> Span {
            let bytes =
                reading.words[words.lowerBound].bytes
                .lowerBound..<reading.words[words.upperBound - 1].bytes.upperBound
            let score = scores[words].reduce(0, +) / Double(words.count)
            return Span(place: reading.places.codePoints(of: bytes), type: type, score: score)
        }
        guard scheme.hasSpans else { return tags.indices.map { span($0..<$0 + 1, names[tags[$0]]) } }
        return scheme.spans(of: tags).map { span($0.words, scheme.types[$0.type]) }
    }
}
