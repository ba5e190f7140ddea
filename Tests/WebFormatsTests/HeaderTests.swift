import TestInputs
import Testing
import WebFormats

struct HeaderTests {
    @Test func datesAreThoseOfPython() throws {
        let dates = try #require(Fixture.read("addresses.json")["dates"] as? [[Any]])
        for date in dates {
            let text = try #require(date[0] as? String)
            #expect(MailDate.seconds(text) == (date[1] as? Int).map(Int64.init), "\(text)")
        }
        #expect(dates.count >= 9)
    }

    @Test(arguments: [
        "", "soon", "Sun, 31 Feb 2024 00:00:00 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994",
        "06 Foo 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 XYZ", "2024-01-01T00:00:00Z", "Sun, 06 Nov 1994 08:49:37 +2500",
    ])
    func otherTextsAreNotDates(text: String) {
        #expect(MailDate.seconds(text) == nil)
    }

    @Test(
        arguments: [
            ("120", 120), (" 0 ", 0), ("99999999", 86_400), ("99999999999999999999", 86_400),
            ("Thu, 01 Jan 1970 00:20:00 GMT", 200), ("Thu, 01 Jan 1970 00:00:01 GMT", 0),
            ("Fri, 01 Jan 2100 00:00:00 GMT", 86_400), ("-1", nil), ("1.5", nil), ("", nil),
            ("tomorrow", nil),
        ] as [(String, Int64?)])
    func retryAfterIsSecondsOrADate(header: String, wanted: Int64?) {
        #expect(RetryAfter.seconds(header, now: 1000) == wanted)
    }

    @Test(
        arguments: [
            ("text/html; charset=EUC-KR", "text/html", "EUC-KR"),
            ("TEXT/HTML;charset=\"utf-8\"", "text/html", "utf-8"),
            ("application/javascript;charset=UTF-8", "application/javascript", "UTF-8"),
            ("text/plain", "text/plain", nil),
            ("text/html; a=b; charset = x ; charset=y", "text/html", "x"), ("", "", nil),
            (";charset=", "", nil),
        ] as [(String, String, String?)])
    func contentTypesAreRead(header: String, type: String, charset: String?) {
        #expect(ContentType(header).mediaType == type)
        #expect(ContentType(header).charset == charset)
    }

    @Test func kindsOfContentAreKnown() {
        #expect(
            ContentType("application/json").isJSON && ContentType("text/javascript; charset=utf-8").isJSON)
        #expect(ContentType("text/html").isHTML && !ContentType("text/xml;x").isHTML)
    }
}

struct RequestTextTests {
    @Test func valuesAreEncodedInAddressesAndNotInHeaders() throws {
        let text = try RequestText("https://e.com/{{x}}?id={oid}%2C{aid}&c={cursor}")
        let values = ["oid": "001", "aid": "가/&", "cursor": "a+b="]
        #expect(text.names == ["oid", "aid", "cursor"])
        #expect(
            try text.address(values).description
                == "https://e.com/%7Bx%7D?id=001%2C%EA%B0%80%2F%26&c=a%2Bb%3D")
        #expect(try RequestText("Bearer {token}").filled(["token": "a/b"]) == "Bearer a/b")
        #expect(
            try RequestText("{article_url}").address(["article_url": "https://a.com/x?y=1"]).description
                == "https://a.com/x?y=1")
        #expect(throws: MissingValue(name: "cursor")) { try text.filled(["oid": "1", "aid": "2"]) }
    }

    @Test(arguments: [
        ("a{b", "an unmatched brace; write {{ or }} for one (column 2)"),
        ("한}", "an unmatched brace; write {{ or }} for one (column 2)"),
        ("x{B}", "'{B}' is not a placeholder; names consist of letters, digits and _ (column 2)"),
        ("{}", "'{}' is not a placeholder; names consist of letters, digits and _ (column 1)"),
    ])
    func badTemplatesAreLocated(text: String, message: String) {
        #expect {
            try RequestText(text)
        } throws: {
            "\($0)" == message
        }
    }
}

struct AddressPatternTests {
    static let matches: [(String, String, [String: String]?)] = [
        (
            "https://n.news.naver.com/article/{oid}/{aid}",
            "https://n.news.naver.com/article/001/0009205077?sid=100", ["oid": "001", "aid": "0009205077"]
        ),
        ("https://n.news.naver.com/article/{oid}/{aid}", "http://n.news.naver.com/article/001/2/", nil),
        ("https://n.news.naver.com/article/{oid}/{aid}", "https://news.naver.com/article/001/2", nil),
        (
            "https://e.com/read?oid={oid}&aid={aid}", "https://e.com/read?mode=x&aid=2&oid=1",
            ["oid": "1", "aid": "2"]
        ),
        ("https://e.com/read?oid={oid}&aid={aid}", "https://e.com/read?oid=1", nil),
        ("https://*.e.com/{id}", "https://m.news.e.com/7", ["id": "7"]),
        ("https://*.e.com/{id}", "https://e.com/7", ["id": "7"]),
        ("https://*.e.com/{id}", "https://ee.com/7", nil),
        ("https://e.com/*/a-{id}.html", "https://e.com/x/a-b-3.html", ["id": "b-3"]),
        ("https://e.com/{slug}-{id}", "https://e.com/a-b-c", ["slug": "a-b", "id": "c"]),
        ("https://e.com/한/{id}", "https://e.com/%ed%95%9c/%EA%B0%80", ["id": "가"]),
        ("https://e.com", "https://e.com/", [:]),
        ("https://e.com/?u={u}", "https://e.com/?u=a%2Fb", ["u": "a/b"]),
    ]

    @Test(arguments: matches)
    func partsOfAddressesAreFound(pattern: String, address: String, wanted: [String: String]?) throws {
        #expect(try AddressPattern(pattern).values(in: WebAddress(address)) == wanted)
    }

    @Test(arguments: [
        ("e.com/{id}", "a pattern starts with https:// and a host (column 1)"),
        (
            "https://e.com/{a}{b}",
            "two adjacent parts cannot be told apart; put text between them (column 18)"
        ),
        (
            "https://e.com/{a b}",
            "'{a b' is not a part; parts are {name}, of lower-case letters, digits and _ (column 15)"
        ),
        ("https://e.com/{a}/{a}", "'{a}' occurs twice (column 1)"),
        ("https://e.com/a}", "an unmatched brace (column 16)"),
        ("https://e.com/x?{a}", "a parameter is NAME={value}, each name once (column 17)"),
        ("https://{h}.com/x", "'{h}.com' is not a host, or *. and a host (column 9)"),
    ])
    func badPatternsAreLocated(pattern: String, message: String) {
        #expect {
            try AddressPattern(pattern)
        } throws: {
            "\($0)" == message
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func patternsMadeToBeSlowAreNot() throws {
        let pattern = try AddressPattern("https://e.com/{a}-{b}-{c}-{d}-{e}-{f}-{g}x")
        let address = try WebAddress("https://e.com/" + String(repeating: "-a", count: 3000))
        #expect(pattern.values(in: address) == nil)
    }
}
