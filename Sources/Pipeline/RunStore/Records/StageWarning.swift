internal import GRDB
internal import StageKit

/// A sentence about a stage's result that the user should read, also the next morning.
package struct StageWarning: Hashable, Sendable {
    package enum Origin: String, Hashable, Sendable {
        /// The stage said it while it ran. It goes wherever the result goes.
        case stage
        /// A figure was outside the limits of a check with `else: warn`. Every run looks again.
        case check
        /// It happened while files were put where the user wants them, in one run only.
        case files
    }

    package var origin: Origin
    /// A whole sentence.
    package var text: String

    package init(_ origin: Origin, _ text: String) {
        self.origin = origin
        self.text = text
    }
}

extension StageWarning {
    init?(_ json: JSONValue) {
        guard let origin = json["origin"]?.stringValue.flatMap(Origin.init(rawValue:)),
            let text = json["text"]?.stringValue
        else { return nil }
        self.init(origin, text)
    }

    static func json(_ warnings: [StageWarning]) -> JSONValue {
        .array(warnings.map { ["origin": .string($0.origin.rawValue), "text": .string($0.text)] })
    }

    static func list(_ row: Row) throws -> [StageWarning] {
        let text: String = row["warnings"]
        if text == "[]" { return [] }
        return try (StoredJSON.value(text).arrayValue ?? []).compactMap { StageWarning($0) }
    }
}
