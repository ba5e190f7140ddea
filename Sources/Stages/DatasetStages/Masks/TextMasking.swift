package import StageKit

/// How the texts of a dataset are masked: by which spans, and what stands in their place.
package struct TextMasking: Hashable, Sendable {
    /// Names what was found: by which model, in texts that were cleaned how, of which types. 16 hex digits.
    package let key: String
    /// Types of spans, such as `PS`.
    package let entities: [String]
    /// What stands instead of a span; `{entity}` in it stands for the type.
    package let replacement: String

    package init(key: String, entities: [String], replacement: String) {
        (self.key, self.entities, self.replacement) = (key, entities, replacement)
    }

    /// What the replacement has for the type.
    package static let placeholder = "{entity}"

    package func replacement(of entity: String) -> String {
        replacement.replacing(Self.placeholder, with: entity)
    }

    /// Names what texts become: spans and what stands for them. 12 hex digits.
    package var identifier: String {
        String(ContentDigest.of("\(key)\t\(replacement)").prefix(12))
    }

    package var json: JSONValue {
        [
            "key": .string(key), "entities": .array(entities.map(JSONValue.string)),
            "replacement": .string(replacement),
        ]
    }

    package init?(_ json: JSONValue?) {
        guard let key = json?["key"]?.stringValue, let replacement = json?["replacement"]?.stringValue else {
            return nil
        }
        self.init(
            key: key, entities: (json?["entities"]?.arrayValue ?? []).compactMap(\.stringValue),
            replacement: replacement)
    }
}

/// A part of a cleaned text that is masked.
package struct MaskedSpan: Hashable, Sendable {
    /// Its bytes in the cleaned text.
    package var bytes: Range<Int>
    /// Such as `PS`.
    package var entity: String

    package init(bytes: Range<Int>, entity: String) {
        (self.bytes, self.entity) = (bytes, entity)
    }
}

extension DatasetFacts {
    /// How the texts are masked; `nil` if they are not.
    package var masking: TextMasking? { TextMasking(clean?["mask"]) }

    /// Masks the texts from here on, besides cleaning them.
    package mutating func mask(_ masking: TextMasking) {
        let rules = cleanRules + "+mask-" + masking.identifier
        clean = (clean ?? .object([:])).adding("rules", .string(rules)).adding("mask", masking.json)
    }
}
