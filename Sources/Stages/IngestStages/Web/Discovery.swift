internal import CommentParsing
internal import DequeModule
internal import Foundation
internal import GzipFormat
internal import StageKit
internal import WebFetching
internal import WebFormats
internal import WebPages

/// Finds articles: reads every list that the pipeline file names, and the lists that they lead to.
struct Discovery: Sendable {
    let work: CrawlWork
    let network: CrawlNetwork
    private let asked: Set<String>

    init(work: CrawlWork, network: CrawlNetwork) throws {
        self.work = work
        self.network = network
        asked = try work.journal.listRequests(in: work.crawl)
    }

    func run() async throws {
        for rule in work.site.rules.lists { try await read(rule) }
    }

    private func read(_ rule: ListRule) async throws {
        switch rule.form {
        case .articles(let addresses):
            let found = found(addresses.map { FoundLink($0) }, rule)
            try refuse(found.strangers, "articles")
            try await work.committer.commit(found.part)
        case .file(let parameter):
            guard let file = work.context.files[parameter]?.first else {
                throw StageError("the file of '\(parameter)' was not found")
            }
            let bytes = try MappedFile(path: file.path).withBytes { Array($0) }
            let links = AddressList.read(bytes)
            let found = found(links.links, rule)
            try refuse(links.refused.map { "\($0.text) (\($0.reason))" } + found.strangers, file.shownPath)
            try await work.committer.commit(found.part)
        case .page, .feed, .sitemap:
            guard let address = try rule.address(on: work.context.run.date) else { return }
            try await follow(rule, from: address)
        }
    }

    /// Addresses that the user wrote are all meant: one that cannot be used is a mistake.
    private func refuse(_ strangers: [String], _ place: String) throws {
        guard let first = strangers.first else { return }
        let more = strangers.count > 1 ? ", and \(strangers.count - 1) more" : ""
        throw StageError(
            "\(place) holds an address that is not an article of '\(work.site.source.name)': \(first)\(more)",
            hint: "the source's articles have one of these forms: "
                + work.site.source.articles.patterns.map(\.text).joined(separator: ", "))
    }

    private func follow(_ rule: ListRule, from start: WebAddress) async throws {
        var waiting: Deque = [start]
        var known: Set<WebAddress> = [start]
        var count = 0
        var read = ListReading()
        while !waiting.isEmpty, count < rule.mostLists {
            let address = waiting.removeFirst()
            count += 1
            guard let links = try await links(rule, at: address, from: start, &read) else { continue }
            for list in links.lists where !list.isOlder(than: oldest(rule)) {
                if known.insert(list.address).inserted { waiting.append(list.address) }
            }
        }
        if !waiting.isEmpty {
            work.context.progress.warn(
                "\(start): \(waiting.count) more lists were found than 'most_lists' (\(rule.mostLists)) allows to read"
            )
        }
        judge(read, of: start)
    }

    /// What the lists from one start on hold together.
    private struct ListReading {
        var isRead = false
        var articles = 0
        var strangers = 0
        var examples: [String] = []
    }

    /// A list whose links are all something else, such as a log-in, has changed or was never one.
    private func judge(_ read: ListReading, of start: WebAddress) {
        guard read.isRead, read.articles == 0 else { return }
        guard read.strangers > 0 else {
            return work.context.progress.warn("\(start) holds no links: has the page changed?")
        }
        let links =
            read.strangers == 1
            ? "its only link is not an article" : "none of its \(read.strangers) links is an article"
        let forms = work.site.source.articles.patterns.prefix(3).map(\.text).joined(separator: ", ")
        work.tally.note(
            "\(start): \(links) of '\(work.site.source.name)' (\(read.examples.joined(separator: ", "))); articles have the form \(forms)",
            isList: true)
    }

    /// What a list holds; `nil` if it could not be read, which is noted. Its articles are recorded.
    private func links(
        _ rule: ListRule, at address: WebAddress, from start: WebAddress, _ read: inout ListReading
    ) async throws -> FoundLinks? {
        do {
            let answer = try await answer(address, from: start)
            guard answer.isGood else {
                work.tally.note("\(address): HTTP \(answer.status)", isList: true)
                return nil
            }
            let (zone, limits) = (work.site.source.articles.zoneSeconds, work.site.rules.fetch)
            let links = try await Deadline.within(limits.wholeTimeout) {
                try rule.read(
                    answer.body, at: answer.address, charset: answer.charset, zoneSeconds: zone,
                    mostBytes: limits.mostBytes)
            }
            let found = found(links.links, rule)
            var part = found.part
            if !answer.isStored {
                part.fetches = [answer.fetch]
                part.pages = answer.page.map { [$0] } ?? []
            }
            try await work.committer.commit(part)
            if let fault = links.fault {
                work.context.progress.warn("\(address) is read all the same: \(fault)")
            }
            work.tally.countList()
            read.isRead = true
            read.articles += found.articles
            read.strangers += found.strangers.count
            read.examples += found.strangers.prefix(max(0, 3 - read.examples.count))
            return links
        } catch let failure as FetchFailure {
            work.tally.note("\(address): \(failure)", isList: true)
        } catch let error as PageError {
            work.tally.note("\(address): \(error)", isList: true)
        } catch let error as GzipError {
            work.tally.note("\(address): \(error)", isList: true)
        } catch let error as DeadlineExceeded {
            work.tally.note("\(address): \(error)", isList: true)
        }
        return nil
    }

    /// A list that this crawl has asked for before it was stopped is not asked for again.
    private func answer(_ address: WebAddress, from start: WebAddress) async throws -> CrawlAnswer {
        let key = address.description
        var request = PlannedRequest(address: address)
        request.home = start
        let last = try work.journal.latestFetch(key, of: work.site.source.name)
        if asked.contains(key), let last, let kept = try kept(last, address) { return kept }
        let answer = try await network.get(
            request, key: key, visit: nil, known: last?.page == nil ? nil : last)
        guard answer.status == 304, let last else { return answer }
        guard var kept = try kept(last, address) else {
            return try await network.get(request, key: key, visit: nil)
        }
        (kept.fetch, kept.isStored) = (answer.fetch, false)
        return kept
    }

    /// The body that a list had when it was last asked for; `nil` if it was not kept.
    private func kept(_ fetch: CrawlFetch, _ address: WebAddress) throws -> CrawlAnswer? {
        guard fetch.page != nil, var answer = try work.journal.answer(fetch, from: address) else {
            return nil
        }
        if answer.status == 304 { answer.status = 200 }
        return answer
    }

    private func oldest(_ rule: ListRule) -> Int64? { rule.newerThan.map { CrawlClock.now - $0 } }

    /// First visits of the articles among these links, and the links to something else.
    private func found(_ links: [FoundLink], _ rule: ListRule)
        -> (part: CrawlPart, articles: Int, strangers: [String])
    {
        let (now, oldest) = (CrawlClock.now, oldest(rule))
        var part = CrawlPart()
        var strangers: [String] = []
        var articles = 0
        for link in links {
            guard let article = work.site.source.articles.article(at: link.address) else {
                strangers.append(link.address.description)
                continue
            }
            articles += 1
            if link.isOlder(than: oldest) || !work.site.share.contains(article.key) { continue }
            var visit = CrawlVisit(
                id: 0, article: article.key, address: article.address.description, number: 0, dueAt: now,
                state: .waiting,
                foundAt: now, oldest: oldest)
            visit.facts.title = link.title
            visit.facts.publishedSeconds = link.seconds
            part.found.append(visit)
        }
        return (part, articles, strangers)
    }
}
