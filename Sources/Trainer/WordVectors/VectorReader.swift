internal import CLibrary
internal import TextBasics
internal import TextFeatures

/// Reads the bytes of word2vec's files.
struct VectorReader {
    struct Problem: Error {
        let text: String

        init(_ text: String) { self.text = text }
    }

    /// The file, and a 0 that ends its last number.
    private let bytes: [UInt8]
    private let end: Int
    private var place: Int
    private let count: Int
    private let size: Int
    private var row: [Float] = []

    /// - Throws: `Problem` when there is no line with two numbers.
    init(_ file: [UInt8]) throws(Problem) {
        bytes = file + [0]
        end = file.count
        let line = file.firstIndex(of: 0x0A) ?? file.count
        let header = String(decoding: file[..<min(line, 80)], as: UTF8.self)
            .split(whereSeparator: \.isWhitespace)
        guard header.count == 2, let count = Int(header[0]), let size = Int(header[1]), count >= 0,
            (1...100_000).contains(size)
        else {
            throw Problem(
                "it does not begin with a line that says how many words there are and how many numbers each has, as files "
                    + "of word2vec do")
        }
        self.count = count
        self.size = size
        place = min(line + 1, file.count)
    }

    mutating func table(where wants: (ArraySlice<UInt8>) -> Bool) throws(Problem) -> VectorTable {
        let isText = firstRowIsText
        var (words, values, seen) = (UTF8Rows(), [Float](), WordTable())
        for number in 0..<count {
            let word = isText ? try textRow(number) : try binaryRow(number)
            let before = seen.count
            let isNew = word.withUnsafeBytes { seen.number(of: $0) } == before
            guard isNew, wants(word) else { continue }
            words.append(word)
            values += row
        }
        while place < end, [0x0A, 0x0D, 0x20].contains(bytes[place]) { place += 1 }
        guard place == end else {
            throw Problem(
                "its first line says \(count) words; there are more, \(end - place) bytes after them")
        }
        return VectorTable(words: words, size: size, values: values)
    }

    /// Whether the first row is a line of text: the bytes of numbers hardly ever are.
    private var firstRowIsText: Bool {
        let line = bytes[place..<(bytes[place...].firstIndex { $0 == 0x0A } ?? end)]
        let hasControls = line.contains { $0 < 0x20 && $0 != 0x09 && $0 != 0x0D }
        return !hasControls && String(validating: line, as: UTF8.self) != nil
    }

    /// The word and the numbers of a line.
    private mutating func textRow(_ number: Int) throws(Problem) -> ArraySlice<UInt8> {
        let line = bytes[place...].firstIndex { $0 == 0x0A } ?? end
        let word = try word(number, before: line)
        row.removeAll(keepingCapacity: true)
        bytes.withUnsafeBytes { memory in
            guard let base = memory.bindMemory(to: CChar.self).baseAddress else { return }
            while row.count < size {
                var after: UnsafeMutablePointer<CChar>?
                let value = strtof(base + place, &after)
                guard let after = after.map({ UnsafePointer($0) }), after > base + place, after - base <= line
                else { return }
                row.append(value)
                place = after - base
            }
        }
        guard row.count == size else {
            throw Problem(
                "line \(number + 2) has \(row.count) numbers after its word; the first line says \(size)")
        }
        while place < line, bytes[place] == 0x20 || bytes[place] == 0x0D { place += 1 }
        guard place == line else {
            throw Problem("line \(number + 2) has more than the \(size) numbers that the first line says")
        }
        place = min(line + 1, end)
        return word
    }

    /// The word and the numbers of a binary row.
    private mutating func binaryRow(_ number: Int) throws(Problem) -> ArraySlice<UInt8> {
        if place < end, bytes[place] == 0x0A { place += 1 }
        let word = try word(number, before: end)
        guard end - place >= 4 * size else {
            throw Problem(
                "it ends in the vector of word \(number + 1); the first line says \(count) words of \(size) numbers"
            )
        }
        row.removeAll(keepingCapacity: true)
        bytes.withUnsafeBytes { memory in
            for column in 0..<size {
                let bits = memory.loadUnaligned(fromByteOffset: place + 4 * column, as: UInt32.self)
                row.append(Float(bitPattern: UInt32(littleEndian: bits)))
            }
        }
        place += 4 * size
        return word
    }

    /// What stands before the next space, which is passed over.
    private mutating func word(_ number: Int, before limit: Int) throws(Problem) -> ArraySlice<UInt8> {
        guard place < limit, let space = bytes[place..<limit].firstIndex(of: 0x20), space > place else {
            throw Problem(
                "there is no word \(number + 1) with a space after it; the first line says \(count) words")
        }
        defer { place = space + 1 }
        return bytes[place..<space]
    }
}
