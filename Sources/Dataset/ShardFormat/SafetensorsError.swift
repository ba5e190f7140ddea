package import JSON

/// Why bytes are not a safetensors file, or do not hold the tensor that was asked for.
package enum SafetensorsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Fewer bytes than the header's length takes.
    case tooShort(bytes: Int)
    /// A header longer than any reader accepts.
    case headerTooLong(declared: UInt64)
    /// The header would end after the last byte.
    case headerBeyondEnd(declared: Int, available: Int)
    /// The first byte of the header is not `{`.
    case headerStart(found: UInt8)
    case headerText(JSONError)
    case metadataNotText(key: String?, found: String)
    /// A tensor's entry is not {dtype, shape, data_offsets}.
    case entry(tensor: String, problem: String)
    case unknownType(tensor: String, found: String)
    case tooLarge(tensor: String, shape: [Int])
    case sizeMismatch(tensor: String, type: SafetensorsType, shape: [Int], bytes: Int)
    /// Bytes that belong to no tensor.
    case hole(before: String, from: Int, to: Int)
    case overlap(tensor: String, starts: Int, previousEnds: Int)
    case beyondEnd(tensor: String, ends: Int, available: Int)
    /// Bytes after the last tensor.
    case trailing(from: Int, available: Int)
    case missing(tensor: String, present: [String])
    case wrongType(tensor: String, found: SafetensorsType, allowed: [SafetensorsType])
    case wrongShape(tensor: String, found: [Int], expected: String)
    /// The writer was promised one thing and given another.
    case declared(problem: String)

    package var description: String {
        switch self {
        case .tooShort(let bytes):
            "not a safetensors file: \(bytes) bytes; the length of its header alone takes 8"
        case .headerTooLong(let declared):
            "not a safetensors file: its header would take \(declared) bytes; at most \(SafetensorsHeader.longest) are allowed"
        case .headerBeyondEnd(let declared, let available):
            "safetensors file cut short: its header takes \(declared) bytes, \(available) follow its length"
        case .headerStart(let found):
            "not a safetensors file: its header starts with byte \(found); it starts with '{' (byte 123)"
        case .headerText(let error):
            "safetensors header: \(error)"
        case .metadataNotText(let key, let found):
            "safetensors header: '__metadata__'\(key.map { " key '\($0)'" } ?? "") holds \(found); "
                + "it maps strings to strings"
        case .entry(let tensor, let problem):
            "safetensors header: tensor '\(tensor)': \(problem)"
        case .unknownType(let tensor, let found):
            "safetensors header: tensor '\(tensor)' has dtype '\(found)'; known are "
                + SafetensorsType.allCases.map(\.rawValue).joined(separator: ", ")
        case .tooLarge(let tensor, let shape):
            "safetensors header: tensor '\(tensor)' of shape \(shape) has more bytes than a file can hold"
        case .sizeMismatch(let tensor, let type, let shape, let bytes):
            "safetensors header: tensor '\(tensor)' is given \(bytes) bytes; \(type.rawValue) of shape \(shape) takes "
                + "\(shape.reduce(type.byteCount, *))"
        case .hole(let before, let from, let to):
            "safetensors header: bytes \(from)..<\(to) before tensor '\(before)' belong to no tensor"
        case .overlap(let tensor, let starts, let previousEnds):
            "safetensors header: tensor '\(tensor)' starts at byte \(starts), inside the one before it, which ends at "
                + "\(previousEnds)"
        case .beyondEnd(let tensor, let ends, let available):
            "safetensors file cut short: tensor '\(tensor)' ends at byte \(ends) of the data, which has \(available)"
        case .trailing(let from, let available):
            "safetensors file: \(available - from) bytes after the last tensor belong to no tensor"
        case .missing(let tensor, let present):
            "no tensor '\(tensor)' in the file; it holds \(present.isEmpty ? "none" : present.joined(separator: ", "))"
        case .wrongType(let tensor, let found, let allowed):
            "tensor '\(tensor)' is \(found.rawValue); expected \(allowed.map(\.rawValue).joined(separator: " or "))"
        case .wrongShape(let tensor, let found, let expected):
            "tensor '\(tensor)' has shape \(found); expected \(expected)"
        case .declared(let problem):
            "cannot write safetensors: \(problem)"
        }
    }
}
