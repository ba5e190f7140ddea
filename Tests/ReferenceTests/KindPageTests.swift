import Diagnostics
import Foundation
import PipelineFile
import PipelinePlan
import Reference
import StageCatalog
import StageKit
import Testing

/// The pages about stage kinds.
struct KindPageTests {
    static let kinds = StageRegistry.all.names

    private func type(_ name: String) throws -> any Stage.Type { try #require(StageRegistry.all[name]) }

    @Test(arguments: kinds)
    func eachKeyHasATextAndAnExample(name: String) throws {
        let rows = KeyRow.all(of: try type(name))
        for row in rows {
            #expect(row.help.hasSuffix("."), "\(name): \(row.path)")
            let isMap = rows.contains { $0.path.hasPrefix(row.path + ".") }
            #expect(isMap || row.example != nil, "\(name): \(row.path) has no example")
        }
        // What is said of a key that does not exist would never be read.
        for path in try type(name).kind.values.keys {
            #expect(rows.contains { $0.path == path }, "\(name): there is no key \(path)")
        }
    }

    /// The example of a key is one that the key takes: with it alone, nothing is said of its type or range.
    @Test(arguments: kinds)
    func eachExampleIsTaken(name: String) throws {
        let type = try type(name)
        for row in KeyRow.all(of: type) {
            guard let example = row.example else { continue }
            let messages = try problems(of: row, example, type)
            #expect(messages.isEmpty, "\(name): \(row.path): \(example): \(messages)")
        }
    }

    @Test func aValueThatIsNotTakenIsFound() throws {
        let row = try #require(KeyRow.all(of: try type("label")).first { $0.path == "min_votes" })
        #expect(try problems(of: row, "many", try type("label")).count == 1)
        #expect(try problems(of: row, "0", try type("label")).count == 1)
    }

    private func problems(
        of row: KeyRow, _ example: String, _ type: any Stage.Type
    ) throws -> [String] {
        let parts = row.path.split(separator: ".")
        let written = parts.reversed().reduce(example) { "{\($1): \($0)}" }
        let text = """
            splitvote: 1
            pipeline: example
            secrets: {salt: {env: SALT}, token: {env: TOKEN}}
            stages: {one: {uses: \(type.kind.name), with: \(written)}}
            """
        let document = try PipelineDocument(Array(text.utf8), file: "example.yaml")
        #expect(document.findings.isEmpty, "\(text): \(document.findings.map(\.message))")
        do {
            _ = try PlannedPipeline.plan(
                document: document, registry: .all, baseFolder: "/nowhere", runDate: "2026-01-31")
            return []
        } catch {
            let marks = ["it takes", "has no parameter", "lies in", "expected", "is not", "no unit"]
            return error.findings.map(\.message).filter { message in
                message.contains("'\(row.path)'") && marks.contains { message.contains($0) }
            }
        }
    }

    /// All of them together are one pipeline.
    @Test func theExamplesAreAPipeline() throws {
        let stages = StageRegistry.all.kinds.flatMap { type in
            type.kind.example.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }
        }
        let text = "splitvote: 1\npipeline: example\nstages:\n" + stages.joined(separator: "\n") + "\n"
        let document = try PipelineDocument(Array(text.utf8), file: "example.yaml")
        #expect(document.findings.map(\.rendered) == [])
        do {
            let plan = try PlannedPipeline.plan(
                document: document, registry: .all, baseFolder: "/nowhere", runDate: "2026-01-31")
            #expect(Set(plan.stages.map(\.kind.name)) == Set(Self.kinds))
        } catch {
            Issue.record("\(error.rendered())")
        }
    }

    @Test(arguments: kinds)
    func eachFigureHasAText(name: String) throws {
        let kind = try type(name).kind
        for figure in kind.figures + kind.figureFamilies {
            #expect(!figure.summary.isEmpty, "\(name): \(figure.name)")
        }
        #expect(!kind.example.isEmpty)
    }

    @Test(arguments: kinds)
    func thePageOfAKindSaysWhatTheProgramSays(name: String) throws {
        try RecordedPage.check("stages/\(name).md", says: KindPage(try type(name)).markdown)
    }

    @Test func theListOfKindsSaysWhatTheProgramSays() throws {
        try RecordedPage.check("stages.md", says: KindPage.index(StageRegistry.all.kinds))
        let folder = RecordedPage.root.appending(path: "docs/reference/stages")
        let pages = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(pages) == Set(Self.kinds.map { "\($0).md" }))
    }

    @Test func theHelpOfAKindNamesEachOfItsKeys() throws {
        for name in Self.kinds {
            let lines = try KindHelp.lines(name, .all)
            for row in KeyRow.all(of: try type(name)) { #expect(lines.contains("  \(row.path)"), "\(name)") }
            #expect(lines.allSatisfy { $0.count <= 120 && !$0.contains("`") }, "\(name)")
        }
    }

    @Test func theHelpOfNoKindNamesTheNearest() {
        do {
            _ = try KindHelp.lines("lable", .all)
            Issue.record("'lable' is no stage kind")
        } catch {
            #expect(error.findings.first?.message == "there is no stage kind 'lable'")
            #expect(error.findings.first?.hint?.hasPrefix("did you mean 'label'?") == true)
        }
    }

    @Test func eachPlaceholderOfAPathHasAText() {
        let known = Set(Placeholder.ofPaths.map(\.name))
        let named = StageRegistry.all.kinds.flatMap { type -> [String] in
            var reader = ParameterReader(describing: type.kind.name)
            _ = try? type.init(parameters: &reader)
            return reader.specifications.flatMap { specification -> [String] in
                switch specification.form {
                case .outputPath(let names), .outputPaths(let names): names
                default: []
                }
            }
        }
        #expect(Set(named) == known)
    }
}
