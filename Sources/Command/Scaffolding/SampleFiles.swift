internal import CLibrary
package import DemoData
private import Foundation
internal import StageKit

/// A folder of synthetic comments.
package enum SampleFiles {
    /// Why a sample of this size cannot be made; `nil` if it can.
    package static func problem(articles: Int, comments: Int) -> String? {
        if !SyntheticNews.articleRange.contains(articles) {
            return "--articles is \(articles); \(SyntheticNews.articleRange) are possible"
        }
        if !SyntheticNews.commentRange.contains(comments) {
            return "--comments is \(comments); \(SyntheticNews.commentRange) are possible"
        }
        return nil
    }

    /// Writes the files of a sample, over those of the same names.
    /// - Parameter folder: made where it does not exist.
    /// - Returns: each file, as its path would be typed, with how many comments are in it.
    /// - Throws: ``/StageKit/StageError`` naming the folder when it cannot be written to.
    package static func write(
        _ news: SyntheticNews, into folder: String
    ) throws -> [(path: String, comments: Int)] {
        let place = URL(filePath: folder)
        do {
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            return try news.files().map { file in
                let url = place.appending(path: file.name)
                try Data(file.bytes).write(to: url, options: .atomic)
                return (url.relativePath, file.bytes.count { $0 == 0x0A } - 1)
            }
        } catch let error as CocoaError {
            throw StageError(
                "cannot write into the folder \(folder)\(reason(of: error))",
                hint: "name a folder that can be written to")
        }
    }

    /// What the system said, where it said something.
    private static func reason(of error: CocoaError) -> String {
        guard let system = error.underlying as? POSIXError else { return "" }
        return ": " + systemReason(system.code.rawValue)
    }
}
