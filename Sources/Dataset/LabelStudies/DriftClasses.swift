/// The classes in which new comments are compared with those before.
package enum DriftClasses {
    /// Of a count of votes, characters or the like: 0, 1, 2 ... 3, 4 ... 7 and so on, each twice as wide as the one before.
    package static func doubling(_ count: Int) -> Int {
        min(doublingClasses - 1, count <= 0 ? 0 : Int.bitWidth - count.leadingZeroBitCount)
    }

    package static let doublingClasses = 33

    /// Of a share of up-votes, in tenths: 0 ... 9, of which the last includes 1.
    package static func tenth(_ ratio: Double) -> Int { max(0, min(tenths - 1, Int(ratio * Double(tenths)))) }

    package static let tenths = 10
}
