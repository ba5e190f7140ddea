import SeededRandom
import TestInputs
import Testing
import WebFormats

struct WebAddressTests {
    @Test func relativeAddressesAreThoseOfURLLib() throws {
        let fixture = try Fixture.read("addresses.json")
        let base = try WebAddress(#require(fixture["base"] as? String))
        let joined = try #require(fixture["joined"] as? [[String]])
        for pair in joined {
            #expect(try WebAddress(pair[0], relativeTo: base).description == pair[1], "\(pair[0])")
        }
        #expect(joined.count > 15)
    }

    @Test func namesOutsideASCIIAreThoseOfPythonsCodec() throws {
        for pair in try #require(Fixture.read("addresses.json")["names"] as? [[String]]) {
            #expect(try WebAddress("https://\(pair[0])/").host.description == pair[1])
        }
    }

    static let spellings: [(String, String)] = [
        ("HTTPS://Example.COM", "https://example.com/"), ("http://example.com:80/a", "http://example.com/a"),
        ("https://example.com:443/", "https://example.com/"),
        ("http://example.com:8080", "http://example.com:8080/"),
        ("  https://example.com/a b?c d#e ", "https://example.com/a%20b?c%20d"),
        ("https:\\\\example.com\\a\\b", "https://example.com/a/b"),
        ("https://example.com/뉴스?q=공감", "https://example.com/%EB%89%B4%EC%8A%A4?q=%EA%B3%B5%EA%B0%90"),
        ("https://exa\nmple.com/\ta", "https://example.com/a"), ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://2130706433/", "http://127.0.0.1/"), ("http://0177.0.0.1/", "http://127.0.0.1/"),
        ("http://[::FFFF:127.0.0.1]:81/", "http://[::ffff:7f00:1]:81/"),
        ("https://example.com./", "https://example.com/"),
        ("https://ex%61mple.com/%7e", "https://example.com/%7e"),
        ("https://example.com?x", "https://example.com/?x"),
        ("https://exam。ple.com/", "https://exam.ple.com/"), ("https://a/%2e%2E/b/./c", "https://a/b/c"),
        ("https://example.com/a%zz", "https://example.com/a%zz"),
        ("https://e.com/p/./q", "https://e.com/p/q"),
    ]

    @Test(arguments: spellings)
    func addressesAreReadAsBrowsersReadThem(text: String, wanted: String) throws {
        #expect(try WebAddress(text).description == wanted)
    }

    static let refusals: [(String, String)] = [
        ("", "an empty address"), ("   ", "an empty address"),
        ("/a", "a relative address, which nothing completes; write it with https:// and its host"),
        ("ftp://example.com/", "the scheme 'ftp'; only http and https are fetched"),
        ("javascript:alert(1)", "the scheme 'javascript'; only http and https are fetched"),
        ("file:///etc/passwd", "the scheme 'file'; only http and https are fetched"),
        ("https://user:word@example.com/", "an address with a name or password before the host; remove it"),
        ("https://example.com:0/", "'0' is not a port; ports are 1 ... 65535"),
        ("https://example.com:65536/", "'65536' is not a port; ports are 1 ... 65535"),
        ("https://exa mple.com/", "'exa mple.com' is not a host name or address"),
        ("https:///", "an address without a host"), ("https:example.com", "an address without a host"),
        ("https://[::1/", "'[::1' is not a host name or address"),
        ("https://1.2.3.256/", "'1.2.3.256' is not a host name or address"),
        ("https://a..b/", "'a..b' is not a host name or address"),
        ("https://exa%00mple.com/", "'exa%00mple.com' is not a host name or address"),
    ]

