/// The links of a `Link` header.
package enum LinkHeader {
    /// The address of the next page; `nil` where the header has none that can be fetched.
    ///
    /// Source: RFC 8288, section 3.
    package static func next(in header: String, at page: WebAddress) -> WebAddress? {
        for link in links(in: header) where link.relations.contains("next") {
            return try? WebAddress(link.target, relativeTo: page)
        }
        return nil
    }

    /// All links with their relations in lower case. Reads on behind a malformed one.
    package static func links(in header: String) -> [(target: String, relations: [String])] {
        let bytes = Array(header.utf8)
        var links: [(target: String, relations: [String])] = []
        var at = 0
        while let open = bytes[at...].firstIndex(of: UInt8(ascii: "<")),
            let close = bytes[open...].firstIndex(of: UInt8(ascii: ">"))
        {
            var reader = HeaderParameters(bytes, from: close + 1)
            var relations: [String]?
            while let parameter = reader.next() {
                if parameter.name == "rel", relations == nil {
                    relations = parameter.value.lowercased().split(separator: " ").map(String.init)
                }
            }
            links.append((String(decoding: bytes[(open + 1)..<close], as: UTF8.self), relations ?? []))
            at = reader.position
        }
        return links
    }
}
