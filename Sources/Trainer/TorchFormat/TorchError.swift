/// Why bytes are not weights that PyTorch saved, or ask for more than weights; says what was found and allowed.
package struct TorchError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }

    /// Text of a file as a message may show it: at most 80 characters, none of which controls a terminal.
    static func shown(_ bytes: some Sequence<UInt8>) -> String {
        let text = String(decoding: Array(bytes.prefix(320)), as: UTF8.self)
        let safe = text.unicodeScalars.prefix(80).map { scalar -> String in
            scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
                ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }
        return safe.joined() + (text.unicodeScalars.count > 80 ? "…" : "")
    }
}
