internal import CByteMasks

/// A chunk of a text that waits for its ids.
struct PendingChunk {
    /// Where it starts in the text.
    var start: Int
    var length: Int32
    /// Its key, or the first of two, and its place in the table; nothing where it is longer than what is kept.
    var place: Int32
    var key: ChunkTable.Key
}

extension EncodeSink {
    /// Bytes that are looked at together, and thus most chunks that are found at once.
    private static let blockBytes = 64
    static let pendingCount = 2 * blockBytes
    /// Bytes that are read after a text.
    private static let readableAfter = blockBytes + ChunkTable.readBytes

    /// Takes down the ids of chunk after chunk: those that the table knows, and of others those that the scanner tells.
    ///
    /// Some chunks are found first and then looked up: on the way the processor brings their lines of the table.
    mutating func scan(
        _ given: UnsafePointer<UInt8>, count total: Int, with scanner: Scanner
    ) -> Scanner.Outcome {
        // Where an added token can hold a space, it is found in the text alone.
        guard !scanner.added.hasSpaces else { return scanner.scan(given, count: total, into: &self) }
        let text = readable(given, count: total, room: Self.readableAfter)
        var base = 0
        var start = 0
        while base <= total {
            var found = 0
            while base <= total, found <= Self.pendingCount - Self.blockBytes {
                var spaces = byte_masks_spaces(text + base)
                let rest = total &- base
                // The end of the text ends a chunk as a space does.
                if rest < Self.blockBytes {
                    let end = 1 &<< UInt64(truncatingIfNeeded: rest)
                    spaces = spaces & (end &- 1) | end
                }
                while spaces != 0 {
                    let end = base &+ spaces.trailingZeroBitCount
                    spaces &= spaces &- 1
                    if end > start {
                        pending[found] = pendingChunk(text, start, end)
                        found &+= 1
                    }
                    start = end &+ 1
                }
                base &+= Self.blockBytes
            }
            let outcome = takeDown(found, of: text, scanner)
            guard case .finished = outcome else { return outcome }
        }
        return .finished
    }

    @inline(__always)
    private func pendingChunk(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> PendingChunk {
        let length = end &- start
        var chunk = PendingChunk(
            start: start, length: Int32(truncatingIfNeeded: length), place: 0, key: .zero)
        guard length <= ChunkTable.longBytes else { return chunk }
        chunk.key = table.key(text + start, length)
        let place =
            length <= ChunkTable.shortBytes
            ? table.place(chunk.key) : table.place(chunk.key, table.secondKey(text + start, length))
        table.fetch(place)
        chunk.place = Int32(truncatingIfNeeded: place)
        return chunk
    }

    @inline(__always)
    private mutating func takeDown(
        _ found: Int, of text: UnsafePointer<UInt8>, _ scanner: Scanner
    ) -> Scanner.Outcome {
        var target = ids + count
        for index in 0..<found {
            let chunk = pending + index
            let length = Int(chunk.pointee.length)
            let place = Int(chunk.pointee.place)
            var known = -1
            if length <= ChunkTable.shortBytes {
                known = table.find(chunk.pointee.key, at: place, into: target)
            } else if length <= ChunkTable.longBytes {
                let second = table.secondKey(text + chunk.pointee.start, length)
                known = table.find(chunk.pointee.key, second, at: place, into: target)
            }
            if known >= 0 {
                target += known
                continue
            }
            count = target - ids
            let outcome = cut(chunk.pointee, text + chunk.pointee.start, length, scanner)
            guard case .finished = outcome else { return outcome }
            target = ids + count
        }
        count = target - ids
        return .finished
    }

    /// Cuts a chunk that the table does not know, and lets it know.
    @inline(never)
    private mutating func cut(
        _ chunk: PendingChunk, _ text: UnsafePointer<UInt8>, _ length: Int, _ scanner: Scanner
    ) -> Scanner.Outcome {
        let before = count
        if !scanner.hasPlainASCII || !cutASCII(text, length, scanner) {
            switch scanner.scan(text, count: length, into: &self) {
            case .finished: break
            case .contextual: return .contextual
            case .invalid(let byte): return .invalid(byte: chunk.start + byte)
            }
        }
        let place = Int(chunk.place)
        if length <= ChunkTable.shortBytes {
            table.keep(chunk.key, at: place, ids + before, count: count - before)
        } else if length <= ChunkTable.longBytes {
            let second = table.secondKey(text, length)
            table.keep(chunk.key, second, at: place, ids + before, count: count - before)
        }
        return .finished
    }

    /// Cuts a chunk of ASCII. Its words are looked up, too.
    /// - Returns: whether it could be cut; if not, nothing was taken down.
    @inline(__always)
    private mutating func cutASCII(
        _ text: UnsafePointer<UInt8>, _ length: Int, _ scanner: Scanner
    ) -> Bool {
        guard length < Self.blockBytes else { return false }
        let inside = 1 &<< UInt64(truncatingIfNeeded: length) &- 1
        guard byte_masks_beyond_ascii(text) & inside == 0 else { return false }
        let entries = scanner.entries + Int(scanner.pages[0]) << 8
        let others = ~(byte_masks_alphanumeric(text) & inside)
        let before = count
        var at = 0
        while true {
            let end = at &+ (others &>> UInt64(truncatingIfNeeded: at)).trailingZeroBitCount
            if end > at {
                if end &- at == length {
                    cutWord(text, length, entries)
                } else {
                    takeWord(text + at, end &- at, entries)
                }
            }
            if end >= length { return true }
            at = end &+ 1
            var entry = entries[Int(text[end])]
            if entry >> 28 == ScanTable.Kind.probe {
                guard case .none = scanner.added.match(text, count: length, at: end) else { break }
                entry = scanner.expansions[Int(entry & ScanTable.numberMask) + 1]
            }
            if entry >> 28 == ScanTable.Kind.isolated {
                append(Int32(bitPattern: entry & ScanTable.numberMask))
            } else if entry >> 28 != ScanTable.Kind.space {
                break
            }
        }
        count = before
        return false
    }

    /// Takes down the ids of a word that is a part of a chunk.
    @inline(__always)
    private mutating func takeWord(
        _ word: UnsafePointer<UInt8>, _ length: Int, _ entries: UnsafePointer<UInt32>
    ) {
        guard length <= ChunkTable.shortBytes else { return cutWord(word, length, entries) }
        let key = table.key(word, length)
        let place = table.place(key)
        let known = table.find(key, at: place, into: ids + count)
        if known >= 0 {
            count &+= known
            return
        }
        let before = count
        cutWord(word, length, entries)
        table.keep(key, at: place, ids + before, count: count - before)
    }

    /// Cuts a word of letters of ASCII into pieces.
    @inline(never)
    private mutating func cutWord(
        _ word: UnsafePointer<UInt8>, _ length: Int, _ entries: UnsafePointer<UInt32>
    ) {
        cutWord(length) { entries[Int(word[$0])] & ScanTable.numberMask }
    }
}
