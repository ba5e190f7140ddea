/// A name compared by its bytes: two Unicode forms of one word are two names.
struct UTF8Name: Hashable, Comparable, Sendable {
    let bytes: [UInt8]

    init(_ name: String) { bytes = Array(name.utf8) }

    static func < (left: UTF8Name, right: UTF8Name) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
