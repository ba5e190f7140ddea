/// Counts words, each a row of scalar values: one buffer for all of them and an open-addressing index.
struct WordCounter: Sendable {
    private(set) var scalars: [UInt32] = []
    /// Where each word starts in `scalars`; one more than there are words.
    private(set) var bounds: [Int] = [0]
    private(set) var counts: [Int64] = []
    private var hashes: [UInt32] = []
    /// Word + 1 at each place; 0 is free. The size is a power of two.
    private var slots = [Int32](repeating: 0, count: 1 << 16)

    var count: Int { counts.count }

    mutating func add(_ word: UnsafeBufferPointer<UInt32>, times: Int64 = 1) {
        let hash = Self.hash(word)
        let place = place(of: word, hash)
        let entry = Int(slots[place])
        if entry != 0 {
            counts[entry - 1] += times
            return
        }
        scalars.append(contentsOf: word)
        bounds.append(scalars.count)
        counts.append(times)
        hashes.append(hash)
        slots[place] = Int32(counts.count)
        if counts.count * 2 > slots.count { grow() }
    }

    /// Adds all words of another counter.
    mutating func add(_ other: WordCounter) {
        other.scalars.withUnsafeBufferPointer { scalars in
            for word in 0..<other.count {
                let range = other.bounds[word]..<other.bounds[word + 1]
                add(UnsafeBufferPointer(rebasing: scalars[range]), times: other.counts[word])
            }
        }
    }

    private func place(of word: UnsafeBufferPointer<UInt32>, _ hash: UInt32) -> Int {
        let mask = slots.count - 1
        var place = Int(hash) & mask
        while slots[place] != 0, !isWord(Int(slots[place]) - 1, word, hash) { place = (place + 1) & mask }
        return place
    }

    private func isWord(_ entry: Int, _ word: UnsafeBufferPointer<UInt32>, _ hash: UInt32) -> Bool {
        let start = bounds[entry]
        guard hashes[entry] == hash, bounds[entry + 1] - start == word.count else { return false }
        return scalars.withUnsafeBufferPointer { scalars in
            for at in 0..<word.count where scalars[start + at] != word[at] { return false }
            return true
        }
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        let mask = slots.count - 1
        for entry in 0..<count {
            var place = Int(hashes[entry]) & mask
            while slots[place] != 0 { place = (place + 1) & mask }
            slots[place] = Int32(entry + 1)
        }
    }

    private static func hash(_ word: UnsafeBufferPointer<UInt32>) -> UInt32 {
        var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
        for scalar in word {
            hash = (hash ^ UInt64(scalar)) &* 0xFF51_AFD7_ED55_8CCD
            hash ^= hash >> 32
        }
        return UInt32(truncatingIfNeeded: hash)
    }
}

/// Counts the words that a reader emits, text by text.
struct CountingSink: ScanSink {
    private(set) var counter = WordCounter()
    /// Words of the current text, counted when it is known to be read to its end.
    private var scalars: [UInt32] = []
    private var ends: [Int] = []

    mutating func beginText() {
        scalars.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    mutating func restartText() { beginText() }

    mutating func letter(_ number: UInt32, scalar: UInt32, start: Int, end: Int) {
        scalars.append(number == 0 ? scalar : number)
    }

    mutating func isolated(_ number: UInt32, scalar: UInt32, start: Int, end: Int) {
        letter(number, scalar: scalar, start: start, end: end)
        endWord()
    }

    mutating func endWord() {
        if scalars.count > ends.last ?? 0 { ends.append(scalars.count) }
    }

    mutating func added(_ id: Int32, start: Int, end: Int) {}

    /// Counts the words of the text just read.
    mutating func commit() {
        scalars.withUnsafeBufferPointer { scalars in
            var start = 0
            for end in ends {
                counter.add(UnsafeBufferPointer(rebasing: scalars[start..<end]))
                start = end
            }
        }
    }
}
