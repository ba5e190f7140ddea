import Foundation
import Testing
import TextBasics
import Tokenization

/// Compares with what `Tests/Fixtures/tokenization/parity.py` wrote; skipped unless SPLITVOTE_PARITY names
/// its folder.
struct ParityTests {
    static let folder = ProcessInfo.processInfo.environment["SPLITVOTE_PARITY"]

    struct Index: Decodable {
        var tokenizers: String
        var cases: [Case]
    }

    struct Case: Decodable {
        var name: String
        var mode: String
        var texts: String
        var vocab: String
        var lowercase: Bool
        var stripAccents: Bool?
        var expected: String
        var places: String?
        /// Second texts, the segment of each id, and the limit that the pairs are cut to.
        var pairs: String?
        var types: String?
        var maxTokens: Int?
        var referenceSeconds: Double
    }

    @Test(.enabled(if: folder != nil, "SPLITVOTE_PARITY names no folder"))
    func idsEqualThoseOfTheReferences() throws {
        let folder = URL(fileURLWithPath: try #require(Self.folder))
        let indexes = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent.hasPrefix("cases") && $0.pathExtension == "json" }
        #expect(!indexes.isEmpty, "parity.py wrote no cases to \(folder.path)")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        var rows = 0
        for index in indexes {
            for item in try decoder.decode(Index.self, from: Data(contentsOf: index)).cases {
                rows += try compare(item, in: folder)
            }
        }
        print("compared \(rows) rows")
    }

    private func compare(_ item: Case, in folder: URL) throws -> Int {
        func bytes(_ name: String) throws -> [UInt8] {
            Array(try Data(contentsOf: folder.appendingPathComponent(name)))
        }
        let tokenizer = try WordPieceTokenizer(
            vocabularyBytes: Array(Data(contentsOf: URL(fileURLWithPath: item.vocab))),
            mode: try #require(WordPieceMode(rawValue: item.mode)), lowercase: item.lowercase,
            stripAccents: item.stripAccents)
        let texts = Self.rows(try bytes(item.texts))
        let expected = Self.numbers(try bytes(item.expected))
        let start = ContinuousClock.now
        let batch = try tokenizer.encodeBatch(
            texts, pairs: item.pairs.map { Self.rows(try bytes($0)) }, maxTokens: item.maxTokens, threads: 2)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        var different: [Int] = []
        for row in 0..<texts.count where !batch[row].elementsEqual(expected[row], by: { Int($0) == Int($1) })
        {
            different.append(row)
        }
        var misplaced = 0
        if let places = item.places {
            for (row, expected) in Self.numbers(try bytes(places)).enumerated() {
                let offsets = try tokenizer.encode(texts[row]).offsets.dropFirst().dropLast()
                let found = offsets.flatMap { [UInt32($0.lowerBound), UInt32($0.upperBound)] }
                if found != Array(expected) {
                    misplaced += 1
                    if misplaced <= 3 {
                        print("  places", row, Self.shown(texts[row]), found, Array(expected))
                    }
                }
            }
        }
        if let types = item.types {
            let segments = try #require(batch.segmentIDs)
            let expected = Self.numbers(try bytes(types)).flatMap { $0.map { UInt8(truncatingIfNeeded: $0) } }
            #expect(segments == expected, "\(item.name): the segments differ")
        }
        #expect(different.isEmpty, "\(item.name): \(different.count) rows differ")
        #expect(misplaced == 0, "\(item.name): the places of \(misplaced) rows differ")
        print(
            item.name, "rows \(texts.count)", "tokens \(batch.ids.count)", "unknown \(batch.unknownCount)",
            "different \(different.count)", item.places == nil ? "" : "misplaced \(misplaced)",
            "seconds \(seconds)", "reference \(item.referenceSeconds)")
        for row in different.prefix(5) {
            print("  ", row, Self.shown(texts[row]), Array(batch[row]), Array(expected[row]))
        }
        return texts.count
    }

    static func shown(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self).unicodeScalars.map { String($0.value, radix: 16) }
            .joined(separator: " ")
    }

    static func rows(_ bytes: [UInt8]) -> UTF8Rows {
        var rows = UTF8Rows()
        var at = 0
        while at < bytes.count {
            let length = Int(word(bytes, at))
            rows.append(bytes[at + 4..<at + 4 + length])
            at += 4 + length
        }
        return rows
    }

    static func numbers(_ bytes: [UInt8]) -> [ArraySlice<UInt32>] {
        let words = (0..<bytes.count / 4).map { word(bytes, $0 * 4) }
        var rows: [ArraySlice<UInt32>] = []
        var at = 0
        while at < words.count {
            let count = Int(words[at])
            rows.append(words[at + 1..<at + 1 + count])
            at += 1 + count
        }
        return rows
    }

    private static func word(_ bytes: [UInt8], _ at: Int) -> UInt32 {
        UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3])
            << 24
    }
}
