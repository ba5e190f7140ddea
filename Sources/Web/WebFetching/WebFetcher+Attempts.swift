internal import AsyncHTTPClient
internal import NIOHTTP1
internal import WebFormats

extension WebFetcher {
    /// What one address answered.
    enum Outcome: Sendable {
        case answer(WebAnswer)
        /// A redirect, with its Location.
        case redirect(status: Int, location: String?)
    }

    /// Asks for one address until there is an answer, or there have been enough attempts.
    func outcome(
        _ plan: FetchPlan, at address: WebAddress, pin: NetworkAddress?
    ) async throws -> Outcome {
        let route = Route(proxy: try proxies.proxy(for: address), pin: pin.map { Pin(address.host, $0) })
        var random = SystemRandomNumberGenerator()
        var attempt = 1
        while true {
            do {
                return try await exchange(plan, at: address, route)
            } catch let failure as FetchFailure {
                guard failure.isPassing, attempt < rules.attempts else { throw failure.after(attempt) }
            }
            let pause = BackOff.pause(
                after: attempt, first: rules.firstBackOff, most: rules.mostBackOff, using: &random)
            try await Task.sleep(for: pause)
            attempt += 1
        }
    }

    /// One request in its turn.
    private func exchange(_ plan: FetchPlan, at address: WebAddress, _ route: Route) async throws -> Outcome {
        let line = await line(address)
        try await line.enter()
        do {
            let outcome = try await within(rules.wholeTimeout) { [self] in
                try await ask(plan, at: address, route, line)
            }
            await line.leave()
            return outcome
        } catch {
            await line.leave()
            throw error
        }
    }

    private func ask(
        _ plan: FetchPlan, at address: WebAddress, _ route: Route, _ line: HostQueue
    ) async throws -> Outcome {
        let headers = plan.headers(
            to: address, rules: rules, cookies: cookies.header(for: address, now: Self.now))
        let response = try await transport.head(
            address, headers: headers, body: plan.request.body?.text, route: route)
        await line.heard()
        let seconds = Self.now
        cookies.take(response.headers["set-cookie"], from: address, now: seconds)
        let status = Int(response.status.code)
        if FetchFailure.isPassing(status) {
            try await obey(response, status, line, origin: address.origin, now: seconds)
            throw FetchFailure.status(status, attempts: 1)
        }
        if [301, 302, 303, 307, 308].contains(status) {
            return .redirect(status: status, location: response.headers.first(name: "location"))
        }
        let isAnswer = (200...299).contains(status) || (400...499).contains(status)
        guard isAnswer || status == 304 && plan.request.isConditional else {
            throw FetchFailure.status(status, attempts: 1)
        }
        let body = status == 304 ? [] : try await transport.body(response, plan.limit, plan.excess)
        await line.easeOff()
        return .answer(Self.answer(response.headers, status, body, at: address, seconds))
    }

    /// Slows down as a host asks, and gives it up where it asks for too much.
    private func obey(
        _ response: HTTPClientResponse, _ status: Int, _ line: HostQueue, origin: String, now: Int64
    ) async throws {
        let asked = response.headers.first(name: "retry-after").flatMap { RetryAfter.seconds($0, now: now) }
        if status == 429 || status == 503 {
            await line.slowDown(retryAfter: asked, status: status)
        } else {
            await line.hold(asked, status: status)
        }
        if let asked, Duration.seconds(asked) > rules.longestWait {
            throw FetchFailure.leftAlone(origin: origin, seconds: asked, status: status)
        }
    }

    private static func answer(
        _ headers: HTTPHeaders, _ status: Int, _ body: [UInt8], at address: WebAddress, _ seconds: Int64
    ) -> WebAnswer {
        let type = headers.first(name: "content-type").map { ContentType($0) }
        let links = headers["link"].joined(separator: ", ")
        return WebAnswer(
            status: status, body: body,
            contentType: type.flatMap { $0.mediaType.isEmpty ? nil : $0.mediaType },
            charset: type?.charset, etag: headers.first(name: "etag"),
            lastModified: headers.first(name: "last-modified"), link: links.isEmpty ? nil : links,
            address: address, seconds: seconds)
    }

    /// Ends work that takes too long.
    private func within(
        _ limit: Duration, _ work: @escaping @Sendable () async throws -> Outcome
    ) async throws -> Outcome {
        try await withThrowingTaskGroup(of: Outcome?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let outcome = first else {
                throw FetchFailure.timeout(.whole, attempts: 1)
            }
            return outcome
        }
    }
}
