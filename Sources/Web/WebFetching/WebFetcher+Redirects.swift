internal import WebFormats

extension WebFetcher {
    /// Fetches an address and goes where redirects lead, within the rules.
    func follow(_ plan: FetchPlan, obeysRobots: Bool) async throws -> WebAnswer {
        var plan = plan
        var address = plan.request.address
        let home = plan.request.home ?? address
        // What a POST sends may hold a secret, and an answer decides where its links lead.
        guard plan.request.body == nil || address.origin.utf8.elementsEqual(home.origin.utf8) else {
            throw FetchFailure.redirect(
                "\(home) leads a POST to \(address), another site, which is not followed")
        }
        var pin = try await admit(address, from: home) { "\(home) links to" }
        var redirects = 0
        while true {
            if obeysRobots { try await askRobots(address) }
            switch try await outcome(plan, at: address, pin: pin ?? pins[address.host.description]) {
            case .answer(var answer):
                answer.redirects = redirects
                return answer
            case .redirect(let status, let location):
                guard redirects < rules.mostRedirects else {
                    throw FetchFailure.redirect(
                        "more than \(rules.mostRedirects) redirects, the last one at \(address)")
                }
                let page = address
                address = try target(location, of: page, status)
                guard address.scheme == plan.request.address.scheme else {
                    throw Self.otherScheme(address, page)
                }
                pin = try await admit(address, from: home) { "\(page) redirects to" }
                try carry(&plan, status, to: address, of: page)
                redirects += 1
            }
        }
    }

    /// A body is sent along as browsers do, and to no other site.
    ///
    /// Source: RFC 9110, section 15.4.
    private func carry(_ plan: inout FetchPlan, _ status: Int, to target: WebAddress, of page: WebAddress)
        throws
    {
        guard plan.request.body != nil else { return }
        guard status == 307 || status == 308 else {
            plan.request.body = nil
            return
        }
        guard target.origin.utf8.elementsEqual(page.origin.utf8) else {
            throw FetchFailure.redirect(
                "\(page) redirects a POST to \(target), another site, which is not followed")
        }
    }

    /// Where a redirect leads.
    private func target(_ location: String?, of page: WebAddress, _ status: Int) throws -> WebAddress {
        guard let location else {
            throw FetchFailure.redirect(
                "\(page) answers \(status), a redirect, without saying where to (Location)")
        }
        do {
            return try WebAddress(location, relativeTo: page)
        } catch {
            throw FetchFailure.redirect("\(page) redirects to '\(location.prefix(200))': \(error)")
        }
    }

    private static func otherScheme(_ target: WebAddress, _ page: WebAddress) -> FetchFailure {
        let hint = target.scheme == "https" ? "; write https:// in the address, if that is meant" : ""
        return .redirect(
            "\(page) redirects to \(target), of another scheme, which is not followed\(hint)")
    }

    /// Whether an address that an answer names may be asked: one of the site that the user named, or a public one.
    /// - Returns: the address to connect to, where a name was looked up; asked a second time it might be another.
    private func admit(
        _ target: WebAddress, from home: WebAddress, _ says: () -> String
    ) async throws -> NetworkAddress? {
        if target.origin.utf8.elementsEqual(home.origin.utf8) { return nil }
        func refuse() -> FetchFailure {
            .redirect("\(says()) \(target), an address of a private network, which is not followed")
        }
        guard target.host.mayBePublic else { throw refuse() }
        // A proxy resolves names itself.
        guard case .name(let name) = target.host, try proxies.proxy(for: target) == nil else { return nil }
        if let pin = pins[name] { return pin }
        let addresses = try await resolve(name)
        guard !addresses.isEmpty else {
            throw FetchFailure.connection("no address is known for \(name)", attempts: 1)
        }
        guard addresses.allSatisfy(\.isPublic) else { throw refuse() }
        let pin = addresses.first { $0.bytes.count == 4 } ?? addresses.first
        pins[name] = pin
        return pin
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
            guard seconds <= rules.longestWait / .seconds(1) else {
                throw FetchFailure.slowerThanAllowed(
                    origin: address.origin, seconds: seconds, longest: rules.longestWait)
            }
            await line(address).crawlDelay(seconds)
        }
    }

    private func robotsFile(_ address: WebAddress) async throws -> RobotsCache.Asked {
        do {
            let answer = try await follow(FetchPlan(robots: address), obeysRobots: false)
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
