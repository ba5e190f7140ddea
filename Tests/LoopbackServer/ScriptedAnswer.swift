/// A request as a test's own script sees it.
package struct ScriptedRequest: Sendable {
    package var path: String
    package var query: [String: String]
    package var headers: [(name: String, value: String)]
    package var method: String
    package var body: [UInt8]

    package func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }

    package func number(_ name: String) -> Int { query[name].flatMap(Int.init) ?? 0 }
}

/// What a test's own script answers.
package struct ScriptedAnswer: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(
        status: Int = 200, _ contentType: String, _ body: [UInt8],
        headers: [(name: String, value: String)] = []
    ) {
        self.status = status
        self.headers = [("Content-Type", contentType)] + headers
        self.body = body
    }

    package static func json(_ text: String, status: Int = 200) -> ScriptedAnswer {
        ScriptedAnswer(status: status, "application/json", Array(text.utf8))
    }

    package static func html(
        _ text: String, status: Int = 200, headers: [(name: String, value: String)] = []
    ) -> ScriptedAnswer {
        ScriptedAnswer(status: status, "text/html; charset=utf-8", Array(text.utf8), headers: headers)
    }

    package static func xml(_ text: String) -> ScriptedAnswer {
        ScriptedAnswer("application/xml", Array(text.utf8))
    }
}

extension Answer {
    init(_ scripted: ScriptedAnswer) {
        self.init(status: scripted.status, "", scripted.body)
        headers = scripted.headers
    }
}
