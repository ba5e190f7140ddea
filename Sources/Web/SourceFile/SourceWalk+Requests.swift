internal import CommentParsing
internal import Diagnostics
internal import WebFormats

/// The requests of `comments`, whose first one decides how they are made: GET, or POST with a body.
extension SourceWalk {
    struct Requests {
        var first: RequestTemplate?
        var following: RequestTemplate?
        var replies: RequestTemplate?
        var followingReplies: RequestTemplate?
    }

    /// - Parameter marks: placeholders of further pages, such as `cursor`.
    mutating func requests(
        _ members: [Entry], _ owner: Entry, _ headers: [RequestHeader], _ names: Set<String>,
        _ marks: Set<String>
    ) -> Requests {
        let isPost = members.named("post") != nil
        if let get = members.named("get"), isPost {
            error("'get' and 'post' do not go together", get.keySpan, hint: "remove one of the two")
        }
        if !isPost, members.named("get") == nil {
            missing("get", "'comments'", "the address of the first page", at: owner)
        }
        let keys = ["body", "following_body", "replies_body", "following_replies_body"]
        if !isPost, let body = members.first(where: { keys.contains($0.key) }) {
            error("'comments.\(body.key)' requires 'post'", body.keySpan)
        }
        let replyNames = names.union(["parent"])
        let first = address(isPost ? "post" : "get", members, names)
        let body = body(members.named("body"), "'comments.body'", names)
        var requests = Requests()
        requests.first = first.map { RequestTemplate($0, headers: headers, body: isPost ? body : nil) }
        if isPost, body == nil, members.named("body") == nil {
            missing("body", "'comments'", "what is sent: {form: {…}} or {json: {…}}", at: owner)
        }
        func further(
            _ key: String, _ bodyKey: String, _ names: Set<String>, _ standard: RequestTemplate?,
            _ walk: inout SourceWalk
        ) -> RequestTemplate? {
            let address = walk.address(key, members, names)
            let body = walk.body(members.named(bodyKey), "'comments.\(bodyKey)'", names)
            guard address != nil || body != nil, let place = address ?? standard?.address else { return nil }
            return RequestTemplate(place, headers: headers, body: isPost ? body ?? standard?.body : nil)
        }
        requests.following = further(
            "following", "following_body", names.union(marks), requests.first, &self)
        requests.replies = further("replies", "replies_body", replyNames, requests.first, &self)
        requests.followingReplies = further(
            "following_replies", "following_replies_body", replyNames.union(marks),
            requests.replies ?? requests.first, &self)
        return requests
    }

    private mutating func address(
        _ key: String, _ members: [Entry], _ known: Set<String>
    ) -> RequestText? {
        guard let entry = members.named(key), let address = template(entry.value, "'comments.\(key)'") else {
            return nil
        }
        checkNames(address, entry.value, known)
        if Self.site(of: address.text).contains("{cursor}") {
            error(
                "'comments.\(key)' lets answers say which site is asked", entry.value.span,
                hint:
                    "'{cursor}' belongs in the path, the query or the body; whole addresses out of answers are "
                    + "followed by 'paging: {by: link, next: …}'")
        }
        return address
    }

    /// The part of an address before its path and its query.
    private static func site(of address: String) -> String {
        let parts = address.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        let start = address.hasPrefix("{") ? parts.prefix(1) : parts.prefix(3)
        return String(start.joined(separator: "/").prefix { $0 != "?" && $0 != "#" })
    }

    /// What a POST sends: a form, or JSON.
    mutating func body(_ entry: Entry?, _ owner: String, _ known: Set<String>) -> RequestBody? {
        guard let entry, let members = map(entry, owner, "body") else { return nil }
        guard members.count == 1, let member = members.first else {
            error("\(owner) is one of form and json", entry.keySpan)
            return nil
        }
        if member.key == "json" { return json(member.value, known).map(RequestBody.json) }
        guard case .map(let fields) = member.value.content else {
            wrong(member, "'form'", "a map of names and values")
            return nil
        }
        var form: [RequestHeader] = []
        for field in fields {
            guard let value = scalar(field, known) else { continue }
            form.append(RequestHeader(field.key, value))
        }
        return .form(form)
    }

    private mutating func scalar(_ field: Entry, _ known: Set<String>) -> RequestText? {
        let text: String
        switch field.value.content {
        case .integer(let number): text = String(number)
        case .bool(let value): text = value ? "true" : "false"
        default:
            guard let template = template(field.value, "the field '\(field.key)'") else { return nil }
            checkNames(template, field.value, known)
            return template
        }
        return try? RequestText(text)
    }

    private mutating func json(_ value: LocatedValue, _ known: Set<String>) -> JSONTemplate? {
        switch value.content {
        case .null: return .null
        case .bool(let flag): return .boolean(flag)
        case .integer(let number): return .number(String(number))
        case .number(let number): return .number("\(number)")
        case .list(let items): return .list(items.compactMap { json($0, known) })
        case .map(let members):
            return .map(
                members.compactMap { member in
                    json(member.value, known).map { JSONTemplate.Member(member.key, $0) }
                })
        default:
            guard let template = template(value, "a value of 'json'") else { return nil }
            checkNames(template, value, known)
            return .text(template)
        }
    }
}
