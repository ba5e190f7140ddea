/// Finds in a stream of texts those that repeat an earlier one, by a ``NearDuplicateRule``.
///
/// Unlike ``CopyFinder``, which looks at all texts together, it decides on each text when it comes, by those before it: which
/// of two copies is the copy depends on their order, and two groups of copies that a later text joins stay two. Keeps
/// each distinct text and about 500 bytes beside it.
package struct CopyStream {
    private let signer: CopySigner
    private let shingles: Shingles
    private let threshold: Double
    private var texts = TextArena()
    /// Texts that came so far.
    package private(set) var count = 0
    /// For each distinct text the number of the first text that it repeats, directly or through others; its own
    /// where it repeats none.
    private var firsts: [Int] = []
    /// Distinct texts by their hash of the exact rule, and by the key of each band.
    private var exact: [UInt64: [UInt32]] = [:]
    private var bands: [[UInt32: [UInt32]]]

    package init(_ rule: NearDuplicateRule) {
        signer = CopySigner(rule)
        shingles = Shingles(length: rule.shingle)
        threshold = rule.threshold
        bands = Array(repeating: [:], count: signer.bandCount)
    }

    /// Takes the next text, given as UTF-8.
    /// - Returns: the number of the first text that it repeats, counted from 1; `nil` if it repeats none.
    package mutating func add(_ text: UnsafeRawBufferPointer) -> Int? {
        count += 1
        let (number, isNew) = texts.number(of: text)
        guard isNew else { return firsts[number] }
        let signature = signer.sign(text)
        let original = original(of: number, text, signature)
        firsts.append(original ?? count)
        exact[signature.exact, default: []].append(UInt32(number))
        for (band, key) in signature.bands.enumerated() {
            bands[band][key, default: []].append(UInt32(number))
        }
        return original
    }

    /// Passes over a row that has no text.
    package mutating func skip() { count += 1 }

    private func original(
        of number: Int, _ text: UnsafeRawBufferPointer, _ signature: CopySignature
    ) -> Int? {
        for other in exact[signature.exact] ?? [] where texts.haveSameFoldedText(number, Int(other)) {
            return firsts[Int(other)]
        }
        var looked: Set<UInt32> = []
        var own: [UInt64]?
        var found: Int?
        for (band, key) in signature.bands.enumerated() {
            for other in bands[band][key] ?? [] where looked.insert(other).inserted {
                let first = firsts[Int(other)]
                if let found, found <= first { continue }
                let set = own ?? shingles.set(of: text)
                own = set
                let theirs = texts.withText(Int(other)) { shingles.set(of: $0) }
                if Shingles.similarity(set, theirs) >= threshold { found = first }
            }
        }
        return found
    }
}
