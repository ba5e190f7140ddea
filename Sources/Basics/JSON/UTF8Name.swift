/// A name compared by its bytes: two Unicode forms of one word are two names.
public struct UTF8Name: Hashable, Comparable, Sendable {
    public let bytes: [UInt8]

    public init(_ name: String) { bytes = Array(name.utf8) }

    public static func < (left: UTF8Name, right: UTF8Name) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
