/// Calls a function of the system again for as long as a signal interrupts it.
/// - Returns: what it returned: -1, with the reason in `errno`, where it failed for another reason.
@inlinable
public func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result >= 0 || errno != EINTR { return result }
    }
}

/// The system's words for one of `errno`'s codes.
package func systemReason(_ code: Int32) -> String { String(cString: strerror(code)) }
