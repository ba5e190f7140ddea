internal import JSON

/// What a batch holds and how it was read: its first line, a JSON object.
package struct BatchHeader: Hashable, Sendable {
    package enum Content: String, Hashable, Sendable {
        /// The rows of one file.
        case rows
        /// Answers of a comment service.
        case answers
    }

    package var content: Content
    /// Name of the source.
    package var source: String
    /// Digest of how the rows were read, 64 hex digits; empty for answers, which are read when they are taken in.
    package var mapping: String
    /// Which salt authors were hashed with, 16 hex digits; `nil` if there are no authors.
    package var salt: String?
    /// The file that was read, as shown to people.
    package var name: String
    /// SHA-256 of the file that was read, 64 hex digits; empty for answers.
    package var input: String
    /// What rows without their own time got, or when the first answer came; seconds since 1970, UTC.
    package var moment: Int64
    /// When the file was last written, or the last answer came; seconds since 1970, UTC.
    package var modified: Int64
    /// The worker's share, as in `2/5`.
    package var share: String

    package init(
        _ content: Content, source: String, mapping: String, salt: String?, name: String, input: String,
        moment: Int64, modified: Int64, share: String
    ) {
        self.content = content
        self.source = source
        self.mapping = mapping
        self.salt = salt
        self.name = name
        self.input = input
        self.moment = moment
        self.modified = modified
        self.share = share
    }

    var json: JSONValue {
        [
            "splitvote_batch": .integer(BatchName.currentVersion), "content": .string(content.rawValue),
            "source": .string(source), "mapping": .string(mapping),
            "salt": salt.map(JSONValue.string) ?? .null,
            "name": .string(name), "input": .string(input), "moment": .integer(Int(moment)),
            "modified": .integer(Int(modified)), "share": .string(share),
        ]
    }

    init?(_ json: JSONValue) {
        guard json["splitvote_batch"]?.intValue == BatchName.currentVersion,
            let content = json["content"]?.stringValue.flatMap(Content.init(rawValue:)),
            let source = json["source"]?.stringValue,
            let mapping = json["mapping"]?.stringValue, let name = json["name"]?.stringValue,
            let input = json["input"]?.stringValue, let moment = json["moment"]?.intValue,
            let modified = json["modified"]?.intValue, let share = json["share"]?.stringValue
        else { return nil }
        self.init(
            content, source: source, mapping: mapping, salt: json["salt"]?.stringValue, name: name,
            input: input,
            moment: Int64(moment), modified: Int64(modified), share: share)
    }

    /// The order in which batches are taken in, which does not depend on who finished first: by the day that they were read for, then by file
    /// name, the age of the file and the batch's own digest.
    /// - Parameters:
    ///   - digest: SHA-256 of the batch.
    ///   - other: another batch, with its digest.
    package func precedes(_ digest: String, _ other: (header: BatchHeader, digest: String)) -> Bool {
        if moment != other.header.moment { return moment < other.header.moment }
        if !name.utf8.elementsEqual(other.header.name.utf8) {
            return name.utf8.lexicographicallyPrecedes(other.header.name.utf8)
        }
        return (modified, digest) < (other.header.modified, other.digest)
    }
}
