internal import CLibXML2

/// The library that reads pages.
package enum PageLibrary {
    /// Of the one that is loaded, such as `2.9.14`.
    package static var version: String {
        let digits = LibXML.version.prefix(while: \.isNumber)
        guard let number = Int(digits) else { return LibXML.version }
        return "\(number / 10_000).\(number / 100 % 100).\(number % 100)"
    }
}

/// libxml2's own state.
enum LibXML {
    private static let started: Void = xmlInitParser()

    /// Calls `body` with the library ready and saying nothing on standard error. Errors are read where they happen.
    static func quietly<Result>(_ body: () throws -> Result) rethrows -> Result {
        started
        xmlSetStructuredErrorFunc(nil) { _, _ in }
        splitvote_silence()
        xmlResetLastError()
        defer {
            xmlSetStructuredErrorFunc(nil, nil)
            splitvote_unsilence()
        }
        return try body()
    }

    /// What went wrong last on this thread: the message, and a number whose meaning the kind of error decides.
    static var lastError: (code: Int, message: String, number: Int)? {
        guard let error = xmlGetLastError() else { return nil }
        let message = error.pointee.message.map { String(cString: $0) } ?? ""
        return (Int(error.pointee.code), message.filter { $0 != "\n" }, Int(error.pointee.int1))
    }

    static var version: String { splitvote_xml_version().map { String(cString: $0) } ?? "" }

    static func text(_ string: UnsafePointer<xmlChar>?) -> String {
        guard let string else { return "" }
        return String(cString: string)
    }
}
