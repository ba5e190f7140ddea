import LoopbackServer
import Testing
import WebFetching
import WebFormats

struct FaultTests {
    private func failure(
        of fault: Fault, rules: FetchRules = .quick()
    ) async throws -> (FetchFailure?, requests: Int) {
        try await Bench.run(rules: rules) { bench async throws in
            bench.server.fail(fault, on: "/ranking")
            return (try await bench.failure("/ranking"), bench.server.log.count)
        }
    }

    /// Each befalls the first two requests; the third is good.
    @Test(arguments: [
        Fault.status(429), .status(500), .status(502), .status(503), .status(408), .status(425), .reset,
        .short, .hangUp,
        .truncatedGzip, .encoding("br"), .encoding("gzip"),
    ])
    func whatPassesIsTriedAgain(fault: Fault) async throws {
        try await Bench.run { bench async throws in
            let good = try await bench.get("/ranking").body
            bench.server.clearLog()
            bench.server.fail(fault, on: "/ranking", times: 2)
            #expect(try await bench.get("/ranking").body == good)
            #expect(bench.server.log.count == 3)
        }
    }

    @Test func whatDoesNotPassIsGivenUp() async throws {
        #expect(try await failure(of: .status(503)) == (.status(503, attempts: 3), 3))
        #expect(
            try await failure(of: .hangUp) == (
                .connection("the server closed the connection without an answer", attempts: 3), 3
            ))
        #expect(try await failure(of: .short) == (.broken("the answer ended prematurely", attempts: 3), 3))
        #expect(
            try await failure(of: .encoding("br")) == (
                .broken(
                    "the answer has the Content-Encoding 'br'; only gzip and deflate were asked for",
                    attempts: 3), 3
            ))
        #expect(
            try await failure(of: .encoding("gzip")).0
                == .broken(
                    "the answer is damaged gzip: incorrect header check near byte \(try await rankingBytes())",
                    attempts: 3))
    }

    private func rankingBytes() async throws -> Int {
        try await Bench.run { try await $0.get("/ranking").body.count }
    }

    @Test func aTruncatedStreamAndAResetAreNotTakenForAnAnswer() async throws {
        let truncated = try await failure(of: .truncatedGzip).0
        guard case .broken(let reason, 3)? = truncated else {
            Issue.record("\(truncated as Any)")
            return
        }
        #expect(reason.hasPrefix("the answer is truncated gzip: it ends in the middle of its stream after"))
        let reset = try await failure(of: .reset).0
        switch reset {
        case .connection(_, 3)?, .broken(_, 3)?: break
        default: Issue.record("\(reset as Any)")
        }
    }

    @Test func silenceEndsInATimeout() async throws {
        #expect(
            try await failure(
                of: .silence,
                rules: .quick {
                    $0.attempts = 2
                    $0.firstByteTimeout = .milliseconds(150)
                }) == (.timeout(.firstByte, attempts: 2), 2))
        #expect(
            try await failure(
                of: .stall,
                rules: .quick {
                    $0.attempts = 2
                    $0.wholeTimeout = .milliseconds(200)
                }) == (.timeout(.whole, attempts: 2), 2))
    }

    @Test func tooMuchIsLeftAtOnce() async throws {
        #expect(
            try await failure(of: .endless, rules: .quick { $0.mostBytes = 300_000 }) == (
                .tooLarge(limit: 300_000), 1
            ))
        #expect(
            try await failure(of: .gzipBomb, rules: .quick { $0.mostBytes = 1_000_000 }) == (
                .tooLarge(limit: 1_000_000), 1
            ))
        let announced = try await Bench.run(rules: .quick { $0.mostBytes = 999 }) { bench async throws in
            bench.server.change { $0.pages["/a"] = SitePage([UInt8](repeating: 0x20, count: 1000)) }
            bench.server.change { $0.pages["/b"] = SitePage([UInt8](repeating: 0x20, count: 999)) }
            #expect(try await bench.get("/b").body.count == 999)
            return try await bench.failure("/a")
        }
        #expect(announced == .tooLarge(limit: 999))
    }

    @Test func aClosedPortIsReported() async throws {
        try await Bench.run(rules: .quick { $0.attempts = 1 }) { bench async throws in
            // Bound and stopped again, so that it is free.
            let other = try await LoopbackServer()
            let address = try WebAddress(other.address() + "/")
            try await other.stop()
            await #expect(
                throws: FetchFailure.connection(
                    "no connection to 127.0.0.1:\(address.port ?? 0): Connection refused", attempts: 1)
            ) { try await bench.fetcher.get(WebRequest(address)) }
            await #expect(
                throws: FetchFailure.connection("no address is known for nowhere.invalid", attempts: 1)
            ) {
                try await bench.fetcher.get(WebRequest(WebAddress("http://nowhere.invalid/")))
            }
        }
    }

    @Test func aPortWithoutTLSIsSaid() async throws {
        try await Bench.run(rules: .quick { $0.attempts = 1 }) { bench async throws in
            let address = try WebAddress("https://127.0.0.1:\(bench.server.port())/")
            await #expect(
                throws: FetchFailure.connection(
                    "the server at 127.0.0.1:\(bench.server.port()) does not speak TLS", attempts: 1)
            ) { try await bench.fetcher.get(WebRequest(address)) }
        }
    }

    /// The connection of an answer that was left early is closed, not kept.
    @Test(arguments: [Fault.endless, .gzipBomb, .status(503)])
    func anAnswerThatIsLeftClosesItsConnection(fault: Fault) async throws {
        try await Bench.run(
            rules: .quick {
                $0.attempts = 1
                $0.mostBytes = 10_000
            }
        ) { bench async throws in
            bench.server.fail(fault, on: "/")
            for index in 0..<5 { #expect(try await bench.failure("/\(index)") != nil) }
            while bench.server.openConnections > 1 { try await Task.sleep(for: .milliseconds(1)) }
            #expect(bench.server.log.count == 5)
        }
    }

    @Test func messagesSayWhatHappened() {
        #expect("\(FetchFailure.status(503, attempts: 5))" == "status 503, 5 times")
        #expect("\(FetchFailure.timeout(.firstByte, attempts: 1))" == "no answer in time")
        #expect(
            "\(FetchFailure.leftAlone(origin: "http://a.b", seconds: 7, status: 429))"
                == "http://a.b asks to be left alone for another 7 s (status 429)")
        #expect(FetchFailure.leftAlone(origin: "", seconds: 1, status: 429).isBlocking)
        #expect(!FetchFailure.status(503, attempts: 5).isBlocking)
    }

    @Test func afterTheEndRequestsFail() async throws {
        let fetcher = WebFetcher(rules: FetchRules(), environment: [:])
        await fetcher.close()
        await #expect(throws: FetchFailure.connection("fetching has been ended", attempts: 1)) {
            try await fetcher.get(WebRequest(WebAddress("http://127.0.0.1:1/")))
        }
    }
}
