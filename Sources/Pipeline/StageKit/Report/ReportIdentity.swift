/// A figure that names or rules something, such as a digest or a bound.
package struct ReportIdentity: Hashable, Sendable {
    /// The figure's key.
    package let key: String
    /// For people.
    package let name: String
    package let isCode: Bool

    package init(_ key: String, _ name: String, isCode: Bool = false) {
        self.key = key
        self.name = name
        self.isCode = isCode
    }
}
