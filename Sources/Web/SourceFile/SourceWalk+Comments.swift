internal import CommentParsing
internal import Diagnostics
internal import TextBasics
internal import WebFormats

extension SourceWalk {
    mutating func listing(_ members: [Entry], _ owner: Entry, _ known: Set<String>) -> CommentListing? {
        let counters: Set<String> = ["size", "page", "offset"]
        let names = known.union(counters)
        let headers = headers(members.named("headers"), known)
        let paging = paging(members, owner)
        let marks: Set<String> = if case .cursor? = paging { ["cursor"] } else { [] }
        let requests = requests(members, owner, headers, names, marks)
        if case .cursor? = paging, requests.following == nil, members.named("following") == nil {
            missing("following", "'comments'", "the address of further pages, with {cursor}", at: owner)
        }
        let size = pageSize(members.named("page_size"))
        let list = members.named("list").map { path($0.value) } ?? (try? JSONPath("$"))
        guard let fields = fields(members, owner), let request = requests.first, let paging, let list else {
            return nil
        }
        var listing = CommentListing(
            request: request, paging: paging, pageSize: size, list: list, fields: fields)
        listing.following = requests.following
        listing.replies = requests.replies
        listing.followingReplies = requests.followingReplies
        listing.repliesIn = members.named("replies_in").flatMap { path($0.value) }
        listing.order = members.named("order").flatMap {
            text($0, "'comments.order'", "a name such as newest")
        }
        listing.accepts = expectations(members.named("expect"), "'comments.expect'")
        listing.refusedIf = expectations(members.named("refused_if"), "'comments.refused_if'")
        listing.emptyIf = expectations(members.named("empty_if"), "'comments.empty_if'")
        listing.message = members.named("message").flatMap { path($0.value) }
        listing.total = members.named("total").flatMap { path($0.value) }
        return listing
    }

    mutating func headers(_ entry: Entry?, _ known: Set<String>) -> [RequestHeader] {
        guard let entry else { return [] }
        guard case .map(let members) = entry.value.content else {
            wrong(entry, "'headers'", "a map of names and values")
            return []
        }
        var headers: [RequestHeader] = []
        for member in members {
            let isName =
                !member.key.isEmpty
                && member.key.utf8.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x2D
                }
            if !isName { error("'\(member.key)' is no name of a header", member.keySpan) }
            guard let value = template(member.value, "the header '\(member.key)'") else { continue }
            if value.text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
                error("the header '\(member.key)' holds a control character", member.value.span)
            }
            checkNames(value, member.value, known)
            headers.append(RequestHeader(member.key, value))
        }
        return headers
    }

    private mutating func paging(_ members: [Entry], _ owner: Entry) -> Paging? {
        guard let entry = members.named("paging") else { return .single }
        guard let facts = map(entry, "'comments.paging'", "paging") else { return nil }
        guard
            let by = required(
                "by", in: facts, "'comments.paging'", "how pages follow one another", at: entry),
            let name = text(by, "'by'", "single, page, offset, cursor or link")
        else { return nil }
        func next(_ walk: inout SourceWalk) -> JSONPath? {
            guard
                let next = walk.required(
                    "next", in: facts, "paging by \(name)", "where the answer names what follows", at: by)
            else { return nil }
            return walk.path(next.value)
        }
        let takes: [String: [String]] = [
            "single": [], "offset": [], "page": ["first", "pages"], "cursor": ["next", "end"],
            "link": ["next"],
        ]
        guard let allowed = takes[name] else {
            error(
                "there is no paging by '\(name)'", by.value.span,
                hint: NearestName.hint(
                    for: name, among: takes.keys,
                    then: "pages follow by single, page, offset, cursor or link"))
            return nil
        }
        for fact in facts where fact.key != "by" && !allowed.contains(fact.key) {
            error("'\(fact.key)' does not go with paging by \(name)", fact.keySpan)
        }
        switch name {
        case "single": return .single
        case "offset": return .offset
        case "page":
            let first = facts.named("first").flatMap { count($0, "'first'", 0...1_000_000) } ?? 1
            return .page(first: first, pages: facts.named("pages").flatMap { path($0.value) })
        case "cursor":
            let end = facts.named("end").flatMap { path($0.value) }
            return next(&self).map { .cursor(next: $0, end: end) }
        default: return next(&self).map { .link($0) }
        }
    }

    private mutating func pageSize(_ entry: Entry?) -> Int {
        entry.flatMap { count($0, "'comments.page_size'", 1...10_000) } ?? 100
    }

    private mutating func fields(_ members: [Entry], _ owner: Entry) -> CommentFieldPaths? {
        guard
            let entry = required(
                "fields", in: members, "'comments'", "where a comment holds what", at: owner),
            let facts = map(entry, "'comments.fields'", "fields")
        else { return nil }
        var paths: [String: JSONPath] = [:]
        for name in ["key", "text", "up", "down"] {
            guard let fact = required(name, in: facts, "'comments.fields'", "a path", at: entry) else {
                continue
            }
            paths[name] = path(fact.value)
        }
        func optional(_ name: String, _ walk: inout SourceWalk) -> JSONPath? {
            facts.named(name).flatMap { walk.path($0.value) }
        }
        let others = ["replies", "parent", "created_at", "author"].map { optional($0, &self) }
        let removedIf = expectations(members.named("removed_if"), "'comments.removed_if'")
        let removedUnless = expectations(members.named("removed_unless"), "'comments.removed_unless'")
        guard let key = paths["key"], let text = paths["text"], let up = paths["up"], let down = paths["down"]
        else { return nil }
        var fields = CommentFieldPaths(key: key, text: text, up: up, down: down)
        (fields.replies, fields.parent, fields.createdAt, fields.author) = (
            others[0], others[1], others[2], others[3]
        )
        fields.textIsHTML = isHTML(facts.named("text_format"))
        fields.removedIf = removedIf
        fields.removedUnless = removedUnless
        return fields
    }

    private mutating func isHTML(_ entry: Entry?) -> Bool {
        guard let entry, let name = text(entry, "'text_format'", "plain or html") else { return false }
        if name != "plain", name != "html" {
            error("there is no text format '\(name)'", entry.value.span, hint: "texts are plain or html")
        }
        return name == "html"
    }

    /// A map of paths and the values that stand there.
    private mutating func expectations(_ entry: Entry?, _ owner: String) -> [Expectation] {
        guard let entry else { return [] }
        guard case .map(let members) = entry.value.content, !members.isEmpty else {
            wrong(entry, owner, "a map of paths and values, such as {success: true}")
            return []
        }
        var expectations: [Expectation] = []
        for member in members {
            let place = LocatedValue(.string(member.key), at: member.keySpan)
            guard let path = path(place) else { continue }
            switch member.value.content {
            case .string(let text): expectations.append(Expectation(path, is: text))
            case .integer(let number): expectations.append(Expectation(path, is: String(number)))
            case .bool(let value): expectations.append(Expectation(path, is: value ? "true" : "false"))
            default: wrong(member, "'\(member.key)'", "a text, a whole number, true or false")
            }
        }
        return expectations
    }
}
