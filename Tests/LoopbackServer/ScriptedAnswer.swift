/// A request as a test's own script sees it.
public struct ScriptedRequest: Sendable {
    public var path: String
    public var query: [String: String]
    public var headers: [(name: String, value: String)]
    public var method: String
    public var body: [UInt8]

    public func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }

    public func number(_ name: String) -> Int { query[name].flatMap(Int.init) ?? 0 }
}

/// What a test's own script answers.
public struct ScriptedAnswer: Sendable {
    public var status: Int
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]

    public init(
        status: Int = 200, _ contentType: String, _ body: [UInt8],
        headers: [(name: String, value: String)] = []
    ) {
        self.status = status
        self.headers = [("Content-Type", contentType)] + headers
        self.body = body
    }

    public static func json(_ text: String, status: Int = 200) -> ScriptedAnswer {
        ScriptedAnswer(status: status, "application/json", Array(text.utf8))
    }

    public static func html(
        _ text: String, status: Int = 200, headers: [(name: String, value: String)] = []
    ) -> ScriptedAnswer {
        ScriptedAnswer(status: status, "text/html; charset=utf-8", Array(text.utf8), headers: headers)
    }

    public static func xml(_ text: String) -> ScriptedAnswer {
        ScriptedAnswer("application/xml", Array(text.utf8))
    }
}

extension Answer {
    init(_ scripted: ScriptedAnswer) {
        self.init(status: scripted.status, "", scripted.body)
        headers = scripted.headers
    }
}
