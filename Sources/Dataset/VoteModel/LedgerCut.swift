/// A moment of the vote ledger: what its readers see, however much is appended later.
package struct LedgerCut: Hashable, Sendable {
    /// Names of the sources it covers, in byte order.
    package var sources: [String]
    /// The last ledger commit that counts. Every observation belongs to one commit.
    package var position: Int64
    /// Digest of the observations it covers, independent of their order; 64 hex digits.
    package var digest: String
    /// Only what had been observed by then counts: seconds since 1970, UTC. `nil` for everything.
    package var asOf: Int64?
    /// Which texts it shows, where files or answers were read again and gave others; `nil` if that never happened.
    package var revision: String?

    package init(
        sources: [String], position: Int64, digest: String, asOf: Int64? = nil, revision: String? = nil
    ) {
        self.sources = sources
        self.position = position
        self.digest = digest
        self.asOf = asOf
        self.revision = revision
    }
}
