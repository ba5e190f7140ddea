internal import CommentParsing
internal import StageKit
internal import WebFetching
internal import WebFormats

extension VisitReader {
    /// Makes the requests that come before those for comments.
    /// - Returns: the values of all placeholders.
    func prepare(_ article: ArticleReference) async throws -> [String: String] {
        var values = article.values
        for step in site.source.preparation {
            let request = try step.request.filled(values)
            let key = masked(request.name)
            let taken: [String: String]
            if step.isSecret, network == nil {
                // What was asked for with a secret is kept under the secret's name.
                taken = Dictionary(step.takes.map { ($0.name, "{\($0.name)}") }, uniquingKeysWith: { $1 })
            } else if step.isSecret, let known = tokens[key] {
                taken = known
            } else {
                taken = try await take(step, request, article)
                if step.isSecret { tokens[key] = taken }
            }
            values.merge(taken) { $1 }
            if step.isSecret {
                secrets.merge(taken) { $1 }
                if network != nil { tokens.remember(taken) }
            }
        }
        return values
    }

    private func take(
        _ step: PreparationStep, _ request: PlannedRequest, _ article: ArticleReference
    ) async throws -> [String: String] {
        let isPage =
            request.address == article.address && request.headers.isEmpty && request.body == nil
        let answer: CrawlAnswer
        if isPage, let articlePage {
            answer = articlePage
        } else {
            answer = try await ask(request, keeps: !step.isSecret)
            if isPage { articlePage = answer }
        }
        if answer.isGone, isPage { throw VisitEnd.gone }
        guard answer.isGood else {
            if answer.status == 401 || answer.status == 403 { tokens.drop() }
            throw VisitEnd.later("\(answer.fetch.request): HTTP \(answer.status)")
        }
        do throws(AnswerError) {
            return try step.values(in: answer.body, charset: answer.charset)
        } catch {
            throw VisitEnd.failed("\(answer.fetch.request): \(error)")
        }
    }

    /// The answer to a request: the one that is kept, or one from the network.
    func ask(_ request: PlannedRequest, keeps: Bool = true) async throws -> CrawlAnswer {
        let key = masked(request.name)
        while let fetch = stored[key]?.first {
            stored[key]?.removeFirst()
            // Of secrets, and of what was forgotten, nothing was kept but that it was asked for; and what was refused then
            // may be given now.
            guard let answer = try journal.answer(fetch, from: request.address), isOfUse(answer) else {
                continue
            }
            keep(answer)
            return answer
        }
        guard let network else { throw VisitEnd.failed("the answer to \(key) was not kept") }
        do {
            let answer = try await network.get(
                request, key: key, visit: visit.id, keeps: keeps, mask: tokens.mask)
            keep(answer)
            return answer
        } catch let failure as FetchFailure {
            part.fetches.append(CrawlFetch(visit: visit.id, request: key, at: CrawlClock.now, status: 0))
            throw failure
        }
    }

    private func isOfUse(_ answer: CrawlAnswer) -> Bool {
        answer.isGone || answer.isGood && (answer.fetch.page != nil || answer.isEmpty)
            || network == nil && answer.mayEndAList
    }

    /// A request as it may be written down.
    private func masked(_ request: String) -> String { SecretMask(secrets).masked(request) }

    /// A text out of an answer with its secrets, which were taken out of it.
    /// - Parameter write: how a value is spelled there.
    func withSecrets(_ text: String, _ write: (String) -> String) -> String {
        if network == nil { return text }
        return secrets.reduce(text) { $0.replacing("{\($1.key)}", with: write($1.value)) }
    }
}
