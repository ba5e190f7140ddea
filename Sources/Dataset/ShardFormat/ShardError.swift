/// Why a table, a shard or a manifest cannot be used; says what was found and what is allowed.
package struct ShardError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
