/// Makes something of one text after another, each by itself or by those before it: never by those after it, so that rows
/// come out as they go in.
package protocol TextFilter {
    /// Names of the columns that come behind a row; empty where the result takes the place of the text.
    var columns: [String] { get }

    /// What becomes of some texts, in their order.
    /// - Parameter texts: UTF-8; `nil` if a row has none.
    mutating func results(of texts: [[UInt8]?]) throws -> [FilterResult]

    /// What is worth knowing at the end, as sentences.
    var remarks: [String] { get }
}

/// What a filter makes of a text.
package struct FilterResult {
    /// One for each column; `nil` for a value that is missing.
    package var fields: [[UInt8]?]
    /// Whether `--drop` leaves the row out.
    package var isDropped = false

    package init(fields: [[UInt8]?], isDropped: Bool = false) {
        self.fields = fields
        self.isDropped = isDropped
    }
}
