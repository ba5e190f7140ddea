import Foundation
import LinearModels
import Testing
import TextBasics
import TextFeatures

/// Rows of n-gram weights, and logistic regression on them, beside scikit-learn's.
struct TfidfTests {
    struct Matrix: Decodable {
        let starts: [Int]
        let columns: [Int32]
        let values: [Double]
        let columnCount: Int
    }

    struct Fit: Decodable {
        let c: Double
        let classes: Int
        let labels: [Int]
        let weights: [Double]
        let probabilities: [Double]
        let coefficients: [Double]
        let intercepts: [Double]
    }

    struct Case: Decodable, CustomTestStringConvertible, Sendable {
        let name: String
        let unit: String
        let lengths: [Int]
        let lowercase: Bool
        let leastTexts: Int
        let mostFeatures: Int?
        let sublinear: Bool
        let leastWordLength: Int
        let texts: [String]
        let others: [String]
        let ngrams: [String]
        let inverseFrequencies: [Double]
        let rows: Matrix
        let otherRows: Matrix
        let fit: Fit?

        var testDescription: String { name }

        var options: TfidfVectorizer.Options {
            TfidfVectorizer.Options(
                NgramRules(
                    NgramRules.Unit(rawValue: unit) ?? .words, lengths: lengths[0]...lengths[1],
                    lowercase: lowercase, leastWordLength: leastWordLength),
                leastTexts: leastTexts, mostFeatures: mostFeatures, sublinear: sublinear)
        }
    }

    struct Document: Decodable { let cases: [Case] }

    static let cases: [Case] = {
        let place = URL(filePath: #filePath).appending(path: "../../Fixtures/tfidf/tfidf.json").standardized
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return (try? decoder.decode(Document.self, from: Data(contentsOf: place)))?.cases ?? []
    }()

    @Test func allCasesAreThere() { #expect(Self.cases.count == 9) }

    private func expect(_ rows: SparseFeatures, as wanted: Matrix) {
        #expect(rows.columnCount == wanted.columnCount)
        #expect(rows.starts == wanted.starts)
        #expect(rows.columns == wanted.columns)
        for (found, wanted) in zip(rows.values, wanted.values) { #expect(abs(found - wanted) < 1e-12) }
    }

    @Test(arguments: cases)
    func countsAsScikitLearnDoes(one: Case) {
        let vectorizer = TfidfVectorizer(one.options, fitting: UTF8Rows(one.texts))
        let ngrams = (0..<vectorizer.count).map { String(decoding: vectorizer[$0], as: UTF8.self) }
        #expect(ngrams.map { Array($0.utf8) } == one.ngrams.map { Array($0.utf8) })
        for (found, wanted) in zip(vectorizer.inverseFrequencies, one.inverseFrequencies) {
            #expect(abs(found - wanted) < 1e-12)
        }
        expect(vectorizer.rows(of: UTF8Rows(one.texts)), as: one.rows)
        expect(vectorizer.rows(of: UTF8Rows(one.others)), as: one.otherRows)
    }

    @Test(arguments: cases.filter { $0.fit != nil }, [1, 3])
    func fitsAsScikitLearnDoes(one: Case, threads: Int) throws {
        let fit = try #require(one.fit)
        let vectorizer = TfidfVectorizer(one.options, fitting: UTF8Rows(one.texts))
        let found = LogisticRegression(
            fitting: LogisticRegression.Rows(
                features: vectorizer.rows(of: UTF8Rows(one.texts), threads: threads),
                targets: fit.labels.flatMap { label in (0..<fit.classes).map { $0 == label ? 1 : 0 } },
                classCount: fit.classes, weights: fit.weights), l2: 1 / fit.c)
        let probabilities = Self.probabilities(found, vectorizer.rows(of: UTF8Rows(one.others)))
        #expect(probabilities.count == fit.probabilities.count)
        for (found, wanted) in zip(probabilities, fit.probabilities) { #expect(abs(found - wanted) < 1e-6) }
        let width = vectorizer.count
        let coefficients =
            fit.classes == 2
            ? (0..<width).map { found.coefficients[width + $0] - found.coefficients[$0] } : found.coefficients
        for (found, wanted) in zip(coefficients, fit.coefficients) { #expect(abs(found - wanted) < 1e-5) }
    }

    private static func probabilities(_ fit: LogisticRegression, _ rows: SparseFeatures) -> [Double] {
        let classes = fit.intercepts.count
        return (0..<rows.rowCount).flatMap { row -> [Double] in
            let scores = (0..<classes).map { label in
                (rows.starts[row]..<rows.starts[row + 1]).reduce(fit.intercepts[label]) {
                    $0 + rows.values[$1]
                        * fit.coefficients[label * rows.columnCount + Int(rows.columns[$1])]
                }
            }
            let highest = scores.max() ?? 0
            let powers = scores.map { exp($0 - highest) }
            return powers.map { $0 / powers.reduce(0, +) }
        }
    }

    /// Each of these gives other rows: a comparison that let them pass would compare nothing.
    @Test func otherRulesAreSeen() throws {
        let one = try #require(Self.cases.first { $0.name.hasPrefix("characters in words, as") })
        func differ(_ change: (inout TfidfVectorizer.Options) -> Void) -> Bool {
            var options = one.options
            change(&options)
            let found = TfidfVectorizer(options, fitting: UTF8Rows(one.texts)).rows(of: UTF8Rows(one.texts))
            return found.starts != one.rows.starts
                || zip(found.values, one.rows.values).contains { abs($0 - $1) > 1e-9 }
        }
        #expect(!differ { _ in })
        #expect(differ { $0.sublinear = false })
        #expect(differ { $0.leastTexts = 1 })
        #expect(differ { $0.ngrams.unit = .characters })
        #expect(differ { $0.ngrams.lengths = 1...4 })
        #expect(differ { $0.ngrams.lowercase = false })
    }

    @Test func keepsThoseThatAreMostOftenThere() {
        let rules = NgramRules(.words, lengths: 1...1, leastWordLength: 1)
        let texts = UTF8Rows(["b b b a", "c a", "c d", "e"])
        func kept(_ most: Int?) -> [String] {
            let vectorizer = TfidfVectorizer(.init(rules, mostFeatures: most), fitting: texts)
            return (0..<vectorizer.count).map { String(decoding: vectorizer[$0], as: UTF8.self) }
        }
        #expect(kept(nil) == ["a", "b", "c", "d", "e"])
        #expect(kept(1) == ["b"])
        #expect(kept(2) == ["a", "b"])
        #expect(kept(4) == ["a", "b", "c", "d"])
    }

    @Test func whatWasFittedCanBeTakenOver() throws {
        let one = try #require(Self.cases.last)
        let first = TfidfVectorizer(one.options, fitting: UTF8Rows(one.texts))
        let again = TfidfVectorizer(
            one.options, ngrams: (0..<first.count).map { first[$0] },
            inverseFrequencies: first.inverseFrequencies)
        let (a, b) = (first.rows(of: UTF8Rows(one.others)), again.rows(of: UTF8Rows(one.others)))
        #expect(a.columns == b.columns)
        #expect(a.values == b.values)
        #expect(!a.values.isEmpty)
    }
}
