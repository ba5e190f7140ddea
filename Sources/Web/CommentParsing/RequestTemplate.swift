internal import FieldValues
package import WebFormats

/// A request as a source describes it.
package struct RequestTemplate: Hashable, Sendable {
    package var address: RequestText
    /// Names and values, in their order.
    package var headers: [RequestHeader]
    /// What is sent along; `nil` for a GET.
    package var body: RequestBody?

    package init(_ address: RequestText, headers: [RequestHeader] = [], body: RequestBody? = nil) {
        self.address = address
        self.headers = headers
        self.body = body
    }

    /// - Throws: ``/WebFormats/MissingValue`` or ``/WebFormats/WebAddressError``.
    package func filled(_ values: [String: String]) throws -> PlannedRequest {
        var request = PlannedRequest(
            address: try address.address(values),
            headers: try headers.map { ($0.name, try $0.value.filled(values)) })
        request.body = try body?.filled(values)
        return request
    }

    /// Names of all placeholders.
    package var names: [String] {
        address.names + headers.flatMap(\.value.names) + (body?.names ?? [])
    }
}

package struct RequestHeader: Hashable, Sendable {
    package var name: String
    package var value: RequestText

    package init(_ name: String, _ value: RequestText) {
        self.name = name
        self.value = value
    }
}

/// A request to be made: GET this address with these headers, or POST a body to it.
package struct PlannedRequest: Sendable {
    package var address: WebAddress
    package var headers: [(name: String, value: String)]
    package var body: PlannedBody?
    /// The address that the source's description gives, where this one is a link out of an answer: what was made for the
    /// one does not go to another site's.
    package var home: WebAddress?

    package init(address: WebAddress, headers: [(name: String, value: String)] = []) {
        self.address = address
        self.headers = headers
    }

    /// What identifies the request: its address, and what is sent along.
    package var name: String { body.map { "\(address) \($0.text)" } ?? address.description }
}
