package import WebFormats

/// One address to be fetched.
package struct WebRequest: Sendable {
    package var address: WebAddress
    /// As the source describes them. Those that the fetcher sees to itself, such as User-Agent, are passed over.
    package var headers: [(name: String, value: String)]
    /// What an earlier answer gave as `ETag`: the server may say that nothing changed.
    package var etag: String?
    /// What an earlier answer gave as `Last-Modified`.
    package var lastModified: String?
    /// What is sent along, and its Content-Type; `nil` for a GET.
    package var body: (text: String, contentType: String)?
    /// The address that the user wrote, where this one is a link out of an answer. Such a link is followed where a redirect
    /// from there would be, and headers that tell who asks stay at home.
    package var home: WebAddress?
    /// Names in lower case of headers that hold secrets.
    package var secretHeaders: Set<String> = []

    package init(
        _ address: WebAddress, headers: [(name: String, value: String)] = [], etag: String? = nil,
        lastModified: String? = nil
    ) {
        self.address = address
        self.headers = headers
        self.etag = etag
        self.lastModified = lastModified
    }

    var isConditional: Bool { etag != nil || lastModified != nil }
}

/// What a server answered: any status of 200 ... 299, 304 to a conditional request, and 400 ... 499 except 408, 425 and 429.
package struct WebAnswer: Sendable {
    package var status: Int
    /// Without its Content-Encoding.
    package var body: [UInt8]
    /// Type and subtype in lower case.
    package var contentType: String?
    /// As the Content-Type header has it.
    package var charset: String?
    package var etag: String?
    package var lastModified: String?
    /// All `Link` headers, joined by commas.
    package var link: String?
    /// Where it was found, after redirects.
    package var address: WebAddress
    package var redirects: Int
    /// When its head came; seconds since 1970.
    package var seconds: Int64

    package init(
        status: Int, body: [UInt8], contentType: String? = nil, charset: String? = nil, etag: String? = nil,
        lastModified: String? = nil, link: String? = nil, address: WebAddress, redirects: Int = 0,
        seconds: Int64
    ) {
        self.status = status
        self.body = body
        self.contentType = contentType
        self.charset = charset
        self.etag = etag
        self.lastModified = lastModified
        self.link = link
        self.address = address
        self.redirects = redirects
        self.seconds = seconds
    }
}

/// What a site's robots.txt was when it was last asked for.
package struct RobotsRecord: Hashable, Sendable {
    /// Of the answer; 0 where there was none.
    package var status: Int
    package var body: [UInt8]
    /// Seconds since 1970.
    package var seconds: Int64

    package init(status: Int, body: [UInt8], seconds: Int64) {
        self.status = status
        self.body = body
        self.seconds = seconds
    }
}
