/// Why a table, a shard or a manifest cannot be used; says what was found and what is allowed.
public struct ShardError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
