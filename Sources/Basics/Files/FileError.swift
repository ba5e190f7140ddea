internal import CLibrary

/// A failed operation on a file or folder: which one, the system's reason, and what to do about it.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Cause: Hashable, Sendable {
        case diskFull, permission, missing, other
    }

    /// `cannot read notes.txt: No such file or directory`
    package var message: String
    /// What to do next.
    package var hint: String?
    package var cause: Cause

    package init(_ message: String, hint: String? = nil, cause: Cause = .other) {
        self.message = message
        self.hint = hint
        self.cause = cause
    }

    /// A failed system call.
    /// - Parameters:
    ///   - action: what failed, such as `cannot read`.
    ///   - code: one of `errno`'s; by default the one that the last call left there.
    package init(_ action: String, _ path: String, code: Int32? = nil) {
        let code = code ?? errno
        self.init(
            "\(action) \(path): \(systemReason(code))", hint: Self.hint(code), cause: Self.cause(code))
    }

    package var description: String { hint.map { "\(message)\nhint: \($0)" } ?? message }

    private static func cause(_ code: Int32) -> Cause {
        switch code {
        case ENOSPC, EDQUOT: .diskFull
        case EACCES, EPERM, EROFS: .permission
        case ENOENT, ENOTDIR: .missing
        default: .other
        }
    }

    /// What to do about one of `errno`'s codes; `nil` if that is not known.
    package static func hint(_ code: Int32) -> String? {
        switch cause(code) {
        case .diskFull: "the disk is full; free some space and run again"
        case .permission: "check the permissions of the file and of its folder, and run again"
        case .missing: "check the path"
        case .other:
            code == EFBIG ? "the system lets no file of this program grow further; see 'ulimit -f'" : nil
        }
    }
}
