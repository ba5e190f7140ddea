internal import CommentParsing
internal import StageKit
internal import Synchronization
internal import WebFormats

/// Tokens and the like, which serve many articles for a while.
final class TokenCache: Sendable {
    private struct Entry {
        let values: [String: String]
        let at: ContinuousClock.Instant
    }

    private static let age: Duration = .seconds(1800)
    private let entries = Mutex<[String: Entry]>([:])

    subscript(request: String) -> [String: String]? {
        get {
            entries.withLock { entries in
                guard let entry = entries[request], ContinuousClock.now - entry.at < Self.age else {
                    return nil
                }
                return entry.values
            }
        }
        set {
            entries.withLock { $0[request] = newValue.map { Entry(values: $0, at: ContinuousClock.now) } }
        }
    }

    func drop() { entries.withLock { $0 = [:] } }
}

extension VisitReader {
    /// Makes the requests that come before those for comments.
    /// - Returns: the values of all placeholders.
    func prepare(_ article: ArticleReference) async throws -> [String: String] {
        var values = article.values
        for step in site.source.preparation {
            let request = try step.request.filled(values)
            let key = masked(request.address)
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
            if step.isSecret { secrets.merge(taken) { $1 } }
        }
        return values
    }

    private func take(
        _ step: PreparationStep, _ request: PlannedRequest, _ article: ArticleReference
    ) async throws -> [String: String] {
        let isPage = request.address == article.address && request.headers.isEmpty
        let answer: CrawlAnswer
        if isPage, let articlePage {
            answer = articlePage
        } else {
            answer = try await ask(request, keeps: !step.isSecret)
            if isPage { articlePage = answer }
        }
        if answer.isGone { throw VisitEnd.gone }
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
        let key = masked(request.address)
        while let fetch = stored[key]?.first {
            stored[key]?.removeFirst()
            // Of secrets, and of what was forgotten, nothing was kept but that it was asked for; and what was refused then
            // may be given now.
            guard let answer = try journal.answer(fetch, from: request.address),
                answer.isGone || answer.isGood && fetch.page != nil
            else { continue }
            keep(answer)
            return answer
        }
        guard let network else { throw VisitEnd.failed("the answer to \(key) was not kept") }
        let answer = try await network.get(request, key: key, visit: visit.id, keeps: keeps)
        keep(answer)
        return answer
    }

    /// An address as it may be written down.
    private func masked(_ address: WebAddress) -> String {
        var text = address.description
        for (name, value) in secrets.sorted(by: { $0.key < $1.key }) where !value.isEmpty {
            for form in [value, Percent.encoded(value)] { text = text.replacing(form, with: "{\(name)}") }
        }
        return text
    }
}
