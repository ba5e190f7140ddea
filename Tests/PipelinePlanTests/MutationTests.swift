import Diagnostics
import Foundation
import PipelineFile
import PipelinePlan
import StageKit
import Testing

/// A small generator with a known sequence: SplitMix64, Steele, Lea, Flood (2014).
private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Files that were right once, changed a little: never a crash, always a message with a place.
struct MutationTests {
    /// How many files; SPLITVOTE_FUZZ=100000 for the long form.
    static let count = ProcessInfo.processInfo.environment["SPLITVOTE_FUZZ"].flatMap { Int($0) } ?? 4000

    private static let pieces: [[UInt8]] =
        [
            "{", "}", "[", "]", ":", ": ", ",", "- ", "? ", "|", ">", "&a ", "*a", "!!str ", "'", "\"", "#",
            "\n", "\r\n",
            "\t", "  ", "---\n", "...\n", "%YAML 1.2\n", "$params.band", "$$", "$", "~", "null", "true",
            "1e999", "-1",
            "99999999999999999999", "0x", ".inf", "공감", "\u{1100}\u{1161}", "👨‍👩‍👧", "\\u0000", "\\", "@", "`",
            "<<: ", "a", "labels",
            "uses: ", "from: ", "with: ", "\u{2028}", "\u{FEFF}", "\u{85}",
        ].map { Array($0.utf8) } + [[0], [0xFF], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF5], [0x80]]

    private static func mutate(_ bytes: inout [UInt8], _ random: inout Generator) {
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        let at = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: at)
        case 1: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...12, using: &random)))
        case 2 where at < bytes.count: bytes[at] = UInt8.random(in: 0...255, using: &random)
        case 3 where at < bytes.count: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 4: bytes.removeSubrange(at...)
        case 5:
            var changed = lines
            changed.insert(
                lines.randomElement(using: &random) ?? [], at: Int.random(in: 0...lines.count, using: &random)
            )
            bytes = Array(changed.joined(separator: [10]))
        case 6:
            var changed = lines
            changed.swapAt(
                Int.random(in: 0..<lines.count, using: &random),
                Int.random(in: 0..<lines.count, using: &random))
            bytes = Array(changed.joined(separator: [10]))
        default:
            let end = min(bytes.count, at + Int.random(in: 1...40, using: &random))
            bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &random))
        }
    }

    /// What is wrong with a file; `nil` if it can be planned.
    private static func refusal(_ bytes: [UInt8]) -> DiagnosticsError? {
        do {
            let document = try PipelineDocument(bytes, file: "news.yaml")
            _ = try PlannedPipeline.plan(
                document: document, registry: testRegistry, baseFolder: "/work", runDate: "2025-11-20")
            return nil
        } catch {
            return error
        }
    }

    private static func isLocated(_ finding: Finding) -> Bool {
        guard let span = finding.span, span.line >= 1, span.column >= 1, !finding.message.isEmpty else {
            return false
        }
        return span.lineText.isEmpty || span.column <= span.lineText.unicodeScalars.count + 1
    }

    @Test(.timeLimit(.minutes(10)))
    func mutatedFilesGiveAPlanOrALocatedMessage() {
        var planned = 0
        for seed in 0..<Self.count {
            var random = Generator(state: UInt64(seed))
            var bytes = Array(goodPipeline.utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) { Self.mutate(&bytes, &random) }
            guard let refusal = Self.refusal(bytes) else {
                planned += 1
                continue
            }
            let errors = refusal.findings.filter { $0.severity == .error }
            let text = refusal.rendered()
            if errors.isEmpty || !errors.allSatisfy(Self.isLocated) || !text.hasPrefix("news.yaml:") {
                Issue.record("seed \(seed): \(text)")
            }
        }
        #expect(planned > 0 && planned < Self.count)
    }
}
