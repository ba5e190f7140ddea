import Presentation
import RunStore
import StageKit
import Testing

struct PublishedFoldersTests {
    private static func folders(
        _ files: [(path: String, labelSet: String?)], promoted: String? = nil, missing: Set<String> = []
    ) -> PublishedFolders {
        PublishedFolders(
            files.map {
                PublishedFile(
                    path: $0.path, pipeline: "news", stage: "tsv", digest: "", size: 1, labelSet: $0.labelSet)
            }, promoted: promoted, isThere: { !missing.contains($0) })
    }

    @Test func filesAreCountedByFolderAndLabelSet() {
        let folders = Self.folders(
            [("/w/b/1", "s2"), ("/w/a/1", "s1"), ("/w/a/2", "s1"), ("/w/page", nil), ("/else/x", nil)],
            promoted: "s1")
        #expect(
            folders.lines(here: "/w") == [
                "a: 2 files of label set s1, promoted", "b: 1 file of label set s2, not the promoted one",
                ".: 1 file", "/else: 1 file",
            ])
    }

    @Test func missingFilesAreReportedAndClearedFoldersOnlyOfThePromotedSet() {
        let folders = Self.folders(
            [("/a/1", "s1"), ("/b/1", "s2"), ("/c/1", "s2"), ("/c/2", "s2")], promoted: "s1",
            missing: ["/a/1", "/b/1", "/c/2"])
        #expect(
            folders.lines(here: "/w") == [
                "/a: 1 file of label set s1, promoted; 1 missing",
                "/c: 2 files of label set s2, not the promoted one; 1 missing",
            ])
        #expect(folders.json.arrayValue?.count == 2)
    }

    @Test func onlyTheLastSixOfOtherFoldersAreNamed() {
        let folders = Self.folders((1...9).map { ("/f\($0)/x", "s\($0)") }, promoted: "s1")
        let lines = folders.lines(here: "/w")
        #expect(lines.count == 8)
        #expect(lines.first == "/f1: 1 file of label set s1, promoted")
        #expect(lines[1].hasPrefix("/f4: "))
        #expect(lines.last == "and 2 folders more")
    }
}
