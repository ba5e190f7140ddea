internal import TextBasics

/// What the pattern of byte-level tokenizers takes each scalar value for.
struct LetterClasses: Sendable {
    /// The numbers are those of `make_byte_level.py`.
    enum Class {
        static let other: UInt8 = 0
        static let letter: UInt8 = 1
        static let number: UInt8 = 2
        static let space: UInt8 = 3
    }

    static let shared = LetterClasses()

    private let pages: [UInt16]
    private let values: [UInt8]

    private init() {
        var map = ScalarMap()
        var numbers = FrozenNumbers(FrozenClasses.classes)
        var at: UInt32 = 0
        while let length = numbers.next(), let value = numbers.next() {
            map.fill(at..<at + length, with: value)
            at += length
        }
        pages = map.pages
        values = map.values.map { UInt8(truncatingIfNeeded: $0) }
    }

    func withPointers<Result>(_ body: (Pointers) -> Result) -> Result {
        pages.withUnsafeBufferPointer { pages in
            values.withUnsafeBufferPointer { values in
                guard let pages = pages.baseAddress, let values = values.baseAddress else {
                    preconditionFailure("the classes have a page")
                }
                return body(Pointers(pages: pages, values: values))
            }
        }
    }

    struct Pointers {
        let pages: UnsafePointer<UInt16>
        let values: UnsafePointer<UInt8>

        /// Class and length in bytes of the scalar value at a place of well-formed UTF-8.
        @inline(__always)
        func scalar(at text: UnsafePointer<UInt8>) -> (kind: UInt8, length: Int) {
            let first = UInt32(text[0])
            if first < 0x80 { return (values[Int(pages[0]) << 8 | Int(first)], 1) }
            if first < 0xE0 { return (self[(first & 0x1F) << 6 | tail(text, 1)], 2) }
            if first < 0xF0 { return (self[(first & 0x0F) << 12 | tail(text, 1) << 6 | tail(text, 2)], 3) }
            return (self[(first & 7) << 18 | tail(text, 1) << 12 | tail(text, 2) << 6 | tail(text, 3)], 4)
        }

        @inline(__always)
        private func tail(_ text: UnsafePointer<UInt8>, _ at: Int) -> UInt32 { UInt32(text[at] & 0x3F) }

        @inline(__always)
        private subscript(scalar: UInt32) -> UInt8 {
            values[Int(pages[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)]
        }
    }
}
