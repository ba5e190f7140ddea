internal import AsyncHTTPClient
internal import CLibrary
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

extension FetchFailure {
    /// What an error of the connection means.
    /// - Parameters:
    ///   - inBody: whether the head of the answer had come.
    ///   - place: the host that was asked.
    init(transport error: any Error, inBody: Bool, place: String) {
        switch error {
        case let failure as FetchFailure: self = failure
        case let error as HTTPClientError: self = Self.client(error, inBody: inBody)
        case let error as ImpossibleStatus:
            self = .broken(
                "the answer has the status \(error.code), which HTTP does not have; statuses are 100 ... 599",
                attempts: 1)
        case is HTTPParserError:
            self = .broken(
                inBody ? "the answer ended prematurely" : "the answer is not HTTP: \(error)", attempts: 1)
        case let error as NIOConnectionError: self = .connection(Self.words(error), attempts: 1)
        case let error as IOError:
            let reason = systemReason(error.errnoCode)
            let isRefused = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ENETDOWN].contains(error.errnoCode)
            self = .connection(
                isRefused ? "no connection to \(place): \(reason)" : "the connection broke: \(reason)",
                attempts: 1)
        case let error as ChannelError:
            if case .connectTimeout = error {
                self = .timeout(.connect, attempts: 1)
            } else {
                self = .connection("the connection broke: \(error)", attempts: 1)
            }
        default: self = .connection(Self.words(error, place), attempts: 1)
        }
    }

    /// Errors of TLS come as lists of the library's own numbers.
    private static func words(_ error: any Error, _ place: String) -> String {
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") { return "the certificate of \(place) is not trusted" }
        if text.contains("WRONG_VERSION_NUMBER") { return "the server at \(place) does not speak TLS" }
        return "no connection to \(place): \(text)"
    }

    private static func client(_ error: HTTPClientError, inBody: Bool) -> FetchFailure {
        switch error {
        case .connectTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout, .socksHandshakeTimeout:
            .timeout(.connect, attempts: 1)
        case .deadlineExceeded, .readTimeout, .getConnectionFromPoolTimeout: .timeout(.firstByte, attempts: 1)
        case .remoteConnectionClosed:
            inBody
                ? .broken("the answer ended prematurely", attempts: 1)
                : .connection("the server closed the connection without an answer", attempts: 1)
        case .proxyAuthenticationRequired:
            .connection(
                "the proxy wants a name and password; write it as http://NAME:PASSWORD@HOST:PORT", attempts: 1
            )
        case .invalidProxyResponse: .connection("the proxy refuses the connection", attempts: 1)
        case .alreadyShutdown: .connection(Self.ended, attempts: 1)
        default: .connection(error.shortDescription, attempts: 1)
        }
    }

    private static func words(_ error: NIOConnectionError) -> String {
        let place = "\(error.host):\(error.port)"
        if let first = error.connectionErrors.first {
            let reason = (first.error as? IOError).map { systemReason($0.errnoCode) }
            return "no connection to \(place): \(reason ?? "\(first.error)")"
        }
        return "no address is known for \(error.host)"
    }
}
