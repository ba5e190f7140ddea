import Digests

/// SHA-256 of a prefix, the byte 0x1F and a key, over and over with the same prefix.
///
/// The byte between keeps prefix "1" with key "2x" apart from prefix "12" with key "x". Any engine with
/// SHA-256 can recompute it.
struct KeyHash {
    /// A digest as four numbers, first bytes first, so that comparing numbers compares bytes.
    struct Digest: Hashable, Comparable, Sendable {
        let words: (UInt64, UInt64, UInt64, UInt64)

        static func == (one: Digest, other: Digest) -> Bool { one.words == other.words }
        static func < (one: Digest, other: Digest) -> Bool { one.words < other.words }

        func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
    }

    private let prefix: [UInt8]

    init(prefix text: String) {
        prefix = Array(text.utf8) + [0x1F]
    }

    /// The digest of one key.
    func digest(of key: UnsafeRawBufferPointer) -> Digest {
        let count = prefix.count + key.count
        return withUnsafeTemporaryAllocation(byteCount: count, alignment: 8) { message in
            message.copyBytes(from: prefix)
            UnsafeMutableRawBufferPointer(rebasing: message[prefix.count...]).copyMemory(from: key)
            let words = ContentDigest.words(of: UnsafeRawBufferPointer(message))
            return Digest(words: (words[0], words[1], words[2], words[3]))
        }
    }
}
