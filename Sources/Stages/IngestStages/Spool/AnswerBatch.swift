private import Foundation
internal import SpoolFormat
internal import StageKit
internal import VoteModel

/// A crawl's answers as a batch, and back.
enum AnswerBatch {
    static func write(_ answers: CrawlAnswers, to writer: BatchWriter) throws {
        for visit in answers.visits { try writer.record("visit", visit.json.canonicalText) }
        for page in answers.pages {
            try writer.record("page", page.digest, "\(page.size)", Data(page.gzip).base64EncodedString())
        }
        for fetch in answers.fetches { try writer.record("fetch", fetch.json.canonicalText) }
    }

    /// - Throws: ``StageError`` naming the batch.
    static func read(_ batch: SpoolFolder.Sealed, _ context: StageContext) throws -> CrawlAnswers {
        var answers = CrawlAnswers()
        do {
            try SpoolFolder.read(batch.path, to: NoRows(), context) { try take($0, into: &answers) }
        } catch let error as BatchError {
            throw StageError(
                "\(batch.path): \(error)",
                hint: "nothing of the batch was taken in; copy it again from its worker, or remove it",
                sourceIncomplete: true)
        }
        return answers
    }

    private static func take(_ record: BatchRecord, into answers: inout CrawlAnswers) throws(BatchError) {
        switch (record.kind, record.fields.count) {
        case ("visit", 1):
            guard let visit = (try? JSONValue(parsing: record.fields[0])).flatMap(CrawlVisit.init(json:))
            else {
                throw .damaged("a visit in it cannot be read")
            }
            answers.visits.append(visit)
        case ("fetch", 1):
            guard let fetch = (try? JSONValue(parsing: record.fields[0])).flatMap(CrawlFetch.init(json:))
            else {
                throw .damaged("an answer in it cannot be read")
            }
            answers.fetches.append(fetch)
        case ("page", 3):
            guard let size = Int(record.fields[1]), let body = Data(base64Encoded: record.fields[2]) else {
                throw .damaged("the body of an answer in it cannot be read")
            }
            answers.pages.append(CrawlPage(digest: record.fields[0], size: size, gzip: Array(body)))
        default: throw .damaged("it holds a record '\(record.kind)', which answers have none of")
        }
    }

    /// Answers hold no rows.
    private final class NoRows: ObservationSink {
        func append(_ row: ObservedComment) throws { throw BatchError.damaged("it holds rows") }
        func quarantine(_ row: QuarantinedRow) throws { throw BatchError.damaged("it holds rows") }
        func countEmptyText() {}
    }
}

/// Seals what a worker has fetched.
struct AnswerSpool {
    let spool: SpoolFolder
    let source: String
    let journal: any CrawlJournal
    let gathering: Gathering

    /// Answers in one batch at most, for the memory of those who take it in.
    private static let most = 1_000

    /// Seals all answers that are in no batch yet.
    /// - Returns: answers and batches.
    @discardableResult
    func sealAll(_ context: StageContext) throws -> (answers: Int, batches: Int) {
        var (count, batches) = (0, 0)
        var last = try lastSealed()
        while true {
            let answers = try journal.answers(of: source, after: last, most: Self.most)
            guard let first = answers.fetches.first, let end = answers.fetches.last else { break }
            let header = BatchHeader(
                .answers, source: source, mapping: "", salt: nil, name: "answers of share \(gathering.share)",
                input: "",
                moment: first.at, modified: end.at, share: gathering.share.description)
            let sealed = try spool.seal(header) { try AnswerBatch.write(answers, to: $0) }
            context.progress.log(
                "sealed a batch",
                [
                    "answers": "\(answers.fetches.count)", "batch": sealed.name.description,
                    "bytes": "\(sealed.size)",
                ])
            last = answers.last
            // A worker that dies in between seals the same answers again, which are then taken once.
            try Disk.makeFolder(gathering.memory)
            try DurableFile.write("\(last)\n".utf8, to: place)
            count += answers.fetches.count
            batches += 1
        }
        return (count, batches)
    }

