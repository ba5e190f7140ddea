internal import StageKit

/// What an export stage reports.
struct ExportFigures: KindFigures {
    var rows: Int?
    /// One for each side, in the order of the sides.
    var files: [File]?
    /// Name of the tables' format.
    var format: String?
    /// Names of the columns, in their order.
    var columns: [String]?
    /// Of results of earlier versions.
    var fingerprint: String?

    static let fields: [JSONField<ExportFigures>] = [
        JSONField("rows", \.rows, "rows in all tables"), JSONField("files", \.files),
        JSONField("format", \.format), JSONField("columns", \.columns),
        JSONField("fingerprint", \.fingerprint),
    ]

    /// A table as it was written.
    struct File: JSONRecord {
        /// Relative to the folder of the result.
        var path: String?
        /// Name of the side.
        var split: String?
        var rows: Int?
        var bytes: Int?
        /// 64 hex digits.
        var sha256: String?

        static let fields: [JSONField<File>] = [
            JSONField("path", \.path), JSONField("split", \.split), JSONField("rows", \.rows),
            JSONField("bytes", \.bytes), JSONField("sha256", \.sha256),
        ]
    }
}
