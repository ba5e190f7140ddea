internal import CZlib

/// The library that reads gzip and deflate.
package enum GzipLibrary {
    /// Of the one that is loaded, such as `1.2.13`.
    package static var version: String { zlibVersion().map { String(cString: $0) } ?? "" }
}