    private var place: String {
        "\(gathering.memory)/sealed-\(ContentDigest.of(source + "\n" + spool.path).prefix(16))"
    }

    private func lastSealed() throws -> Int64 {
        guard try Disk.facts(place) != nil else { return 0 }
        let text = try MappedFile(path: place).withBytes { String(decoding: $0, as: UTF8.self) }
        guard let last = Int64(text.split(separator: "\n").first ?? "") else {
            throw StageError(
                "\(place) does not hold a number",
                hint: "remove it; answers that are sealed again are taken once")
        }
        return last
    }
}

extension CrawlVisit {
    fileprivate var json: JSONValue {
        [
            "id": .integer(Int(id)), "article": .string(article), "address": .string(address),
            "number": .integer(number),
            "due_at": .integer(Int(dueAt)), "state": .string(state.rawValue),
            "found_at": .integer(Int(foundAt)),
            "oldest": oldest.map { .integer(Int($0)) } ?? .null,
            "title": facts.title.map(JSONValue.string) ?? .null,
            "outlet": facts.outlet.map(JSONValue.string) ?? .null,
            "published_at": facts.publishedAt.map(JSONValue.string) ?? .null,
            "published": facts.publishedSeconds.map { .integer(Int($0)) } ?? .null,
            "order": completeness.order.map(JSONValue.string) ?? .null,
            "problems": .array(completeness.problems.map(JSONValue.string)),
            "counts": .array(
                [
                    completeness.announced ?? -1, completeness.seen, completeness.removed,
                    completeness.replies,
                    completeness.refused, completeness.repeats, completeness.pages,
                ].map(JSONValue.integer)),
        ]
    }

    fileprivate init?(json: JSONValue) {
        guard let id = json["id"]?.intValue, let article = json["article"]?.stringValue,
            let address = json["address"]?.stringValue, let number = json["number"]?.intValue,
            let dueAt = json["due_at"]?.intValue,
            let state = json["state"]?.stringValue.flatMap(State.init(rawValue:)),
            let foundAt = json["found_at"]?.intValue,
            let counts = json["counts"]?.arrayValue?.compactMap(\.intValue), counts.count == 7
        else { return nil }
        self.init(
            id: Int64(id), article: article, address: address, number: number, dueAt: Int64(dueAt),
            state: state,
            foundAt: Int64(foundAt), oldest: json["oldest"]?.intValue.map { Int64($0) })
        facts = CrawledArticle(
            title: json["title"]?.stringValue, outlet: json["outlet"]?.stringValue,
            publishedAt: json["published_at"]?.stringValue,
            publishedSeconds: json["published"]?.intValue.map { Int64($0) })
        completeness.announced = counts[0] < 0 ? nil : counts[0]
        completeness.seen = counts[1]
        completeness.removed = counts[2]
        completeness.replies = counts[3]
        completeness.refused = counts[4]
        completeness.repeats = counts[5]
        completeness.pages = counts[6]
        completeness.order = json["order"]?.stringValue
        completeness.problems = json["problems"]?.arrayValue?.compactMap(\.stringValue) ?? []
    }
}

extension CrawlFetch {
    fileprivate var json: JSONValue {
        [
            "visit": visit.map { .integer(Int($0)) } ?? .null, "request": .string(request),
            "at": .integer(Int(at)),
            "status": .integer(status), "content_type": contentType.map(JSONValue.string) ?? .null,
            "etag": etag.map(JSONValue.string) ?? .null,
            "last_modified": lastModified.map(JSONValue.string) ?? .null,
            "page": page.map(JSONValue.string) ?? .null,
        ]
    }

    fileprivate init?(json: JSONValue) {
        guard let request = json["request"]?.stringValue, let at = json["at"]?.intValue,
            let status = json["status"]?.intValue
        else { return nil }
        self.init(
            visit: json["visit"]?.intValue.map { Int64($0) }, request: request, at: Int64(at), status: status,
            contentType: json["content_type"]?.stringValue, etag: json["etag"]?.stringValue,
            lastModified: json["last_modified"]?.stringValue, page: json["page"]?.stringValue)
    }
}
