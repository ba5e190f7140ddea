/// The paths in rules of robots.txt: `*` stands for anything, `$` at the end for the end.
enum RobotsPattern {
    /// One spelling for paths that mean the same; `*` and `$` encoded, so that they only mean themselves.
    static func normalized(path: String) -> [UInt8] {
        var result: [UInt8] = []
        for byte in Percent.normalized(path.utf8) {
            if byte == star || byte == dollar {
                Percent.append(encoding: byte, to: &result)
            } else {
                result.append(byte)
            }
        }
        return result
    }

    /// The same for a pattern: every `*` and a `$` at the end keep their meaning.
    static func normalized(pattern: String) -> [UInt8] {
        var result: [UInt8] = []
        let bytes = Percent.normalized(pattern.utf8)
        for (place, byte) in bytes.enumerated() {
            if byte == dollar, place < bytes.count - 1 {
                Percent.append(encoding: byte, to: &result)
            } else {
                result.append(byte)
            }
        }
        return result
    }

    private static let star = UInt8(ascii: "*")
    private static let dollar = UInt8(ascii: "$")

    /// Whether a normalised path starts as the normalised pattern says.
    ///
    /// - Complexity: at worst the product of both lengths; a star is never gone back to once a later one was reached.
    static func matches(_ pattern: [UInt8], _ path: [UInt8]) -> Bool {
        let isAnchored = pattern.last == dollar
        let end = isAnchored ? pattern.count - 1 : pattern.count
        var p = 0
        var t = 0
        var afterStar = -1
        var retry = 0
        while true {
            if p < end, pattern[p] == star {
                p += 1
                afterStar = p
                retry = t
                continue
            }
            if p == end, !isAnchored || t == path.count { return true }
            if p < end, t < path.count, pattern[p] == path[t] {
                p += 1
                t += 1
                continue
            }
            guard afterStar >= 0, retry < path.count else { return false }
            retry += 1
            t = retry
            p = afterStar
        }
    }
}
