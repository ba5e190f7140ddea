internal import CommentParsing
internal import Diagnostics
internal import FieldValues
internal import TextBasics
internal import WebFormats

/// Goes through the values of a source file and collects what is wrong with them.
struct SourceWalk {
    var findings: [Finding]
    /// Where the file begins: the place of what is missing.
    let start: SourceSpan

    typealias Entry = LocatedValue.Entry

    mutating func source(_ entries: [Entry]) -> CommentSource? {
        refuseUnknown(entries, "", "a source file")
        checkFormat(entries)
        let name = name(entries)
        if let service = entries.named("service") { return self.service(service, entries, name) }
        let zone = zone(entries.named("time_zone"))
        let articles = articles(entries, zone)
        var known = articles.map { Set($0.patterns.flatMap(\.names)) } ?? []
        known.insert("article_url")
        let preparation = preparation(entries.named("prepare"), &known)
        guard let entry = required("comments", in: entries, "a source file", "how comments are asked for"),
            let members = map(entry, "'comments'", "comments"),
            let comments = listing(members, entry, known), let articles
        else { return nil }
        return CommentSource(name: name, articles: articles, preparation: preparation, comments: comments)
    }

    private mutating func checkFormat(_ entries: [Entry]) {
        guard let entry = entries.named("splitvote_source") else {
            return error(
                "the key 'splitvote_source' is missing: the format's number", start,
                hint: "add 'splitvote_source: 1'")
        }
        if entry.value.content != .integer(1) {
            wrong(entry, "'splitvote_source'", "1, the only format there is")
        }
    }

    private mutating func name(_ entries: [Entry]) -> String {
        guard let entry = required("source", in: entries, "a source file", "the source's name"),
            let name = text(entry, "'source'", "a name")
        else { return "" }
        if name.isEmpty || name.utf8.contains(UInt8(ascii: ":")) {
            error("a source's name is not empty and holds no ':'", entry.value.span)
        }
        return name
    }

    /// A service that is built in leaves nothing to describe.
    private mutating func service(_ entry: Entry, _ entries: [Entry], _ name: String) -> CommentSource? {
        for other in entries where !["splitvote_source", "source", "service"].contains(other.key) {
            guard SourceDocument.keys[""]?.contains(other.key) ?? false else { continue }
            error(
                "'\(other.key)' does not go with 'service', which describes it all", other.keySpan,
                hint: "remove one of the two")
        }
        switch text(entry, "'service'", "naver or daum") {
        case "naver": return try? .naver(name: name)
        case "daum": return try? .daum(name: name)
        case let other?:
            error(
                "there is no service '\(other)'", entry.value.span,
                hint: NearestName.hint(
                    for: other, among: ["naver", "daum"],
                    then: "naver and daum are built in; describe others by 'articles' and 'comments'"))
            return nil
        case nil: return nil
        }
    }

    private mutating func zone(_ entry: Entry?) -> TimeZoneRule {
        guard let entry, let text = text(entry, "'time_zone'", TimeZoneRule.expectation) else { return .utc }
        guard let rule = TimeZoneRule(text) else {
            error(
                "'\(text)' is no offset and no place with a clock; expected \(TimeZoneRule.expectation)",
                entry.value.span)
            return .utc
        }
        return rule
    }
}

extension SourceWalk {
    /// The first moment of 2020, in seconds since 1970.
    private static let winter: Int64 = 1_577_836_800

