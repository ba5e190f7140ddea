/// A number for every code point, in two stages: a page for each 256 code points, equal pages shared.
struct ScalarMap: Sendable {
    /// Where each page starts in `values`, divided by 256. 4,352 of them; page 0 is all zero.
    private(set) var pages: [UInt16]
    private(set) var values: [UInt32]
    private var uniform: [UInt32: UInt16] = [0: 0]

    static let pageCount = 0x110000 >> 8

    init() {
        pages = Array(repeating: 0, count: Self.pageCount)
        values = Array(repeating: 0, count: 256)
    }

    @inline(__always)
    subscript(scalar: UInt32) -> UInt32 {
        get { values[Int(pages[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)] }
        set {
            let page = ownPage(Int(scalar >> 8))
            values[page << 8 | Int(scalar & 0xFF)] = newValue
        }
    }

    /// Whether every code point of a page (0..<``pageCount``) still has the number 0.
    func isZero(page: Int) -> Bool { pages[page] == 0 }

    /// The number that every code point of a page has, or nil when they differ or may differ.
    func uniformValue(page: Int) -> UInt32? {
        uniform.first { $0.value == pages[page] }?.key
    }

    /// Gives all code points of a run the same number; whole pages of it are shared.
    mutating func fill(_ run: Range<UInt32>, with value: UInt32) {
        var at = run.lowerBound
        while at < run.upperBound {
            if at & 0xFF == 0, run.upperBound - at >= 256 {
                pages[Int(at >> 8)] = uniformPage(value)
                at += 256
            } else {
                if value != 0 || !isZero(page: Int(at >> 8)) { self[at] = value }
                at += 1
            }
        }
    }

    /// Sets a whole page at once.
    mutating func setPage(_ page: Int, to numbers: [UInt32]) {
        pages[page] = UInt16(values.count >> 8)
        values.append(contentsOf: numbers)
    }

    /// Lets a page share one whose code points all have the same number.
    mutating func setPage(_ page: Int, toAll value: UInt32) { pages[page] = uniformPage(value) }

    private mutating func uniformPage(_ value: UInt32) -> UInt16 {
        if let page = uniform[value] { return page }
        let page = UInt16(values.count >> 8)
        values.append(contentsOf: repeatElement(value, count: 256))
        uniform[value] = page
        return page
    }

    private mutating func ownPage(_ page: Int) -> Int {
        let current = pages[page]
        guard uniform.values.contains(current) else { return Int(current) }
        let own = values.count >> 8
        values.append(contentsOf: values[Int(current) << 8..<(Int(current) + 1) << 8])
        pages[page] = UInt16(own)
        return own
    }
}
