/// A name compared by its bytes: two Unicode forms of one word are two names.
package struct UTF8Name: Hashable, Comparable, Sendable {
    package let bytes: [UInt8]

    package init(_ name: String) { bytes = Array(name.utf8) }

    package static func < (left: UTF8Name, right: UTF8Name) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
