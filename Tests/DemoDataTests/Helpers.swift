import Foundation
import Testing

/// A row of the files, read back.
struct DemoRow {
    var press, rankDate, title, contents, regDate, oid, aid: String
    var ups, downs: Int

    /// Article and text, as bytes: `String` would call texts equal that differ in their normalization form.
    var key: [UInt8] { Array("\(oid)/\(aid)/\(contents)".utf8) }

    /// Controversial or not with 20 votes, 0.4 ... 0.6 and 0.2, 0.8; `nil` for neither.
    var label: Bool? {
        let total = ups + downs
        guard total >= 20 else { return nil }
        let ratio = Double(ups) / Double(total)
        if (0.4...0.6).contains(ratio) { return true }
        return ratio <= 0.2 || ratio >= 0.8 ? false : nil
    }

    static func rows(of bytes: [UInt8]) -> [DemoRow] {
        bytes.split(separator: UInt8(ascii: "\n")).dropFirst().compactMap { line in
            let columns = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            guard columns.count == 11, let ups = Int(columns[5]), let downs = Int(columns[6]),
                Int(columns[2]) != nil,
                Int(columns[7]) != nil
            else {
                Issue.record("row does not have eleven columns of the right types: \(columns)")
                return nil
            }
            return DemoRow(
                press: columns[0], rankDate: columns[1], title: columns[3], contents: columns[4],
                regDate: columns[8],
                oid: columns[9], aid: columns[10], ups: ups, downs: downs)
        }
    }
}

/// Naive Bayes over words: the least that a classifier can do.
struct WordModel {
    private var counts: [[String: Double]] = [[:], [:]]
    private var totals = [0.0, 0.0]

    mutating func add(_ text: String, _ label: Bool) {
        for word in text.split(separator: " ") {
            counts[label ? 1 : 0][String(word), default: 0] += 1
            totals[label ? 1 : 0] += 1
        }
    }

    func isControversial(_ text: String) -> Bool {
        var score = 0.0
        for word in text.split(separator: " ").map(String.init) {
            let hot = (counts[1][word, default: 0] + 0.5) / totals[1]
            let cold = (counts[0][word, default: 0] + 0.5) / totals[0]
            score += log(hot / cold)
        }
        return score > 0
    }
}

func macroF1(_ pairs: [(truth: Bool, guess: Bool)]) -> Double {
    let scores = [true, false].map { side in
        let hits = pairs.count { $0.truth == side && $0.guess == side }
        let wrong = pairs.count { ($0.truth == side) != ($0.guess == side) }
        return 2 * Double(hits) / Double(2 * hits + wrong)
    }
    return (scores[0] + scores[1]) / 2
}

/// FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/
func fnv1a(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}
