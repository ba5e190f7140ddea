import Foundation
import VoteModel

/// A file under `Tests/Fixtures`, as text.
func fixture(_ path: String) throws -> String {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: tests.appendingPathComponent("Fixtures/\(path)"), encoding: .utf8)
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same on every machine.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

extension VoteCount {
    static func random(upTo most: Int, using random: inout SplitMix64) -> VoteCount {
        VoteCount(
            up: Int.random(in: 0...most, using: &random), down: Int.random(in: 0...most, using: &random))
    }
}

extension JSONDecoder {
    /// Fixtures are written by Python, in snake_case.
    static var ofFixtures: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }
}
