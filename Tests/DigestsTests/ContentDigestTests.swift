import Digests
import Testing

struct ContentDigestTests {
    /// FIPS 180-4, examples of SHA-256.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func digestsAreSHA256(text: String, expected: String) {
        #expect(ContentDigest.of(text) == expected)
        #expect(ContentDigest.of(Array(text.utf8)) == expected)
    }

    @Test func partsGiveTheDigestOfTheWhole() {
        var digest = ContentDigest()
        digest.update(Array("ab".utf8))
        let beginning = digest.hexadecimal()
        digest.update([])
        digest.update(Array("c".utf8))
        #expect(beginning == ContentDigest.of("ab"))
        #expect(digest.hexadecimal() == ContentDigest.of("abc"))
    }

    @Test func wordsAreTheDigitsInFours() {
        let words = Array("abc".utf8).withUnsafeBytes { ContentDigest.words(of: $0) }
        let digits = (0..<4).map { word in
            let text = String(words[word], radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        #expect(digits.joined() == ContentDigest.of("abc"))
    }
}
