import Foundation
import JSON
import LabelStudies
import Labeling
import Testing
import VoteModel

struct DefinitionAgreementTests {
    /// `Tests/Fixtures/definitions/definitions.json`, by pandas.
    struct Fixture: Decodable {
        struct Agreement: Decodable {
            var controversial: Int
            /// The labels, then the scores.
            var shared: [[Double]]
            var medians: [Double]
        }
        var agreement: Agreement
        var counts: [[Int]]

        static func read() throws -> Fixture {
            let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent()
            let file = tests.appendingPathComponent("Fixtures/definitions/definitions.json")
            return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file))
        }
    }

    static func table(_ counts: [[Int]], _ rule: ControversyRule) throws -> LabelTable {
        let votes = counts.flatMap { repeatElement(VoteCount(up: $0[0], down: $0[1]), count: $0[2]) }
        return try LabelTable(
            comments: votes.indices.map { Int64($0 + 1) }, labels: votes.map { rule.verdict(for: $0).code },
            ups: votes.map { Int32($0.up) }, downs: votes.map { Int32($0.down) })
    }

    @Test func agreementEqualsThatOfPandas() throws {
        let fixture = try Fixture.read()
        let rule = ControversyRule()
        let found = DefinitionAgreement(of: rule, try Self.table(fixture.counts, rule))
        #expect(found.controversial == fixture.agreement.controversial && found.comments == 6_000)
        #expect(
            found.definitions.map(\.name)
                == ["live", "posterior", "entropy", "reddit", "balance", "minority"])
        for (one, expected) in zip(found.definitions, fixture.agreement.shared) {
            #expect(one.comments == found.controversial)
            for (share, wanted) in zip(one.shared, expected) {
                #expect(abs(share - wanted) < 1e-12, "\(one.name): \(one.shared) \(expected)")
            }
        }
        #expect(found.definitions.map(\.medianVotes) == fixture.agreement.medians)
        // Negative control: under another range the posterior takes other comments.
        let wide = ControversyRule(controversial: 0.3...0.7)
        let other = DefinitionAgreement(of: wide, try Self.table(fixture.counts, rule))
        #expect(other.definitions[1].shared[0] != found.definitions[1].shared[0])
    }

    @Test func theOrderOfCommentsDoesNotMatterAndTheMatrixIsEven() throws {
        let counts = try Fixture.read().counts
        let rule = ControversyRule(minVotes: 10)
        let found = DefinitionAgreement(of: rule, try Self.table(counts, rule))
        #expect(DefinitionAgreement(of: rule, try Self.table(counts.reversed(), rule)) == found)
        for (row, one) in found.definitions.enumerated() {
            #expect(one.shared[row] == 1)
            for column in one.shared.indices {
                #expect(one.shared[column] == found.definitions[column].shared[row])
            }
        }
    }

    @Test func priorsOfSourcesAreThoseOfThePosterior() throws {
        let rule = ControversyRule(minVotes: 5)
        // As many votes from two sources; by the second's prior all its readers agree.
        let table = try Self.table([[5, 5, 4], [6, 4, 4]], rule)
        let priors = [BetaPrior.uniform, BetaPrior(alpha: 500, beta: 1)]
        let sources = table.comments.map { $0 <= 4 ? 1 : 0 }
        var labels = table.labels
        for row in 4..<8 { labels[row] = Verdict.abstain(.unsure).code }
        let half = try LabelTable(
            comments: table.comments, labels: labels, ups: table.ups, downs: table.downs)
        #expect(DefinitionAgreement(of: rule, half).definitions[1].shared[0] == 1)
        let found = DefinitionAgreement(of: rule, half, sources: sources, priors: priors)
        #expect(found.definitions[1].shared[0] == 0)
    }

    @Test func unsettledCommentsAreLeftOutAndNoneControversialSharesNothing() throws {
        let rule = ControversyRule(minVotes: 5)
        let unsettled = Verdict.abstain(.unsettled).code
        let table = try LabelTable(comments: [1, 2], labels: [unsettled, 0], ups: [50, 9], downs: [50, 0])
        let found = DefinitionAgreement(of: rule, table)
        #expect(found.comments == 1 && found.controversial == 0)
        #expect(found.definitions.allSatisfy { $0.comments == 0 && $0.shared.allSatisfy { $0 == 0 } })
    }

    @Test func theDocumentFitsItsSchema() throws {
        let rule = ControversyRule()
        let found = DefinitionAgreement(of: rule, try Self.table(try Fixture.read().counts, rule))
        let schema = try SchemaWalk("label-agreement.schema.json")
        let bytes = found.json(labelSet: "06b0497dd4bf96a8", by: "ratio")
        #expect(try schema.problems(bytes) == [])
        #expect(
            try schema.problems(
                Array(String(decoding: bytes, as: UTF8.self).replacing("median_votes", with: "mean").utf8))
                != [])
    }
}