    private mutating func articles(_ entries: [Entry], _ zone: TimeZoneRule) -> ArticleRules? {
        guard let entry = required("articles", in: entries, "a source file", "which articles there are"),
            let members = map(entry, "'articles'", "articles")
        else { return nil }
        var patterns: [AddressPattern] = []
        if let addresses = required(
            "addresses", in: members, "'articles'", "the forms of their addresses", at: entry)
        {
            for value in list(
                addresses, "'articles.addresses'", "forms of addresses such as https://e.com/news/{id}")
            {
                if let pattern = read(value, { text throws(PatternError) in try AddressPattern(text) }) {
                    patterns.append(pattern)
                }
            }
        }
        let key = key(members, entry, patterns)
        // Feeds and lists nearly always name their zones; where they do not, that of winter has to do.
        var rules = ArticleRules(patterns: patterns, key: key, zoneSeconds: zone.seconds(at: Self.winter))
        if case .place = zone { rules.place = zone }
        if let address = members.named("address"),
            let template = template(address.value, "'articles.address'")
        {
            checkNames(template, address.value, Set(patterns.flatMap(\.names)))
            rules.address = template
        }
        rules.fields.title = fieldRules(members.named("title"))
        rules.fields.outlet = fieldRules(members.named("outlet"))
        rules.fields.publishedAt = fieldRules(members.named("published_at"))
        rules.fields.body = fieldRules(members.named("body"))
        return rules
    }

    private mutating func key(_ members: [Entry], _ owner: Entry, _ patterns: [AddressPattern]) -> [String] {
        guard
            let entry = required(
                "key", in: members, "'articles'", "the parts of an address that tell articles apart",
                at: owner)
        else { return [] }
        var key: [String] = []
        for value in list(entry, "'articles.key'", "names of parts of the addresses") {
            guard let name = text(value, "a part of 'articles.key'", "a name") else { continue }
            for pattern in patterns where !pattern.names.contains(name) {
                error(
                    "the address \(pattern.text) has no part '\(name)'", value.span,
                    hint: NearestName.hint(
                        for: name, among: pattern.names,
                        then: "every form of address has all the parts of the key"))
                break
            }
            key.append(name)
        }
        return key
    }

    private mutating func preparation(_ entry: Entry?, _ known: inout Set<String>) -> [PreparationStep] {
        guard let entry else { return [] }
        var steps: [PreparationStep] = []
        for value in list(entry, "'prepare'", "maps of get, headers, take and secret") {
            let step = Entry(key: "prepare", keySpan: value.span, value: value)
            guard let members = map(step, "a step of 'prepare'", "prepare") else { continue }
            let headers = headers(members.named("headers"), known)
            let post = members.named("post")
            if let post, members.named("get") != nil {
                error("'get' and 'post' do not go together", post.keySpan, hint: "remove one of the two")
            }
            guard
                let get = post
                    ?? required("get", in: members, "a step of 'prepare'", "an address", at: step),
                let address = template(get.value, "'\(get.key)'")
            else { continue }
            checkNames(address, get.value, known)
            let body = body(members.named("body"), "'body'", known)
            if post == nil, let body = members.named("body") {
                error("'body' goes with 'post' only", body.keySpan)
            }
            let takes = takings(members, step)
            let isSecret = members.named("secret").flatMap { flag($0, "'secret'") } ?? false
            known.formUnion(takes.map(\.name))
            steps.append(
                PreparationStep(
                    RequestTemplate(
                        address, headers: headers,
                        body: post == nil ? nil : body ?? .form([])), takes: takes, isSecret: isSecret))
        }
        return steps
    }

    private mutating func takings(_ members: [Entry], _ owner: Entry) -> [PreparationStep.Taking] {
        guard
            let entry = required(
                "take", in: members, "a step of 'prepare'", "what later requests need", at: owner),
            case .map(let takings) = entry.value.content
        else {
            if let entry = members.named("take") {
                wrong(entry, "'take'", "a map of names and where their values stand")
            }
            return []
        }
        var takes: [PreparationStep.Taking] = []
        for taking in takings {
            if CommentSource.listingNames.contains(taking.key) {
                error("'\(taking.key)' is a name that requests for comments have already", taking.keySpan)
            }
            if case .map(let places) = taking.value.content, let json = places.named("json") {
                refuseUnknown(places, "taking", "'\(taking.key)'")
                for other in places where other.key != "json" {
                    error("'\(other.key)' does not go with 'json'", other.keySpan)
                }
                if let path = path(json.value) { takes.append(.init(taking.key, .json(path))) }
            } else if let rule = fieldRule(taking.value, "taking") {
                takes.append(.init(taking.key, .page(rule)))
            }
        }
        return takes
    }
}
