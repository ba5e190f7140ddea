/// Bytes and numbers in lower-case hex digits.
package enum Hexadecimal {
    /// Digits of a 64-bit number.
    package static let digitsOfWord = 16
    private static let digits = Array("0123456789abcdef".utf8)

    /// Two digits a byte.
    package static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(2 * bytes.underestimatedCount)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The digits of a number that is not negative, zeros in front up to `width` of them.
    package static func text(_ number: some BinaryInteger, width: Int, uppercase: Bool = false) -> String {
        let digits = String(number, radix: 16, uppercase: uppercase)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// Sixteen digits, zeros in front included.
    package static func text(_ word: UInt64) -> String {
        text(word, width: digitsOfWord)
    }

    /// Writes a number as sixteen digits.
    package static func write(_ word: UInt64, to target: UnsafeMutableRawPointer) {
        digits.withUnsafeBytes { digits in
            for index in 0..<digitsOfWord {
                let nibble = Int(word >> UInt64(60 - 4 * index) & 15)
                target.storeBytes(of: digits[nibble], toByteOffset: index, as: UInt8.self)
            }
        }
    }

    /// The number that ``write(_:to:)`` wrote; `nil` for anything but sixteen lower-case digits.
    package static func word(_ text: UnsafeRawBufferPointer) -> UInt64? {
        guard text.count == digitsOfWord else { return nil }
        var word: UInt64 = 0
        for byte in text {
            switch byte {
            case 0x30...0x39: word = word << 4 | UInt64(byte - 0x30)
            case 0x61...0x66: word = word << 4 | UInt64(byte - 0x57)
            default: return nil
            }
        }
        return word
    }
}
