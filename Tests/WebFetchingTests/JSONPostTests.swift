import LoopbackServer
import Synchronization
import Testing
import WebFetching

struct JSONPostTests {
    private func post(
        to target: String, _ change: (LoopbackServer) -> Void = { _ in }
    ) async throws -> (reason: String?, requests: [LoggedRequest]) {
        let server = try await LoopbackServer()
        change(server)
        let rules = FetchRules.quick {
            $0.attempts = 2
            $0.mostRedirects = 0
        }
        let reason = await JSONPost.send(
            #"{"text":"뉴스"}"#, to: server.address() + target, rules: rules, environment: [:])
        let log = server.log
        try await server.stop()
        return (reason, log)
    }

    @Test func aBodyIsPostedOnce() async throws {
        let got = Mutex<[UInt8]>([])
        let (reason, requests) = try await post(to: "/hook") { server in
            server.change { site in
                site.script = { request in
                    got.withLock { $0 = request.body }
                    return .json("ok")
                }
            }
        }
        #expect(reason == nil && requests.map(\.method) == ["POST"])
        #expect(requests.first?.header("content-type") == "application/json")
        #expect(String(decoding: got.withLock { $0 }, as: UTF8.self) == #"{"text":"뉴스"}"#)
    }

    @Test func whatIsRefusedSaysWhyAndNotWhere() async throws {
        let (reason, requests) = try await post(to: "/hidden-token") { server in
            server.change { $0.script = { _ in .json("no_service\nmore", status: 404) } }
        }
        #expect(reason == "status 404: no_service" && requests.count == 1)
    }

    @Test func itIsTriedOnceMore() async throws {
        let (reason, requests) = try await post(to: "/hook") { server in
            server.change { $0.script = { _ in .json("busy", status: 500) } }
        }
        #expect(reason == "status 500, 2 times" && requests.count == 2)
    }

    @Test func itIsNotSentElsewhere() async throws {
        let (reason, requests) = try await post(to: "/hook") { server in
            server.change {
                $0.script = { _ in
                    .html("", status: 307, headers: [("Location", "/other")])
                }
            }
        }
        #expect(reason == "it redirects to another address, which is not followed" && requests.count == 1)
    }

    @Test func whatIsNoAddressIsSaid() async {
        #expect(
            await JSONPost.send("{}", to: "ftp://example.org", rules: .quick(), environment: [:])
                == "it is not a web address; write https://HOST/PATH")
    }
}
