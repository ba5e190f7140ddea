import Foundation
import PipelineAccess
import StageKit
import Testing

struct WordOffersTests {
    private static let text = """
        splitvote: 1
        pipeline: news
        store: {state: state/news.sqlite, artifacts: state/artifacts}
        params: {note: one, other: "$$(touch a)"}
        stages:
          first: {uses: idle, with: {note: $params.note}}
          second: {uses: idle}
        """

    private func offers(_ folder: PipelineFolder, _ words: String...) -> WordOffers {
        WordOffers(
            after: ["splitvote"] + words.map { $0.replacing("FILE", with: folder.file) },
            registry: StageRegistry([IdleStage.self]))
    }

    @Test func stagesAreThoseOfTheFileOnTheLine() throws {
        let folder = try PipelineFolder()
        #expect(offers(folder, "run", "FILE", "--until").stages == ["first", "second"])
        #expect(offers(folder, "run", "-n", "'FILE'", "--until").stages == ["first", "second"])
        #expect(offers(folder, "run", "--until").stages.isEmpty)
    }

    @Test func selectorsKeepWhatWasTypedBefore() throws {
        // The folder is there as long as the value is; the file is read when words are asked for.
        let folder = try PipelineFolder()
        defer { withExtendedLifetime(folder) {} }
        let words = offers(folder, "run", "FILE", "-s")
        #expect(words.selectors("f") == ["first", "second"])
        #expect(words.selectors("+f") == ["+first", "+second"])
        #expect(words.selectors("first,+") == ["first,+first", "first,+second"])
    }

    @Test func settingsShowTheValuesThatTheyHave() throws {
        let folder = try PipelineFolder(Self.text)
        let other = try PipelineFolder()
        defer { withExtendedLifetime((folder, other)) {} }
        let words = offers(folder, "run", "FILE", "-S")
        // What a shell would run is not offered.
        #expect(words.settings("") == ["note=one", "other="])
        #expect(words.settings("fi") == ["note=one", "other=", "first.note=one", "second.note=none"])
        #expect(
            offers(other, "run", "FILE", "-S").settings("") == [
                "first.note=one", "second.note=none",
            ])
    }

    @Test func wordsOfRunsAndLabelsFollowTheFile() throws {
        let folder = try PipelineFolder()
        #expect(offers(folder, "runs", "FILE").runsWords == ["ls", "show", "diff", "plot", "export"])
        #expect(
            offers(folder, "runs", "--state", "a.sqlite").runsWords == [
                "ls", "show", "diff", "plot", "export",
            ])
        // Before the first run there is no ID.
        #expect(offers(folder, "runs", "FILE", "show").runsWords == ["last"])
        #expect(offers(folder, "runs", "FILE", "ls").runsWords.isEmpty)
        #expect(offers(folder, "labels", "FILE").labelsWords.contains("promote"))
        for words in [["show"], ["diff"], ["diff", "latest"], ["promote"], ["agreement"]] {
            let offered = WordOffers(
                after: ["splitvote", "labels", folder.file] + words, registry: StageRegistry([IdleStage.self])
            )
            #expect(offered.labelsWords == ["promoted", "previous", "latest"], "\(words)")
        }
        #expect(offers(folder, "labels", "FILE", "ls").labelsWords.isEmpty)
    }

    @Test(arguments: ["", "splitvote: 1", "stages: ["])
    func aFileThatCannotBeReadOffersNothing(text: String) throws {
        let words = offers(try PipelineFolder(text), "run", "FILE", "-S")
        #expect(words.stages.isEmpty && words.settings("a").isEmpty && words.selectors("+").isEmpty)
    }
}
