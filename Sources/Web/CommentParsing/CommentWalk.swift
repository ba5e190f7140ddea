package import WebFormats

/// The way through all pages of one article's comments and their replies: says what to ask for, and takes the answers.
///
/// It makes no request itself. Given the same answers again, it comes to the same place, which is how a walk that was
/// stopped is resumed.
package struct CommentWalk: Hashable, Sendable {
    /// Most pages of one list.
    package static let mostPages = 10_000

    let source: CommentSource
    private let values: [String: String]
    private let followsReplies: Bool
    /// Whether replies are wanted at all.
    private let wantsReplies: Bool
    private var threads: [WalkThread]
    package internal(set) var report = WalkReport()
    /// Hashes of the numbers seen so far, to detect a list that goes in circles.
    private var seen: Set<UInt64> = []
    /// Hashes of the comments in lists inside items that nothing reads, by the lists' place.
    private var unread: [String: Set<UInt64>] = [:]
    private var missingReplies = 0

    /// - Parameters:
    ///   - values: parts of the article's address and what the preparation took. A value named `total` is how many comments
    ///     there are.
    ///   - replies: whether to fetch replies that need their own requests.
    package init(_ source: CommentSource, values: [String: String], replies: Bool = true) {
        self.source = source
        self.values = values
        wantsReplies = replies
        followsReplies = replies && source.comments.replies != nil
        threads = [WalkThread(parent: nil)]
        report.announced = values["total"].flatMap { Int($0) }
    }

    package var isFinished: Bool { threads.isEmpty }

    /// The comment whose replies the next answer holds; `nil` for the comments on the article itself.
    package var parent: String? { threads.first?.parent }

    /// What to ask for next; `nil` when all is read.
    /// - Parameter complete: gives a link the values back that were taken out of it, or refuses to. It sees where the link
    ///   leads without them, and the address that the source's description gives.
    /// - Throws: ``/WebFormats/MissingValue`` or ``/WebFormats/WebAddressError`` where the source's description gives no address,
    ///   or what `complete` throws.
    package func request(
        completing complete: (_ link: String, _ target: WebAddress, _ home: WebAddress) throws -> String = {
            link, _, _ in link
        }
    ) throws -> PlannedRequest? {
        guard let thread = threads.first else { return nil }
        let listing = source.comments
        var values = values
        let size = listing.pageSize
        values["size"] = String(size)
        values["page"] = String(listing.paging.firstPage + thread.page)
        values["offset"] = String(thread.offset)
        values["cursor"] = thread.cursor
        values["parent"] = thread.parent
        let isFirst = thread.page == 0
        let template: RequestTemplate
        if thread.parent == nil {
            template = isFirst ? listing.request : listing.following ?? listing.request
        } else {
            let first = listing.replies ?? listing.request
            template = isFirst ? first : listing.followingReplies ?? first
        }
        guard let link = thread.link else { return try template.filled(values) }
        let base = try template.address.address(values)
        var request = try template.filled(values)
        let target = try WebAddress(link, relativeTo: base)
        request.address = try WebAddress(complete(link, target, base), relativeTo: base)
        request.home = base
        return request
    }

    /// Takes the answer to ``request(completing:)`` and continues to what follows it.
    package mutating func receive(_ page: CommentPage) {
        guard var thread = threads.first else { return }
        report.pages += 1
        report.refused += page.refused.count
        report.repairs += page.repairs
        if thread.parent == nil, let announced = page.announced, report.announced == nil {
            report.announced = announced
        }
        let fresh = take(page, thread)
        let keys = Self.digest(page.comments.map(\.key))
        // A page that brings nothing new may have been given in another's place: the same is asked for again, unless the
        // answer names what follows it.
        let isStale = fresh == 0 && !page.comments.isEmpty
        if isStale, isLastAgain(page, keys, thread) { return end(.end) }
        thread.stale = isStale ? thread.stale + 1 : 0
        if thread.stale == Self.mostStale { return end(.repeated) }
        if !isStale { thread.lastKeys = keys }
        switch page.next {
        case .cursor?, .link?: thread.page += 1
        default: thread.page += isStale ? 0 : 1
        }
        // Services that leave removed comments out of their pages give some again where only those that came are counted:
        // none is skipped. After such a page it continues by the longest one so far.
        thread.longest = max(thread.longest, page.items)
        thread.offset += isStale ? thread.longest : page.items
        if let ending = ending(thread, page) { return end(ending) }
        switch page.next {
        case .cursor(let cursor)?: thread.cursor = cursor
        case .link(let link)?: thread.link = link
        default: break
        }
        threads[0] = thread
    }

    /// Pages in a row that bring nothing new before a list counts as one that goes in circles.
    private static let mostStale = 3

    /// Whether a service gives its last page again for numbers after it: the page is the one before, and that was not the
    /// first, or not a full one, or all that was announced has come.
    private func isLastAgain(_ page: CommentPage, _ keys: UInt64, _ thread: WalkThread) -> Bool {
        guard thread.lastKeys == keys, page.next == nil else { return false }
        if thread.parent == nil, let announced = report.announced {
            return report.comments >= announced || thread.page > 1
        }
        return thread.page > 1 || page.items < source.comments.pageSize
    }

    /// Whether an error of the client, such as 404, means that the pages asked for by their number are at their end.
    package func isBehindTheEnd(status: Int) -> Bool {
        guard let thread = threads.first, thread.page > 0 else { return false }
        switch source.comments.paging {
        case .single, .cursor, .link: return false
        case .page, .offset: break
        }
        if [404, 410, 416].contains(status) { return true }
        let isWhole = report.announced.map { report.comments >= $0 } ?? false
        return (status == 400 || status == 422) && isWhole
    }

    /// The current list has no further page.
    package mutating func endList() {
        if !threads.isEmpty { end(.end) }
    }

    /// Gives up the current list, for a reason that is kept in the report.
    package mutating func abandon(_ reason: String) {
        guard let thread = threads.first else { return }
        report.problems.append(thread.parent.map { "replies to \($0): \(reason)" } ?? reason)
        leave()
    }

    /// Continues to the next list; after the last one, reports what was inside items and was not read.
    private mutating func leave() {
        threads.removeFirst()
        guard threads.isEmpty, wantsReplies else { return }
        for (path, keys) in unread.sorted(by: { $0.key < $1.key }) {
            let count = keys.subtracting(seen).count
            guard count > 0 else { continue }
            report.problems.append(
                "\(count) replies are at '\(path)' inside comments and are not read; add 'replies_in: \(path)' to the source's comments"
            )
        }
        if missingReplies > 0 {
            report.problems.append("\(missingReplies) replies are counted by their comments and did not come")
        }
    }

    /// Counts the comments, and has the replies of new ones read later. Replies of replies come with the thread that they
    /// belong to.
    /// - Returns: how many comments of the page are new to this walk.
    private mutating func take(_ page: CommentPage, _ thread: WalkThread) -> Int {
        var fresh = 0
        for list in page.unread {
            unread[list.path, default: []].formUnion(list.keys.map { Self.digest([$0]) })
        }
        missingReplies += page.missingReplies
        for comment in page.comments {
            guard seen.insert(Self.digest([comment.key])).inserted else {
                report.repeats += 1
                continue
            }
            fresh += 1
            report.comments += 1
            if comment.isDeleted { report.removed += 1 }
            if comment.parent != nil { report.replies += 1 }
            if followsReplies, thread.parent == nil, comment.replies > 0, comment.parent == nil {
                threads.append(WalkThread(parent: comment.key))
            }
        }
        return fresh
    }

    private enum Ending { case end, repeated, tooLong }

    private func ending(_ thread: WalkThread, _ page: CommentPage) -> Ending? {
        if page.items == 0 { return .end }
        switch page.next {
        case NextPage.none?: return .end
        case .ofPages(let pages)? where thread.page >= pages: return .end
        default: break
        }
        return thread.page >= Self.mostPages ? .tooLong : nil
    }

    private mutating func end(_ ending: Ending) {
        switch ending {
        case .end: leave()
        case .repeated:
            abandon("the list gave the same comments again; it may not be complete")
        case .tooLong: abandon("more than \(Self.mostPages) pages")
        }
    }

    /// Source: FNV-1a, 64 bits, with a separator after each text.
    private static func digest(_ texts: [String]) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for text in texts {
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            hash = (hash ^ 0x1F) &* 0x100_0000_01B3
        }
        return hash
    }
}

