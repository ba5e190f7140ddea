internal import TextBasics

/// Puts a batch into sequences, part by part; see ``BatchParts``.
struct SequenceJob<Cutter: TextCutter>: Sendable {
    let tokenizer: SubwordTokenizer<Cutter>
    let rows: UTF8Rows
    let pairs: UTF8Rows?
    let maxTokens: Int?
    let side: TruncationSide
    let addsSpecialTokens: Bool

    func run(threads: Int) -> [BatchPart] {
        BatchParts.run(BatchParts.ranges(rows, pairs), threads: threads) { ranges, keep in
            tokenizer.cutter.withMemory { memory in
                while let (index, range) = ranges() { keep(index, encode(range, &memory)) }
            }
        }
    }

    private func encode(_ range: Range<Int>, _ memory: inout Cutter.Memory) -> BatchPart {
        var sink = IDSink(capacity: (rows.offsets[range.upperBound] - rows.offsets[range.lowerBound]) / 2)
        defer { sink.deallocate() }
        var part = BatchPart()
        part.lengths.reserveCapacity(range.count)
        let frame =
            addsSpecialTokens ? tokenizer.frame : SequenceFrame(secondSegment: tokenizer.frame.secondSegment)
        let room = maxTokens.map { $0 - frame.count(isPair: pairs != nil) }
        rows.bytes.withUnsafeBufferPointer { first in
            for row in range {
                let rowStart = sink.count
                sink.append(frame.before)
                let textStart = sink.count
                if let byte = read(first, rows, row, &sink, &memory) {
                    part.invalid = (row, byte)
                    return
                }
                let firstCount = sink.count - textStart
                if let pairs {
                    let invalid = pairs.bytes.withUnsafeBufferPointer { read($0, pairs, row, &sink, &memory) }
                    if let invalid {
                        part.invalid = (rows.count + row, invalid)
                        return
                    }
                }
                let found = (first: firstCount, second: sink.count - textStart - firstCount)
                let kept = Truncation.lengths(found.first, found.second, limit: room, mode: .hfFast)
                part.note(dropped: found.first + found.second - kept.first - kept.second)
                sink.join(
                    textStart, found, kept: kept, cutting: side, between: pairs == nil ? [] : frame.between)
                sink.append(frame.after)
                part.lengths.append(Int32(sink.count - rowStart))
                if pairs != nil {
                    let ofFirst = textStart - rowStart + kept.first + frame.between.count
                    part.firstLengths.append(
                        Int32(frame.secondSegment == 1 ? ofFirst : sink.count - rowStart))
                }
            }
        }
        part.take(sink, unknown: tokenizer.unknown)
        return part
    }

    /// Adds the ids of a row.
    /// - Returns: the first byte that is not UTF-8, if any.
    private func read(
        _ bytes: UnsafeBufferPointer<UInt8>, _ rows: UTF8Rows, _ row: Int, _ sink: inout IDSink,
        _ memory: inout Cutter.Memory
    ) -> Int? {
        let (start, end) = (rows.offsets[row], rows.offsets[row + 1])
        let text = UnsafeBufferPointer(rebasing: bytes[start..<end])
        if let byte = firstMalformedByte(in: UnsafeRawBufferPointer(text)) { return byte }
        if bytes.count - end >= SubwordTokens.readableAfter {
            tokenizer.cut(text, into: &sink, &memory)
        } else {
            withPadding(text) { tokenizer.cut($0, into: &sink, &memory) }
        }
        return nil
    }
}

/// Calls `body` with a copy of a text that more bytes can be read after.
func withPadding<Result>(
    _ text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Result
) -> Result {
    let count = text.count + SubwordTokens.readableAfter
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { room in
        room.initialize(repeating: 0)
        _ = room.update(fromContentsOf: text)
        return body(UnsafeBufferPointer(rebasing: room[..<text.count]))
    }
}

extension IDSink {
    /// Cuts the two texts of a row to their lengths, with special tokens between them.
    fileprivate mutating func join(
        _ start: Int, _ found: (first: Int, second: Int), kept: (first: Int, second: Int),
        cutting side: TruncationSide, between: [Int32]
    ) {
        reserve(between.count)
        let skipped =
            side == .left
            ? (first: found.first - kept.first, second: found.second - kept.second) : (first: 0, second: 0)
        if skipped.first > 0 { (ids + start).update(from: ids + start + skipped.first, count: kept.first) }
        let target = start + kept.first + between.count
        if kept.second > 0 {
            (ids + target).update(from: ids + start + found.first + skipped.second, count: kept.second)
        }
        for (index, id) in between.enumerated() { ids[start + kept.first + index] = id }
        count = target + kept.second
    }
}

extension BatchPart {
    fileprivate mutating func take(_ sink: IDSink, unknown: Int32?) {
        let buffer = UnsafeBufferPointer(start: sink.ids, count: sink.count)
        ids = Array(buffer)
        guard let unknown else { return }
        for id in buffer where id == unknown { unknownCount += 1 }
    }
}
