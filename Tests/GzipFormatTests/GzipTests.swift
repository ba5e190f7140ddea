import GzipFormat
import Testing

/// Text that packs, and text that does not, by a linear congruence.
private func sample(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed
    return (0..<count).map { index in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return index % 3 == 0 ? UInt8(truncatingIfNeeded: state >> 56) : 0x20
    }
}

struct GzipTests {
    @Test(arguments: [0, 1, 2, 255, 65_535, 262_144, 262_145, 1_000_003])
    func whatGoesInComesOut(count: Int) throws {
        let bytes = sample(count, seed: UInt64(count))
        #expect(try Gzip.inflate(Gzip.deflate(bytes), mostBytes: count) == bytes)
        #expect(Gzip.deflate(bytes) == Gzip.deflate(bytes))
    }

    @Test(arguments: 0...9 as ClosedRange<Int32>)
    func everyLevelIsRead(level: Int32) throws {
        let bytes = sample(10_000, seed: 7)
        #expect(try Gzip.inflate(Gzip.deflate(bytes, level: level), mostBytes: 10_000) == bytes)
    }

    /// Made with Python's `gzip.compress(b"abc\n", mtime=0)`.
    @Test func aStreamOfAnotherProgramIsRead() throws {
        let stream: [UInt8] = [
            0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x4B, 0x4C, 0x4A, 0xE6, 0x02, 0x00,
            0x4E, 0x81, 0x88, 0x47, 0x04, 0x00, 0x00, 0x00,
        ]
        #expect(try Gzip.inflate(stream, mostBytes: 4) == Array("abc\n".utf8))
    }

    @Test func membersFollowOneAnotherAndZeroesArePadding() throws {
        let stream = Gzip.deflate(Array("one ".utf8)) + Gzip.deflate(Array("two".utf8)) + [0, 0, 0]
        #expect(try Gzip.inflate(stream, mostBytes: 7) == Array("one two".utf8))
        #expect(throws: GzipError.tooLarge(limit: 6)) { try Gzip.inflate(stream, mostBytes: 6) }
    }

    @Test func everyTruncationIsSeen() {
        let stream = Gzip.deflate(sample(300, seed: 3))
        for count in 0..<stream.count {
            #expect(throws: GzipError.truncated(afterBytes: count)) {
                try Gzip.inflate(stream.prefix(count), mostBytes: 1000)
            }
        }
    }

    @Test func trailingGarbageIsDetected() {
        let stream = Gzip.deflate(Array("abc".utf8)) + Array("rubbish".utf8)
        #expect(throws: GzipError.damaged(reason: "incorrect header check", nearByte: stream.count)) {
            try Gzip.inflate(stream, mostBytes: 1000)
        }
    }

    @Test func aWrongChecksumIsSeen() {
        var stream = Gzip.deflate(Array("abc".utf8))
        stream[stream.count - 8] ^= 1
        #expect(throws: GzipError.damaged(reason: "incorrect data check", nearByte: stream.count)) {
            try Gzip.inflate(stream, mostBytes: 1000)
        }
    }

    @Test func aBombStopsAtTheLimit() {
        let bomb = Gzip.deflate([UInt8](repeating: 0, count: 10_000_000))
        #expect(bomb.count < 20_000)
        #expect(throws: GzipError.tooLarge(limit: 1_000_000)) {
            try Gzip.inflate(bomb, mostBytes: 1_000_000)
        }
    }

    @Test func theInflaterTakesAnyPieces() throws {
        let bytes = sample(5000, seed: 11)
        let stream = Gzip.deflate(bytes) + Gzip.deflate(bytes)
        for size in [1, 2, 17, 1000] {
            let inflater = try GzipInflater()
            var result: [UInt8] = []
            try stream.withUnsafeBytes { all in
                for start in stride(from: 0, to: all.count, by: size) {
                    let piece = UnsafeRawBufferPointer(rebasing: all[start..<min(start + size, all.count)])
                    try inflater.inflate(piece) { result += $0 }
                }
            }
            try inflater.finish()
            #expect(result == bytes + bytes, "pieces of \(size)")
        }
    }
}
