internal import StageKit

/// What is reported of a user's program beside what it reports itself.
struct CommandFigures: KindFigures {
    var files: Int?
    var bytes: Int?

    static let fields: [JSONField<CommandFigures>] = [
        JSONField("files", \.files, "files that the program made"),
        JSONField("bytes", \.bytes, "total size of these files, in bytes"),
    ]
}
