private import Foundation

/// The JSON of types whose coding the compiler writes, in the one form in which such values are stored: keys sorted,
/// slashes as they are. Equal values are equal bytes.
package enum JSONCoding {
    /// - Parameter isIndented: one member a line and a line feed at the end; otherwise no white space at all.
    /// - Throws: `EncodingError` for numbers that are not finite.
    package static func bytes(of value: some Encodable, isIndented: Bool = false) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isIndented { encoder.outputFormatting.insert(.prettyPrinted) }
        return try Array(encoder.encode(value)) + (isIndented ? [0x0A] : [])
    }

    /// - Throws: `DecodingError` naming the member that is missing or of another type.
    package static func value<Value: Decodable>(
        _ type: Value.Type = Value.self, from bytes: some Sequence<UInt8>
    ) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }
}
