import TextBasics

/// Tokenizes a batch, part by part; see ``BatchParts``.
struct BatchJob: Sendable {
    let tokenizer: WordPieceTokenizer
    let rows: UTF8Rows
    let pairs: UTF8Rows?
    let maxTokens: Int?
    let side: TruncationSide
    let addsSpecialTokens: Bool

    func run(threads: Int) -> [BatchPart] {
        BatchParts.run(BatchParts.ranges(rows, pairs), threads: threads) { next, keep in
            tokenizer.caches.withCache { cache in
                while let (index, range) = next() { keep(index, encode(range, cache)) }
            }
        }
    }

    private func encode(_ range: Range<Int>, _ cache: ChunkCache) -> BatchPart {
        tokenizer.trie.withPointers { trie in
            tokenizer.reader.withScanner { scanner in
                let bytes = rows.offsets[range.upperBound] - rows.offsets[range.lowerBound]
                var sink = EncodeSink(
                    trie: trie, unknown: Int32(tokenizer.unknownID),
                    limit: tokenizer.options.maxCharactersPerWord, capacity: bytes / 2,
                    table: cache.table)
                defer { sink.deallocate() }
                return rows.bytes.withUnsafeBufferPointer { first in
                    guard let pairs else { return encode(range, first, nil, scanner, &sink) }
                    return pairs.bytes.withUnsafeBufferPointer { second in
                        encode(range, first, second, scanner, &sink)
                    }
                }
            }
        }
    }

    private func encode(
        _ range: Range<Int>, _ first: UnsafeBufferPointer<UInt8>, _ second: UnsafeBufferPointer<UInt8>?,
        _ scanner: Scanner, _ sink: inout EncodeSink
    ) -> BatchPart {
        var part = BatchPart()
        part.lengths.reserveCapacity(range.count)
        let special = addsSpecialTokens ? (second == nil ? 2 : 3) : 0
        let classification = Int32(tokenizer.classificationID)
        let separator = Int32(tokenizer.separatorID)
        for row in range {
            let rowStart = sink.count
            sink.reserve(rows.offsets[row + 1] - rows.offsets[row])
            sink.readableEnd = first.baseAddress.map { $0 + first.count }
            if addsSpecialTokens { sink.append(classification) }
            let textStart = sink.count
            let text = UnsafeBufferPointer(rebasing: first[rows.offsets[row]..<rows.offsets[row + 1]])
            if let byte = tokenizer.reader.read(text, with: scanner, into: &sink) {
                part.invalid = (row, byte)
                return part
            }
            let firstCount = sink.count - textStart
            var secondCount = 0
            if let second, let offsets = pairs?.offsets {
                sink.reserve(offsets[row + 1] - offsets[row])
                sink.readableEnd = second.baseAddress.map { $0 + second.count }
                let text = UnsafeBufferPointer(rebasing: second[offsets[row]..<offsets[row + 1]])
                if let byte = tokenizer.reader.read(text, with: scanner, into: &sink) {
                    part.invalid = (rows.count + row, byte)
                    return part
                }
                secondCount = sink.count - textStart - firstCount
            }
            let kept = Truncation.lengths(
                firstCount, secondCount, limit: maxTokens.map { $0 - special }, mode: tokenizer.options.mode)
            part.note(dropped: firstCount + secondCount - kept.first - kept.second)
            sink.join(
                textStart, (firstCount, secondCount), kept: kept, hasSecond: second != nil, cutting: side,
                separator: addsSpecialTokens ? separator : nil)
            part.lengths.append(Int32(sink.count - rowStart))
            if second != nil {
                part.firstLengths.append(Int32(textStart - rowStart + kept.first + special / 3))
            }
        }
        part.take(sink, unknown: Int32(tokenizer.unknownID))
        return part
    }
}

extension EncodeSink {
    /// Cuts the two texts of a row to their lengths and closes each with a separator.
    fileprivate mutating func join(
        _ start: Int, _ found: (first: Int, second: Int), kept: (first: Int, second: Int), hasSecond: Bool,
        cutting side: TruncationSide, separator: Int32?
    ) {
        let gap = separator == nil ? 0 : 1
        let skipped =
            side == .left
            ? (first: found.first - kept.first, second: found.second - kept.second) : (first: 0, second: 0)
        if skipped.first > 0 { (ids + start).update(from: ids + start + skipped.first, count: kept.first) }
        if hasSecond {
            let target = start + kept.first + gap
            (ids + target).update(from: ids + start + found.first + skipped.second, count: kept.second)
            count = target + kept.second
        } else {
            count = start + kept.first
        }
        guard let separator else { return }
        if hasSecond { ids[start + kept.first] = separator }
        append(separator)
    }
}

/// The sequences of one part of a batch.
struct BatchPart: Sendable {
    var ids: [Int32] = []
    var lengths: [Int32] = []
    /// For pairs, how many ids of each sequence are of the first text.
    var firstLengths: [Int32] = []
    var unknownCount = 0
    var truncatedCount = 0
    var droppedIDs = 0
    var invalid: (row: Int, byte: Int)?

    mutating func note(dropped: Int) {
        droppedIDs += dropped
        if dropped > 0 { truncatedCount += 1 }
    }

    mutating func take(_ sink: EncodeSink, unknown: Int32) {
        let buffer = UnsafeBufferPointer(start: sink.ids, count: sink.count)
        ids = Array(buffer)
        for id in buffer where id == unknown { unknownCount += 1 }
    }
}

extension EncodedBatch {
    init(parts: [BatchPart], isPair: Bool) {
        let total = parts.reduce(0) { $0 + $1.ids.count }
        if parts.count == 1 { ids = parts[0].ids } else { ids.reserveCapacity(total) }
        offsets.reserveCapacity(1 + parts.reduce(0) { $0 + $1.lengths.count })
        var segments: [UInt8] = []
        var end: Int64 = 0
        for part in parts {
            if parts.count > 1 { ids += part.ids }
            for length in part.lengths {
                end += Int64(length)
                offsets.append(end)
            }
            for (length, first) in zip(part.lengths, part.firstLengths) {
                segments += repeatElement(0, count: Int(first))
                segments += repeatElement(1, count: Int(length - first))
            }
            unknownCount += part.unknownCount
            truncatedCount += part.truncatedCount
            droppedIDs += part.droppedIDs
        }
        if isPair { segmentIDs = segments }
    }
}
