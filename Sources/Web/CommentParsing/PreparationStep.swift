internal import JSON
internal import WebPages

/// A request whose answer holds values that later requests need, such as a token or a post's number.
package struct PreparationStep: Hashable, Sendable {
    package enum Form: Hashable, Sendable { case page, json }

    package var request: RequestTemplate
    package var takes: [Taking]
    /// Whether values taken are secrets, never to be written to logs or stored.
    package var isSecret: Bool

    package init(_ request: RequestTemplate, takes: [Taking], isSecret: Bool = false) {
        self.request = request
        self.takes = takes
        self.isSecret = isSecret
    }

    /// One value of an answer.
    package struct Taking: Hashable, Sendable {
        package enum Place: Hashable, Sendable {
            case json(JSONPath)
            case page(FieldRule)
        }

        /// Name of the placeholder that the value fills.
        package var name: String
        package var place: Place

        package init(_ name: String, _ place: Place) {
            self.name = name
            self.place = place
        }
    }

    /// The values that an answer holds.
    /// - Throws: ``AnswerError`` where one is missing.
    package func values(in bytes: [UInt8], charset: String? = nil) throws(AnswerError) -> [String: String] {
        var values: [String: String] = [:]
        var root: JSONValue?
        var document: PageDocument?
        for taking in takes {
            let value: String?
            let shown: String
            switch taking.place {
            case .json(let path):
                let parsed = if let root { root } else { try JSONAnswer(bytes, charset: charset).root }
                root = parsed
                (value, shown) = (path.value(in: parsed)?.scalarText, path.text)
            case .page(let rule):
                let page = if let document { document } else { try Self.page(bytes, charset) }
                document = page
                (value, shown) = (try Self.text(rule, in: page), rule.text)
            }
            guard let value, !value.isEmpty else {
                throw .otherForm("nothing at '\(shown)', where '\(taking.name)' should be")
            }
            values[taking.name] = value
        }
        return values
    }

    private static func text(_ rule: FieldRule, in page: PageDocument) throws(AnswerError) -> String? {
        guard let root = page.root else { return nil }
        do throws(PageError) {
            return try rule.text(in: root)
        } catch {
            throw .page("\(error)")
        }
    }

    private static func page(_ bytes: [UInt8], _ charset: String?) throws(AnswerError) -> PageDocument {
        do throws(PageError) {
            return try PageDocument(html: PageText(bytes, headerCharset: charset))
        } catch {
            throw .page("the page cannot be read: \(error)")
        }
    }
}
