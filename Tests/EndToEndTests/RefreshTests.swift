import Foundation
import Testing

/// `run --refresh STAGE`, which rebuilds what a stage shows from the files that there are.
struct RefreshTests {
    private func sandbox() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.pipeline(), to: "p.yaml")
        try sandbox.write(SampleComments.table(articles: 3), to: "data/day1.tsv")
        return sandbox
    }

    private func run(_ sandbox: Sandbox, _ arguments: String...) throws -> String {
        let outcome = try sandbox.splitvote(["run", "p.yaml", "--until", "clean"] + arguments)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return outcome.errors
    }

    @Test func filesAreReadAgainThoughNothingChanged() throws {
        let sandbox = try sandbox()
        _ = try run(sandbox)
        #expect(try run(sandbox).contains("nothing to do: 0 stages ran, 2 cached"))
        let again = try run(sandbox, "--refresh", "comments")
        #expect(again.contains("comments: files are read again (files 1"), "\(again)")
        #expect(again.contains("rows 30, repeats 30, comments 30"), "\(again)")
        #expect(again.contains("1 stage ran, 1 cached"), "the same comments follow: \(again)")
        #expect(try run(sandbox).contains("nothing to do"))
    }

    @Test func commentsOfAFileThatIsGoneAreShownUntilThen() throws {
        let sandbox = try sandbox()
        try sandbox.write(SampleComments.table(articles: 6), to: "data/day2.tsv")
        _ = try run(sandbox)
        let shown = "SELECT count(*) FROM comment WHERE status = 'present'"
        try FileManager.default.removeItem(at: sandbox.folder.appending(path: "data/day2.tsv"))
        _ = try run(sandbox)
        #expect(try sandbox.sqlite(shown) == ["60"])
        let forced = try run(sandbox, "--force", "comments")
        #expect(!forced.contains("files are read again"), "\(forced)")
        #expect(try sandbox.sqlite(shown) == ["60"])
        let refreshed = try run(sandbox, "--refresh", "comments")
        #expect(refreshed.contains("2 stages ran"), "other comments, other texts: \(refreshed)")
        #expect(try sandbox.sqlite(shown) == ["30"])
    }

    @Test func aStageThatThereIsNotIsRefusedBeforeAnythingRuns() throws {
        let sandbox = try sandbox()
        let outcome = try sandbox.splitvote("run", "p.yaml", "--refresh", "coments")
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("--refresh coments: there is no such stage"), "\(outcome.errors)")
        #expect(outcome.errors.contains("did you mean 'comments'?"), "\(outcome.errors)")
        #expect(!sandbox.exists("artifacts"))
    }
}
