internal import WebFormats

extension WebFetcher {
    /// Fetches an address and goes where redirects lead, within the rules.
    func follow(_ plan: Plan, obeysRobots: Bool) async throws -> WebAnswer {
        var address = plan.request.address
        var redirects = 0
        while true {
            if obeysRobots { try await askRobots(address) }
            switch try await outcome(plan, at: address) {
            case .answer(var answer):
                answer.redirects = redirects
                return answer
            case .redirect(let status, let location):
                guard redirects < rules.mostRedirects else {
                    throw FetchFailure.redirect(
                        "more than \(rules.mostRedirects) redirects, the last one at \(address)")
                }
                address = try await target(location, of: address, status, from: plan.request.address)
                redirects += 1
            }
        }
    }

    /// Where a redirect leads, if it may be followed.
    private func target(
        _ location: String?, of page: WebAddress, _ status: Int, from start: WebAddress
    ) async throws -> WebAddress {
        guard let location else {
            throw FetchFailure.redirect(
                "\(page) answers \(status), a redirect, without saying where to (Location)")
        }
        let target: WebAddress
        do {
            target = try WebAddress(location, relativeTo: page)
        } catch {
            throw FetchFailure.redirect("\(page) redirects to '\(location.prefix(200))': \(error)")
        }
        guard target.scheme == start.scheme else {
            let hint = target.scheme == "https" ? "; write https:// in the address, if that is meant" : ""
            throw FetchFailure.redirect(
                "\(page) redirects to \(target), of another scheme, which is not followed\(hint)")
        }
        if target.origin.utf8.elementsEqual(start.origin.utf8) { return target }
        guard target.host.mayBePublic else { throw Self.isPrivate(target, page) }
        // Behind a proxy names are its own affair.
        if case .name(let name) = target.host, try proxies.proxy(for: target) == nil {
            let addresses = try await resolve(name)
            guard addresses.allSatisfy(\.isPublic) else { throw Self.isPrivate(target, page) }
        }
        return target
    }

    private static func isPrivate(_ target: WebAddress, _ page: WebAddress) -> FetchFailure {
        .redirect("\(page) redirects to \(target), an address of a private network, which is not followed")
    }

    /// - Throws: ``FetchFailure`` where robots.txt does not allow the address, or cannot be read.
    private func askRobots(_ address: WebAddress) async throws {
        let robotsAddress = address.robots
        let entry = try await robots.entry(robotsAddress, now: Self.now) { [self] in
            try await robotsFile(robotsAddress)
        }
        if let trouble = entry.trouble {
            throw FetchFailure.robotsUnreachable(origin: address.origin, reason: trouble)
        }
        guard entry.file.allows(address, agent: rules.agent) else {
            throw FetchFailure.refusedByRobots(address)
        }
        if let seconds = entry.file.delaySeconds(agent: rules.agent) {
            await line(address).crawlDelay(seconds)
        }
    }

    private func robotsFile(_ address: WebAddress) async throws -> RobotsBook.Asked {
        do {
            let answer = try await follow(Plan(robots: address), obeysRobots: false)
            return .init(
                record: RobotsRecord(status: answer.status, body: answer.body, seconds: answer.seconds))
        } catch let failure as FetchFailure {
            // A host that asks for patience says more than a robots.txt that cannot be read.
            if case .leftAlone = failure { throw failure }
            if case .connection(FetchFailure.ended, _) = failure { throw failure }
            var status = 0
            if case .status(let last, _) = failure { status = last }
            return .init(
                record: RobotsRecord(status: status, body: [], seconds: Self.now),
                trouble: failure.description)
        }
    }
}
