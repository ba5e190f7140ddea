/// The C library, under the one name that every other module imports it by.
///
/// Swift calls it Glibc, Musl or Darwin, depending on the system. A function whose name a member of the surrounding
/// type shadows is reached as `CLibrary.write`.
#if canImport(Glibc)
    @_exported public import Glibc
#elseif canImport(Musl)
    @_exported public import Musl
#else
    @_exported public import Darwin
#endif

/// Lends texts as C wants a list of them: pointers to NUL-terminated copies, with `nil` at the end.
package func withCStringList<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var copies = texts.map { strdup($0) }
    copies.append(nil)
    defer { for copy in copies { free(copy) } }
    return body(&copies)
}
