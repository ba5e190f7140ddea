/// What kind of character each code point is, one byte each, made once from the frozen tables.
///
/// Unchecked, because of the pointer: what it points to is written in `init` and only read afterwards.
final class CharacterClasses: @unchecked Sendable {
    /// `\w` of Python's `re`.
    static let word: UInt8 = 1
    /// `\s` of Python's `re`.
    static let space: UInt8 = 2
    /// Kept by the base.
    static let kept: UInt8 = 4

    /// Classes of code points 0 ... 0x110000; the last stands for bytes that are none.
    let table: UnsafePointer<UInt8>

    private static let all = CharacterClasses(keeping: nil)
    private static let of2020 = CharacterClasses(keeping: [0x3131...0xD7A3])
    private static let of2022 = CharacterClasses(keeping: [0x3131...0x3163, 0xAC00...0xD7A3])

    /// The classes that a base's rules go by.
    static func of(_ base: CleaningRules.Base) -> CharacterClasses {
        switch base {
        case .none: all
        case .kcbert2020: of2020
        case .kcbert2022: of2022
        }
    }

    private init(keeping hangul: [ClosedRange<UInt32>]?) {
        let count = Int(ScalarBytes.malformed) + 1
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
        table.initialize(repeating: hangul == nil ? Self.kept : 0, count: count)
        func mark(_ ranges: [ClosedRange<UInt32>], _ bit: UInt8) {
            for range in ranges { for scalar in range { table[Int(scalar)] |= bit } }
        }
        mark(HexTable.ranges(CharacterTables.word), Self.word)
        mark(HexTable.ranges(CharacterTables.space), Self.space)
        if let hangul {
            mark(hangul, Self.kept)
            // ASCII, the middle dot, U+223C TILDE OPERATOR and U+FF05 FULLWIDTH PERCENT SIGN.
            mark([0x00...0x7F, 0xB7...0xB7, 0x223C...0x223C, 0xFF05...0xFF05], Self.kept)
            if hangul.count == 1 { mark(HexTable.ranges(CharacterTables.emoji2020), Self.kept) }
        }
        self.table = UnsafePointer(table)
    }

    deinit { table.deallocate() }
}

/// Reads the hexadecimal of the frozen tables.
enum HexTable {
    /// A part of a table, as it lies in the program.
    typealias Entry = Slice<UnsafeBufferPointer<UInt8>>

    /// The entries of a table, which stand between spaces.
    static func entries(_ table: StaticString) -> [Entry] {
        UnsafeBufferPointer(start: table.utf8Start, count: table.utf8CodeUnitCount)
            .split(separator: UInt8(ascii: " "))
    }

    /// Ranges such as `3131-3163`, and single code points.
    static func ranges(_ table: StaticString) -> [ClosedRange<UInt32>] {
        entries(table).map { range($0) }
    }

    /// One range or code point.
    static func range(_ entry: Entry) -> ClosedRange<UInt32> {
        let ends = entry.split(separator: UInt8(ascii: "-")).map { number($0) }
        return ends[0]...ends[ends.count - 1]
    }

    /// One code point, in upper-case digits.
    static func number(_ digits: Entry) -> UInt32 {
        digits.reduce(0) { $0 << 4 | UInt32($1 < UInt8(ascii: "A") ? $1 - 0x30 : $1 - 0x37) }
    }
}
