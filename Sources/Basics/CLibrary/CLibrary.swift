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
