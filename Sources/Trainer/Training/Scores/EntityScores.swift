import ShardFormat

/// Scores of tags as spans: how many entities are found whole, with their type.
enum EntityScores {
    static let entity = OwnScore(
        "entity_f1", title: "Entity F1",
        meaning:
            "F1 over entities, 0 ... 1, as seqeval counts them by default (conlleval): an I after O or after another type begins "
            + "one; of tags without B and I, the share of words with the right one")
    static let entityMacro = OwnScore(
        "entity_macro_f1", title: "Entity macro F1",
        meaning:
            "mean of the types' F1 over the same entities, of all types in the rows or the answers, 0 ... 1")
    static let strict = OwnScore(
        "strict_f1", title: "Strict entity F1",
        meaning: "F1 over entities that begin with B, 0 ... 1, as seqeval's mode strict for IOB2")
    static let strictMacro = OwnScore(
        "strict_macro_f1", title: "Strict entity macro F1",
        meaning: "mean of the types' F1 over entities that begin with B, 0 ... 1")
    static let klueEntity = OwnScore(
        "klue_entity_f1", title: "KLUE entity F1",
        meaning: "KLUE-NER's entity F1, 0 ... 1: the strict mean of the types, all texts as one sequence")
    static let klueCharacter = OwnScore(
        "klue_char_f1", title: "KLUE character F1",
        meaning:
            "KLUE-NER's character F1, 0 ... 1: mean F1 of the tags, O among them, 1 for a tag that nothing has and nothing gets"
    )

    static let all = [entity, entityMacro, strict, strictMacro, klueEntity, klueCharacter]

    /// Those of the rows, by their names in figures; a score that is undefined is left out.
    static func figures(_ rows: ScoredRows, _ confusion: ConfusionMatrix) -> [String: Double] {
        let scheme = TagScheme(rows.names)
        guard scheme.hasSpans else { return [entity.name: confusion.accuracy] }
        let (truth, answers) = (rows.labels, rows.classes(by: .mostProbable))
        let sequences = rows.sequences ?? [0..<truth.count]
        func counts(_ sequences: [Range<Int>], strictly: Bool) -> SpanCounts {
            sequences.reduce(into: SpanCounts(typeCount: scheme.types.count)) { counts, words in
                counts.add(
                    scheme.spans(of: truth[words], strictly: strictly),
                    scheme.spans(of: answers[words], strictly: strictly))
            }
        }
        let lenient = counts(sequences, strictly: false)
        let strict = counts(sequences, strictly: true)
        var figures = [entity.name: lenient.microF1, self.strict.name: strict.microF1]
        figures[entityMacro.name] = lenient.macroF1
        figures[strictMacro.name] = strict.macroF1
        figures[klueEntity.name] = counts([0..<truth.count], strictly: true).macroF1
        figures[klueCharacter.name] = characterF1(confusion)
        return figures
    }

    /// Mean F1 of all tags, 1 for one that is neither in the rows nor in the answers.
    private static func characterF1(_ confusion: ConfusionMatrix) -> Double {
        let tags = 0..<confusion.classCount
        return tags.reduce(0) { sum, tag in
            let isAbsent = confusion.support(of: tag) == 0 && confusion.predictions(of: tag) == 0
            return sum + (isAbsent ? 1 : confusion.f1(of: tag))
        } / Double(confusion.classCount)
    }

    /// 95 % intervals of the two lenient scores and of accuracy, from samples of the texts.
    static func intervals(_ rows: ScoredRows, resamples: Int) -> [String: Bootstrap.Interval] {
        let scheme = TagScheme(rows.names)
        let (truth, answers) = (rows.labels, rows.classes(by: .mostProbable))
        let sequences = rows.sequences ?? [0..<truth.count]
        let texts = sequences.map { words in
            var counts = SpanCounts(typeCount: scheme.types.count)
            counts.add(scheme.spans(of: truth[words]), scheme.spans(of: answers[words]))
            return (counts: counts, right: words.count { truth[$0] == answers[$0] }, words: words.count)
        }
        return Bootstrap.intervals(rows: texts.count, resamples: resamples) { sample in
            var counts = SpanCounts(typeCount: scheme.types.count)
            var (right, words) = (0, 0)
            for text in sample {
                counts.add(texts[text].counts)
                right += texts[text].right
                words += texts[text].words
            }
            let accuracy = Double(right) / Double(max(1, words))
            var figures = [ScoreFigures.name(\.accuracy): accuracy]
            figures[entity.name] = scheme.hasSpans ? counts.microF1 : accuracy
            figures[entityMacro.name] = counts.macroF1
            return figures
        }
    }
}

/// Entities of each type in the rows, in the answers, and in both.
struct SpanCounts {
    private var truth: [Int]
    private var answered: [Int]
    private var right: [Int]

    init(typeCount: Int) {
        truth = Array(repeating: 0, count: typeCount)
        (answered, right) = (truth, truth)
    }

    /// Adds those of one sequence, in its order.
    mutating func add(_ spans: [TagScheme.Span], _ answers: [TagScheme.Span]) {
        for span in spans { truth[span.type] += 1 }
        let found = Set(spans)
        for answer in answers {
            answered[answer.type] += 1
            if found.contains(answer) { right[answer.type] += 1 }
        }
    }

    mutating func add(_ other: SpanCounts) {
        for type in truth.indices {
            truth[type] += other.truth[type]
            answered[type] += other.answered[type]
            right[type] += other.right[type]
        }
    }

    private static func f1(_ right: Int, _ doubled: Int) -> Double {
        doubled == 0 ? 0 : 2 * Double(right) / Double(doubled)
    }

    /// 0 without any entity.
    var microF1: Double {
        Self.f1(right.reduce(0, +), truth.reduce(0, +) + answered.reduce(0, +))
    }

    /// Over the types that are in the rows or the answers; nil if none is.
    var macroF1: Double? {
        let present = truth.indices.filter { truth[$0] + answered[$0] > 0 }
        if present.isEmpty { return nil }
        return present.reduce(0) { $0 + Self.f1(right[$1], truth[$1] + answered[$1]) } / Double(present.count)
    }
}