/// A list of comments that is being read.
struct WalkThread: Hashable, Sendable {
    var parent: String?
    /// Pages read so far.
    var page = 0
    var cursor: String?
    var link: String?
    /// Pages in a row that brought nothing new.
    var stale = 0
    /// Where the next page starts, and the most items that one had.
    var offset = 0
    var longest = 0
    /// Hash of the numbers on the last page that brought something new.
    var lastKeys: UInt64?
}

/// What a walk has seen, and whether all comments of an article were found.
package struct WalkReport: Hashable, Sendable {
    package var pages = 0
    /// Different comments, removed ones and replies among them.
    package var comments = 0
    package var removed = 0
    package var replies = 0
    /// Comments met again.
    package var repeats = 0
    package var refused = 0
    /// JSON faults that were repaired.
    package var repairs = 0
    /// Comments that the service says there are, replies among them.
    package var announced: Int?
    /// Lists that could not be read to their end, and why.
    package var problems: [String] = []

    package init() {}

    /// Comments announced and not seen; `nil` if the service announces nothing. Comments that could not be taken and
    /// replies that were not asked for are missing too.
    package var missing: Int? { announced.map { max(0, $0 - comments) } }
}

extension Paging {
    fileprivate var firstPage: Int {
        if case .page(let first, _) = self { first } else { 1 }
    }
}
