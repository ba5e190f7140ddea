import Foundation
import PipelinePlan
import StageCatalog
import StageKit
import Testing

/// What every stage kind of the program owes its users.
struct StageCatalogTests {
    static let registry = StageRegistry.all
    static let names = registry.names
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test(arguments: names)
    func eachKindSaysWhatItDoes(name: String) throws {
        let kind = try #require(Self.registry[name]).kind
        #expect(kind.summary.hasSuffix("."))
        #expect(!kind.outputs.isEmpty)
        #expect(kind.revision >= 1)
        for figure in kind.figures { #expect(!figure.summary.isEmpty, "\(figure.name)") }
        #expect(Set(kind.figures.map(\.name)).count == kind.figures.count)
        #expect(Set(kind.headline).count == kind.headline.count)
    }

    @Test(arguments: names)
    func eachKindHasAnExampleThatRuns(name: String) throws {
        let folder = Self.root.appending(path: "pipelines")
        let examples = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".yaml") }
            .map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
        #expect(!examples.isEmpty)
        #expect(examples.contains { $0.contains("uses: \(name)") }, "no file in pipelines/ shows '\(name)'")
    }

    @Test func labelingAnewRunsTheLabelsAndWhatIsMadeOfThem() {
        let following = Self.registry.kinds.map { $0.kind }.filter(\.followsLabels)
        #expect(Set(following.map(\.name)) == ["label", "annotate", "sample", "split", "export", "shards"])
    }

    /// A page has one place for each section, and one kind's sentence if it is missing.
    @Test func noTwoKindsSayTheSameOfWhatIsMissing() {
        let reports = Self.registry.kinds.compactMap { $0.kind.report }
        let parts = Dictionary(reports.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let absences = parts.values.flatMap(\.sections).map(\.absence).filter { !$0.isEmpty }
        #expect(Set(absences).count == absences.count)
        #expect(absences.count == 5)
    }

    /// A user's program stands for a stage of any kind.
    @Test func whatNamesOrRulesAResultIsShownOfAProgramToo() throws {
        let own = try #require(Self.registry["command"]?.kind.report).identities
        let all = Self.registry.kinds.compactMap { $0.kind.report }.flatMap(\.identities)
        #expect(Set(all).subtracting(own).isEmpty)
        #expect(Set(all).count > 10)
    }

    /// Which is what a stage writes, a report shows and a check tests, under one name.
    @Test(arguments: names)
    func eachKindHasOneValueForItsFigures(name: String) throws {
        let kind = try #require(Self.registry[name]).kind
        let type = try #require(kind.figuresType)
        #expect(type.init([:]).json == .object([:]))
        #expect(type.init("no figures").json == .object([:]))
    }

    @Test func theSchemaIsThatOfTheProgram() throws {
        let place = Self.root.appending(path: "schemas/pipeline.schema.json")
        let text = PipelineSchema.make(registry: Self.registry).prettyText
        if ProcessInfo.processInfo.environment["SPLITVOTE_RECORD"] == "1" {
            try Data(text.utf8).write(to: place)
            Issue.record(
                "schemas/pipeline.schema.json was rewritten; run the tests again without SPLITVOTE_RECORD")
        }
        #expect(try String(contentsOf: place, encoding: .utf8) == text)
    }
}
