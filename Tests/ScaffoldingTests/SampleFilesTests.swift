import DemoData
import Foundation
import Scaffolding
import StageKit
import Testing

struct SampleFilesTests {
    private static let news = SyntheticNews(
        seed: 1, articles: SyntheticNews.articleRange.lowerBound, commentsPerArticle: 2)

    @Test func filesAreWrittenAndTheirRowsCounted() throws {
        let folder = NSTemporaryDirectory() + "sample-" + UUID().uuidString + "/deep"
        defer { try? FileManager.default.removeItem(atPath: folder + "/..") }
        let written = try SampleFiles.write(Self.news, into: folder)
        #expect(!written.isEmpty)
        for file in written {
            let text = try String(contentsOfFile: file.path, encoding: .utf8)
            // A head, and an end of line after each row.
            #expect(text.split(separator: "\n").count == file.comments + 1, "\(file.path)")
        }
    }

    @Test func aFolderThatCannotBeIsNamed() {
        let error = #expect(throws: StageError.self) {
            try SampleFiles.write(Self.news, into: "/dev/null/data")
        }
        #expect(
            error?.message.hasPrefix("cannot write into the folder /dev/null/data") == true,
            "\(String(describing: error))")
        #expect(error?.hint == "name a folder that can be written to")
    }
}
