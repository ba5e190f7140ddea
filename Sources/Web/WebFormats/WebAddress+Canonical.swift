extension WebAddress {
    /// Names of parameters that say where a reader came from, not what is read. A `*` at the end matches any ending.
    package static let trackingParameters = [
        "utm_*", "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "igshid", "mc_cid",
        "mc_eid", "ref_src",
    ]

    /// One spelling for all that mean the same: encoded bytes in upper case, letters and digits not encoded, no empty query,
    /// no tracking parameters. The order of parameters stays.
    package func canonical() -> WebAddress {
        let path = String(decoding: Percent.normalized(self.path.utf8), as: UTF8.self)
        let kept = (query ?? "").split(separator: "&").filter { part in
            let name = Percent.decoded(part.prefix { $0 != "=" }, plusIsBlank: true) ?? ""
            return !Self.trackingParameters.contains { Self.matches(name, $0) }
        }
        let query = kept.map { String(decoding: Percent.normalized($0.utf8), as: UTF8.self) }.joined(
            separator: "&")
        return WebAddress(
            scheme: scheme, host: host, port: port, path: path, query: query.isEmpty ? nil : query)
    }

    private static func matches(_ name: String, _ pattern: String) -> Bool {
        pattern.utf8.last == UInt8(ascii: "*")
            ? name.utf8.starts(with: pattern.utf8.dropLast()) : name.utf8.elementsEqual(pattern.utf8)
    }
}