    @Test(arguments: refusals)
    func otherTextsAreRefusedWithTheReason(text: String, wanted: String) {
        #expect {
            try WebAddress(text)
        } throws: {
            "\($0)" == wanted
        }
    }

    @Test func anAddressIsAtMost8192BytesLong() throws {
        let start = "https://example.com/"
        let fits = start + String(repeating: "a", count: WebAddress.longest - start.utf8.count)
        #expect(try WebAddress(fits).description.utf8.count == WebAddress.longest)
        #expect(throws: WebAddressError.tooLong(8193)) { try WebAddress(fits + "a") }
        let growing = start + String(repeating: "한", count: 1000)
        #expect(throws: WebAddressError.tooLong(start.utf8.count + 9000)) { try WebAddress(growing) }
    }

    @Test func canonicalAddressesHaveOneSpelling() throws {
        let one = try WebAddress(
            "https://Example.com:443/a%2fb/%7Ex/한?b=%ea%b0%80&utm_source=x&a=1&fbclid=2#top")
        #expect(one.canonical().description == "https://example.com/a%2Fb/~x/%ED%95%9C?b=%EA%B0%80&a=1")
        #expect(
            try WebAddress("https://e.com/%b%61?%%41").canonical().description == "https://e.com/%25ba?%25A")
        #expect(try WebAddress("https://example.com/a?").canonical().description == "https://example.com/a")
        #expect(try WebAddress("https://example.com/a?utm_id=1").canonical().query == nil)
        #expect(one.canonical().canonical() == one.canonical())
    }

    @Test func parametersAreDecoded() throws {
        let address = try WebAddress("https://e.com/?oid=001&a=x+y&a=2&%ea%b0%80=%EB%82%98&bare")
        #expect(address.parameters == ["oid": "001", "a": "x y", "가": "나", "bare": ""])
        #expect(try WebAddress("https://e.com:81/x").robots.description == "https://e.com:81/robots.txt")
    }
}

struct NetworkAddressTests {
    @Test func whatIsPublicIsWhatPythonCallsGlobal() throws {
        // Python 3.11 still calls these two global; the registries do not.
        let stricter: Set<String> = ["fec0::1", "64:ff9b:1::1"]
        let hosts = try #require(Fixture.read("addresses.json")["hosts"] as? [[Any]])
        var publicOnes = 0
        for host in hosts {
            let text = try #require(host[0] as? String)
            let address = try #require(NetworkAddress(text), "\(text)")
            let wanted = try #require(host[2] as? Bool) && !stricter.contains(text)
            #expect(address.isPublic == wanted, "\(text)")
            #expect(address.description == host[1] as? String)
            publicOnes += wanted ? 1 : 0
        }
        #expect(hosts.count > 35 && publicOnes > 8)
    }

    @Test func addressesInsideOthersCount() throws {
        for text in ["::ffff:192.168.0.1", "64:ff9b::10.0.0.1", "2002:7f00:1::", "2002:a9fe:a9fe::1"] {
            #expect(try !#require(NetworkAddress(text)).isPublic, "\(text)")
        }
        #expect(try #require(NetworkAddress("64:ff9b::8.8.8.8")).isPublic)
        #expect(NetworkAddress(bytes: [8, 8, 8, 8])?.description == "8.8.8.8")
        #expect(NetworkAddress(bytes: [1, 2, 3]) == nil)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "a.b.c.d", ":", ":::", "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1::2::3", "12345::", "::1%eth0", "1:2:3:4:5:6:7::8:9", "::1.2.3", "g::", "1:2:3:4:5:6:7:",
        ":1:2:3:4:5:6:7",
    ])
    func otherTextsAreNone(text: String) {
        #expect(NetworkAddress(text) == nil)
    }

    @Test(arguments: [
        ("https://example.com/", true), ("https://localhost/", false), ("https://a.localhost/", false),
        ("https://printer.local/", false), ("https://intranet/", false), ("https://x.internal/", false),
        ("http://127.1/", false), ("http://0x7f000001/", false), ("http://[::1]/", false),
        ("http://8.8.8.8/", true),
        ("http://169.254.169.254/latest/", false), ("https://router.home.arpa/", false), ("http://0/", false),
    ])
    func privateTargetsAreKnown(text: String, isPublic: Bool) throws {
        #expect(try WebAddress(text).host.mayBePublic == isPublic)
    }

    @Test(.timeLimit(.minutes(10)))
    func mutatedAddressesNeverStopTheReader() throws {
        let pieces = [
            "://", "@", ":", "[", "]", "..", "/../", "%", "%2e", "\\", "?", "#", "0x", "한", "xn--", "\0",
            "\t", "。",
        ]
        let good = Array("https://user.example.com:8080/a/../b%41/한?x=[1]&y={2}#z".utf8)
        let base = try WebAddress("https://example.com/a/b?c")
        var taken = 0
        for seed in 0..<fuzzCount {
            var random = SplitMix64(seed: UInt64(seed))
            let text = String(
                decoding: mutated(good, pieces: pieces.map { Array($0.utf8) }, using: &random), as: UTF8.self)
            guard let address = try? WebAddress(text, relativeTo: base) else { continue }
            taken += 1
            let again = try WebAddress(address.description)
            #expect(again == address, "seed \(seed): \(text)")
            #expect(address.canonical().canonical() == address.canonical(), "seed \(seed): \(text)")
        }
        #expect(taken > 0 && taken < fuzzCount)
    }
}
