internal import CByteMasks

/// The runs of bytes between spaces (U+0020) of a text, after which more bytes can be read.
struct Chunks {
    private let text: UnsafePointer<UInt8>
    private let count: Int
    private var base = 0
    private var start = 0
    private var spaces: UInt64

    private static let block = 64

    init(_ text: UnsafePointer<UInt8>, count: Int) {
        self.text = text
        self.count = count
        spaces = 0
        spaces = mask(0)
    }

    @inline(__always)
    private func mask(_ base: Int) -> UInt64 {
        let spaces = byte_masks_spaces(text + base)
        let rest = count &- base
        guard rest < Self.block else { return spaces }
        // The end of the text ends a chunk as a space does.
        let end = 1 &<< UInt64(truncatingIfNeeded: rest)
        return spaces & (end &- 1) | end
    }

    @inline(__always)
    mutating func next() -> (start: Int, length: Int)? {
        while true {
            while spaces != 0 {
                let end = base &+ spaces.trailingZeroBitCount
                spaces &= spaces &- 1
                let (begin, length) = (start, end &- start)
                start = end &+ 1
                if length > 0 { return (begin, length) }
            }
            base &+= Self.block
            guard base <= count else { return nil }
            spaces = mask(base)
        }
    }
}
