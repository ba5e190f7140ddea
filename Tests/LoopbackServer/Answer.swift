/// What the server is asked for, taken apart.
struct Asked {
    var host: String
    var path: String
    var query: [String: String] = [:]
    var method = "GET"
    var body: [UInt8] = []
    var headers: [(name: String, value: String)]
    /// How the answer is to differ from a good one.
    var faults: [Fault]

    init(target: String, headers: [(name: String, value: String)], faults: [Fault]) {
        self.headers = headers
        self.faults = faults
        host = ""
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        if parts.count > 1 {
            for part in parts[1].split(separator: "&") {
                let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let name = Self.decoded(pair[0])
                if query[name] == nil { query[name] = pair.count > 1 ? Self.decoded(pair[1]) : "" }
            }
        }
        host = header("host") ?? ""
    }

    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }

    func number(_ name: String, _ otherwise: Int) -> Int { query[name].flatMap(Int.init) ?? otherwise }

    /// Start of the addresses of this host, as the client knows it.
    var base: String { "http://\(host)" }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// What is sent back, before faults of the transport.
struct Answer {
    var status = 200
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []

    init(status: Int = 200, _ contentType: String, _ body: String) {
        self.init(status: status, contentType, Array(body.utf8))
    }

    init(status: Int = 200, _ contentType: String, _ body: [UInt8]) {
        self.status = status
        headers = [("Content-Type", contentType)]
        self.body = body
    }

    static func html(_ text: String, status: Int = 200) -> Answer {
        Answer(status: status, "text/html; charset=UTF-8", text)
    }
    static func json(_ text: String, status: Int = 200) -> Answer {
        Answer(status: status, "application/json;charset=UTF-8", text)
    }
    static func xml(_ text: String) -> Answer { Answer("application/xml; charset=UTF-8", text) }
    static let missing = Answer.html("<html><body><h1>Not Found</h1></body></html>", status: 404)

    /// Adds ETag and Last-Modified, and turns the answer into a 304 where the client has it already.
    func conditional(_ asked: Asked, modified: Int64) -> Answer {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in body { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        let etag = "\"\(String(hash, radix: 16))\""
        let date = SiteText.mail(modified)
        var answer = self
        answer.headers += [("ETag", etag), ("Last-Modified", date)]
        let isKnown =
            asked.header("if-none-match").map { $0 == etag } ?? (asked.header("if-modified-since") == date)
        guard isKnown else { return answer }
        answer.status = 304
        answer.body = []
        return answer
    }
}

extension Site {
    /// The answer of the services played; a fault may change the site, as comments come between two pages.
    mutating func answer(_ asked: Asked) -> Answer {
        if let script,
            let answer = script(
                ScriptedRequest(
                    path: asked.path, query: asked.query, headers: asked.headers, method: asked.method,
                    body: asked.body))
        {
            return Answer(answer)
        }
        if let page = pages[asked.path] {
            return Answer(status: page.status, page.contentType, page.body)
        }
        let parts = asked.path.split(separator: "/").map(String.init)
        switch parts.first {
        case "robots.txt"?:
            return robots.map { Answer("text/plain", $0) } ?? .missing
        case "article"?, "mnews"?: return naverPage(parts, asked)
        case "commentBox"?: return naverComments(asked)
        case "v"?: return parts.count == 2 ? daumPage(parts[1], asked) : .missing
        case "oauth"?, "apis"?: return daumService(parts, asked)
        case "articles"?: return parts.count == 2 ? plainPage(parts[1], asked) : .missing
        case "v2"?: return plainComments(parts, asked)
        default: return list(asked) ?? .missing
        }
    }

    /// Lets comments come or go, as the faults of a request say.
    mutating func disturb(_ article: Int, _ asked: Asked) {
        for fault in asked.faults {
            switch fault {
            case .commentsAdded(let count): addComments(count, to: article)
            case .commentsRemoved(let count): dropComments(count, of: article)
            default: continue
            }
        }
    }
}
