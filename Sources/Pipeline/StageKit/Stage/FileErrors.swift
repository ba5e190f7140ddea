private import CLibrary
private import Foundation

extension StageError {
    package init(_ error: FileError) { self.init(error.message, hint: error.hint) }

    /// What Foundation threw because of a file, in words: the file, the system's reason and what to do. `nil` for an
    /// error of another kind.
    package init?(file error: any Error) {
        switch error {
        case let error as StageError: self = error
        case let error as FileError: self.init(error)
        case let error as POSIXError: self.init(path: nil, error.code, error.localizedDescription)
        case let error as CocoaError:
            let cause = (error.underlying as? POSIXError)?.code
            let isFull = error.code == .fileWriteOutOfSpace
            self.init(path: error.filePath, isFull ? .ENOSPC : cause, error.localizedDescription)
        default: return nil
        }
    }

    private init(path: String?, _ code: POSIXErrorCode?, _ words: String) {
        let reason = code.map { systemReason($0.rawValue) } ?? words
        self.init(
            path.map { "\($0): \(reason)" } ?? reason, hint: code.flatMap { FileError.hint($0.rawValue) })
    }
}
