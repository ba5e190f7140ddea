internal import WebFormats

/// Posts JSON to services that a user named, such as a chat's webhook: soon, once more if that fails, and nowhere else.
package enum JSONPost {
    /// Two attempts, half a minute each.
    private static var rules: FetchRules {
        var rules = FetchRules()
        rules.delay = .zero
        rules.attempts = 2
        rules.firstByteTimeout = .seconds(30)
        rules.wholeTimeout = .seconds(30)
        rules.mostBytes = 1 << 20
        rules.longestWait = .seconds(30)
        rules.mostRedirects = 0
        // The address was given for this purpose.
        rules.obeysRobots = false
        return rules
    }

    /// - Parameters:
    ///   - body: JSON.
    ///   - address: as the user wrote it; never part of what is returned.
    /// - Returns: why it was not taken; `nil` if it was.
    package static func send(_ body: String, to address: String) async -> String? {
        await send(body, to: address, rules: rules, environment: nil)
    }

    /// - Parameters:
    ///   - rules: patience.
    ///   - environment: where proxies are named; that of the process where it is `nil`.
    package static func send(
        _ body: String, to address: String, rules: FetchRules, environment: [String: String]?
    ) async -> String? {
        guard let place = try? WebAddress(address) else {
            return "it is not a web address; write https://HOST/PATH"
        }
        var request = WebRequest(place)
        request.body = (body, "application/json")
        let fetcher = WebFetcher(rules: rules, environment: environment)
        let reason: String?
        do {
            let answer = try await fetcher.get(request)
            reason = (200...299).contains(answer.status) ? nil : refusal(answer)
        } catch FetchFailure.redirect {
            reason = "it redirects to another address, which is not followed"
        } catch FetchFailure.tooLarge {
            // It was taken; what was said to that is not needed.
            reason = nil
        } catch {
            reason = "\(error)"
        }
        await fetcher.close()
        return reason
    }

    /// The status, and the beginning of what the service says to it.
    private static func refusal(_ answer: WebAnswer) -> String {
        let words =
            String(decoding: answer.body.prefix(200), as: UTF8.self)
            .split(whereSeparator: \.isNewline).first.map { ": \($0)" } ?? ""
        return "status \(answer.status)\(words)"
    }
}
