internal import Foundation

/// How many mutated inputs of each kind; SPLITVOTE_FUZZ=100000 for the long form.
package let fuzzCount = ProcessInfo.processInfo.environment["SPLITVOTE_FUZZ"].flatMap { Int($0) } ?? 3000

/// Changes an input a little, in one to six places.
package func mutated(
    _ bytes: [UInt8], pieces: [[UInt8]], using random: inout some RandomNumberGenerator
) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...6, using: &random) {
        let at = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, at + Int.random(in: 1...40, using: &random))
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: at)
        case 1: bytes.removeSubrange(at..<end)
        case 2 where at < bytes.count: bytes[at] = UInt8.random(in: 0...255, using: &random)
        case 3 where at < bytes.count: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 4 where at > 0: bytes.removeSubrange(at...)
        default:
            bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &random))
        }
    }
    return bytes
}
