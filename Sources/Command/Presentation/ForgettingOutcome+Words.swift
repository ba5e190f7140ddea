internal import CommentStore
package import PipelineEngine
internal import TextBasics

extension CommentForgetting.Outcome {
    package var lines: [String] {
        var lines = [
            "\(Counts.text(figures.comments.count, "comment")) forgotten"
                + (figures.unknown == 0
                    ? "" : ", \(Counts.grouped(figures.unknown)) not known and never to be taken")
                + (figures.alreadyForgotten == 0
                    ? "" : ", \(Counts.grouped(figures.alreadyForgotten)) forgotten before")
        ]
        for (label, count) in labels.sorted(by: { $0.key < $1.key }) {
            lines.append("  \(label) \(Counts.grouped(count)) in the promoted label set")
        }
        if figures.emptiedRows > 0 {
            lines.append(
                "\(Counts.text(figures.emptiedRows, "row")) that could not be read and named or quoted them, emptied"
            )
        }
        if removedMessages > 0 {
            lines.append(
                "\(Counts.text(removedMessages, "message")) of earlier runs removed, which may have quoted them"
            )
        }
        if removedResults > 0 {
            lines.append(
                "\(Counts.text(removedResults, "result")) with texts removed, \(Bytes.text(removedBytes))")
        }
        if !publishedFolders.isEmpty {
            lines.append("published files that may still hold their texts:")
            for (folder, count) in publishedFolders.sorted(by: { $0.key < $1.key }) {
                lines.append("  \(Counts.text(count, "file")) in \(folder)")
            }
        }
        return lines
    }
}
