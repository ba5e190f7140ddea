package import StageKit
package import TableFormat

extension ParameterReader {
    /// Warns of a path that ends as if the table were of another format: programs go by the ending.
    package mutating func warnOfEnding(_ key: String, _ path: String, _ format: TableFileFormat) {
        guard let named = format.contradiction(of: path) else { return }
        warn(
            key, "'\(path)' ends like a \(named.rawValue) table, and 'format' is \(format.rawValue)",
            hint: "end the path in .\(format.rawValue), or set 'format'")
    }
}
