internal import CLibrary
package import LinearModels
package import TextBasics
package import TextFeatures

/// What a baseline looks at in a text.
package enum BaselineFeatures: Sendable {
    /// Nothing: every text gets the same answer.
    case majority
    /// The logarithm of each text's length in code points.
    case length
    /// Which n-grams are in it, and how rare they are.
    case tfidf([Part])

    /// The n-grams of one of the texts of a row.
    package struct Part: Sendable {
        package enum Field: String, CaseIterable, Sendable {
            /// The only text, of pairs the second.
            case text
            /// The first text of pairs, such as the title.
            case first
        }

        package var field: Field
        package var vectorizer: TfidfVectorizer

        package init(_ field: Field, _ vectorizer: TfidfVectorizer) {
            self.field = field
            self.vectorizer = vectorizer
        }
    }

    /// The name that folders and pipeline files know it by.
    package var kind: BaselineKind {
        switch self {
        case .majority: .majority
        case .length: .length
        case .tfidf: .tfidf
        }
    }

    /// The rows of some texts.
    ///
    /// - Parameters:
    ///   - firsts: the first texts of pairs.
    ///   - threads: that the rows' products may use.
    package func rows(of texts: UTF8Rows, firsts: UTF8Rows?, threads: Int = 1) -> SparseFeatures {
        switch self {
        case .majority:
            SparseFeatures(
                columnCount: 0, starts: Array(repeating: 0, count: texts.count + 1), columns: [], values: [])
        case .length: Self.lengths([texts] + (firsts.map { [$0] } ?? []))
        case .tfidf(let parts):
            SparseFeatures(
                joining: parts.map { part in
                    part.vectorizer.rows(of: part.field == .text ? texts : firsts ?? UTF8Rows())
                }, threads: threads)
        }
    }

    private static func lengths(_ fields: [UTF8Rows]) -> SparseFeatures {
        let count = fields[0].count
        var values: [Double] = []
        for row in 0..<count {
            for field in fields {
                let points = field[row].count { $0 & 0xC0 != 0x80 }
                values.append(log(1 + Double(points)))
            }
        }
        return SparseFeatures(
            columnCount: fields.count, starts: (0...count).map { $0 * fields.count },
            columns: (0..<count).flatMap { _ in fields.indices.map(Int32.init) }, values: values)
    }
}

/// A model that is quick to make and hard to beat by chance: what others are measured by.
package enum BaselineKind: String, CaseIterable, Sendable {
    /// The share of each class among the training rows, or their mean score, whatever the text.
    case majority
    /// A linear model of the text's length.
    case length
    /// A linear model of n-grams weighted by their rarity.
    case tfidf
}
