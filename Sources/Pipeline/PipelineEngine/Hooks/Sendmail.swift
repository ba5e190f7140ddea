internal import Programs

/// The program that mail is handed to, which every mail server for Unix brings along.
package enum Sendmail {
    /// Where it is where `PATH` does not lead to it: cron's does not.
    private static let places = ["/usr/sbin/sendmail", "/usr/lib/sendmail"]

    /// `nil` if there is none.
    package static var path: String? {
        (["sendmail"] + places).lazy.compactMap { Program([$0], folder: "/").path }.first
    }

    /// Recipients are read from the headers, and a line with only a dot is a line of the text.
    static let options = ["-t", "-i"]
}
