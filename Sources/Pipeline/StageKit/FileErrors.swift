private import Foundation

extension StageError {
    /// What Foundation threw because of a file, in words: the file, the system's reason and what to do. `nil` for an
    /// error of another kind.
    public init?(file error: any Error) {
        switch error {
        case let error as StageError: self = error
        case let error as POSIXError: self.init(path: nil, error.code, error.localizedDescription)
        case let error as CocoaError:
            let cause = (error.underlying as? POSIXError)?.code
            let isFull = error.code == .fileWriteOutOfSpace
            self.init(path: error.filePath, isFull ? .ENOSPC : cause, error.localizedDescription)
        default: return nil
        }
    }

    private init(path: String?, _ code: POSIXErrorCode?, _ words: String) {
        let reason = code.map { String(cString: strerror($0.rawValue)) } ?? words
        let hint: String? =
            switch code {
            case .ENOSPC?, .EDQUOT?: "the disk is full; free some space and run again"
            case .EACCES?, .EPERM?, .EROFS?:
                "check that the file and its folder may be written, and run again"
            case .EFBIG?: "the system lets no file of this program grow further; see 'ulimit -f'"
            default: nil
            }
        self.init(path.map { "\($0): \(reason)" } ?? reason, hint: hint)
    }
}
