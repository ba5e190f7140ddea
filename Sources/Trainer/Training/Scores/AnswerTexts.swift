import TextFeatures

/// How the texts of answers are compared, by the rules of each data set's own program.
enum AnswerTexts {
    private typealias Scalars = [UInt32]

    /// Exact match, and F1 or what stands for it, each 0 or 0 ... 1.
    struct Score: Hashable {
        var exact: Double
        var overlap: Double
    }

    /// SQuAD 2.0: words in lower case without punctuation and articles; an answer that has no such words is none.
    ///
    /// Source: Rajpurkar, Jia, Liang, "Know What You Don't Know" (2018), arXiv:1806.03822, evaluate-v2.0.py.
    static func squad(_ text: String, _ answers: [String]) -> Score {
        let own = squadWords(text)
        let wanted = answers.map(squadWords).filter { !$0.isEmpty }
        return best(wanted.isEmpty ? [[]] : wanted) { words in
            if own.isEmpty || words.isEmpty { return (own == words, own == words ? 1 : 0) }
            return (own == words, f1(own, words))
        }
    }

    /// SQuAD 1.1: the same, where each question has an answer.
    ///
    /// Source: Rajpurkar et al., "SQuAD: 100,000+ Questions" (2016), arXiv:1606.05250, evaluate-v1.1.py.
    static func squad1(_ text: String, _ answers: [String]) -> Score {
        let own = squadWords(text)
        return best(answers.map(squadWords)) { ($0 == own, f1(own, $0)) }
    }

    /// KorQuAD 1.0: quotation marks and brackets are blanks, then lower case without ASCII punctuation; F1 of characters.
    ///
    /// Source: Lim, Kim, Lee, "KorQuAD1.0" (2019), arXiv:1909.07005, evaluate-v1.0.py.
    static func korquad(_ text: String, _ answers: [String]) -> Score {
        let own = korquadWords(text)
        return best(answers.map(korquadWords)) { words in
            (own == words, f1(own.flatMap { $0 }, words.flatMap { $0 }))
        }
    }

    /// KLUE-MRC: lower case without ASCII punctuation; in place of F1 the share of both texts that their longest common run of
    /// characters has, which KLUE calls ROUGE-W.
    ///
    /// Source: Park et al., "KLUE" (2021), section 3.7, arXiv:2105.09680, and KLUE-benchmark/KLUE-baseline, metrics/utils.py.
    static func klue(_ text: String, _ answers: [String]) -> Score {
        let own = klueText(text)
        return best(answers.isEmpty ? [[]] : answers.map(klueText)) { wanted in
            if wanted.isEmpty { return (own == wanted, own == wanted ? 1 : 0) }
            let run = Double(longestRun(own, wanted))
            let precision = own.isEmpty ? 0 : run / Double(own.count)
            return (own == wanted, harmonic(precision, run / Double(wanted.count)))
        }
    }

    private static func best<Value>(_ answers: [Value], _ score: (Value) -> (Bool, Double)) -> Score {
        answers.reduce(into: Score(exact: 0, overlap: 0)) { best, answer in
            let (isExact, overlap) = score(answer)
            if isExact { best.exact = 1 }
            best.overlap = max(best.overlap, overlap)
        }
    }

    // MARK: Texts

    private static func squadWords(_ text: String) -> [Scalars] {
        words(withoutArticles(withoutPunctuation(lowercased(text))))
    }

    private static func korquadWords(_ text: String) -> [Scalars] {
        let marks = Set("'\"《》<>〈〉()‘’".unicodeScalars.map(\.value))
        let blanked = text.unicodeScalars.map { marks.contains($0.value) ? " " : $0 }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: blanked)
        return words(withoutPunctuation(lowercased(String(view))))
    }

    private static func klueText(_ text: String) -> Scalars {
        Scalars(words(withoutPunctuation(withoutBrackets(lowercased(text)))).joined(separator: [0x20]))
    }

    private static func lowercased(_ text: String) -> Scalars {
        PythonText.lowercased(Array(text.utf8)[...])
    }

    private static func words(_ text: Scalars) -> [Scalars] {
        text.split(whereSeparator: PythonText.isSpace).map(Array.init)
    }

    /// ASCII punctuation, as Python's `string.punctuation`.
    private static func withoutPunctuation(_ text: Scalars) -> Scalars {
        text.filter { scalar in
            switch scalar {
            case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: false
            default: true
            }
        }
    }

    private static let articles = ["a", "an", "the"].map { $0.unicodeScalars.map(\.value) }

    private static func withoutArticles(_ text: Scalars) -> Scalars {
        var out: Scalars = []
        var word: Scalars = []
        for scalar in text + [0x20] {
            if PythonText.isWordCharacter(scalar) {
                word.append(scalar)
                continue
            }
            out += articles.contains(word) ? [0x20] : word
            out.append(scalar)
            word = []
        }
        return out
    }

    /// KLUE's pattern for brackets finds but one of them before `()‘’`.
    private static func withoutBrackets(_ text: Scalars) -> Scalars {
        let opening = Set("'\"《》<>〈〉".unicodeScalars.map(\.value))
        let rest = "()‘’".unicodeScalars.map(\.value)
        var out: Scalars = []
        var place = 0
        while place < text.count {
            if opening.contains(text[place]), text[(place + 1)...].starts(with: rest) {
                out.append(0x20)
                place += 1 + rest.count
            } else {
                out.append(text[place])
                place += 1
            }
        }
        return out
    }

    // MARK: Scores

    private static func harmonic(_ precision: Double, _ recall: Double) -> Double {
        precision + recall == 0 ? 0 : (2 * precision * recall) / (precision + recall)
    }

    /// F1 of what two lists have in common, each thing as often as both have it.
    private static func f1<Thing: Hashable>(_ own: [Thing], _ wanted: [Thing]) -> Double {
        var left = wanted.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        var same = 0
        for thing in own where left[thing, default: 0] > 0 {
            left[thing]? -= 1
            same += 1
        }
        if same == 0 { return 0 }
        return harmonic(Double(same) / Double(own.count), Double(same) / Double(wanted.count))
    }

    /// Length of the longest run that two texts have in common as Python's `difflib.SequenceMatcher` finds it: characters that a
    /// text of at least 200 has more often than once in a hundred, and once more, begin no run, and only lengthen one.
    static func longestRun(_ own: [UInt32], _ wanted: [UInt32]) -> Int {
        var places: [UInt32: [Int]] = [:]
        for (place, scalar) in wanted.enumerated() { places[scalar, default: []].append(place) }
        if wanted.count >= 200 {
            let most = wanted.count / 100 + 1
            places = places.filter { $0.value.count <= most }
        }
        var best = (own: 0, wanted: 0, size: 0)
        var lengths: [Int: Int] = [:]
        for (place, scalar) in own.enumerated() {
            var next: [Int: Int] = [:]
            for other in places[scalar] ?? [] {
                let length = lengths[other - 1, default: 0] + 1
                next[other] = length
                if length > best.size { best = (place - length + 1, other - length + 1, length) }
            }
            lengths = next
        }
        while best.own > 0, best.wanted > 0, own[best.own - 1] == wanted[best.wanted - 1] {
            best = (best.own - 1, best.wanted - 1, best.size + 1)
        }
        while best.own + best.size < own.count, best.wanted + best.size < wanted.count,
            own[best.own + best.size] == wanted[best.wanted + best.size]
        {
            best.size += 1
        }
        return best.size
    }
}
