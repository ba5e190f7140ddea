private import Foundation
internal import Programs
package import StageKit
internal import Synchronization

/// DuckDB's command line program, where this machine has one. It is found at run time and never linked: text
/// tables are read and written without it.
package struct DuckDB: Hashable, Sendable {
    /// Absolute, or as it is named in ``variable``.
    package let path: String
    /// Such as `1.5.6`.
    package let version: String

    /// The environment variable that may name the program.
    package static let variable = "DUCKDB"
    /// The oldest version that is known to give the same rows.
    package static let oldest = [1, 4]
    /// How to get it, in one line.
    package static let advice =
        "pipx install duckdb-cli, or brew install duckdb, or see https://duckdb.org/install; "
        + "\(variable) may name the program"

    private static let known = Mutex<[String: DuckDB]>([:])

    /// - Throws: ``/StageKit/StageError`` where there is none, or an old one, and how to get one.
    package static func find() throws(StageError) -> DuckDB {
        let named = ProcessInfo.processInfo.environment[variable] ?? ""
        return try find(named.isEmpty ? "duckdb" : named)
    }

    /// What a stage that needs it has to say before anything runs; `nil` if all is well.
    /// - Parameter key: the parameter that asks for it.
    package static func problem(_ key: String) -> StageProblem? {
        do throws(StageError) {
            _ = try find()
            return nil
        } catch {
            return StageProblem(key, error.message, hint: error.hint)
        }
    }

    /// Whether it is here, for people.
    package static var state: (words: String, hint: String?) {
        do throws(StageError) {
            let found = try find()
            return ("\(found.version) at \(found.path)", nil)
        } catch {
            return (
                "\(error.message); nothing but Parquet files and queries needs it", error.hint
            )
        }
    }

    /// - Parameter name: a path, or what to look for in `PATH`.
    package static func find(_ name: String) throws(StageError) -> DuckDB {
        let folder = FileManager.default.currentDirectoryPath
        guard let path = Program([name], folder: folder).path else {
            throw StageError(
                name == "duckdb"
                    ? "DuckDB, which reads and writes Parquet, is not installed: there is no program 'duckdb' in PATH"
                    : "there is no program '\(name)', which \(variable) names as DuckDB",
                hint: advice)
        }
        if let found = known.withLock({ $0[path] }) { return found }
        let found = DuckDB(path: path, version: try version(of: path, in: folder))
        known.withLock { $0[path] = found }
        return found
    }

    private static func version(of path: String, in folder: String) throws(StageError) -> String {
        let words: String
        do {
            var bytes: [UInt8] = []
            let (ending, errors) = try Program([path, "-version"], folder: folder).read {
                bytes.append(contentsOf: $0)
            }
            guard ending == .exited(0) else {
                throw StageError(
                    "'\(path) -version' \(ending.text)"
                        + (errors.isEmpty ? "" : ": \(errors.split(separator: "\n").last ?? "")"),
                    hint: "is it DuckDB's command line program? \(advice)")
            }
            words = String(decoding: bytes, as: UTF8.self)
        } catch let error as ProgramError {
            throw StageError(error.message, hint: error.hint)
        } catch let error as StageError {
            throw error
        } catch {
            throw StageError("'\(path)' cannot be asked for its version: \(error)", hint: advice)
        }
        guard let version = number(in: words) else {
            throw StageError(
                "'\(path) -version' says '\(words.prefix(40).split(separator: "\n").first ?? "")', which is no version of "
                    + "DuckDB", hint: "is it DuckDB's command line program? \(advice)")
        }
        let numbers = version.split(separator: ".").compactMap { Int($0) }
        guard !numbers.lexicographicallyPrecedes(oldest) else {
            throw StageError(
                "DuckDB \(version) at \(path) is too old; \(oldestText) or later is needed", hint: advice)
        }
        return version
    }

    /// `1.4`
    package static var oldestText: String { oldest.map(String.init).joined(separator: ".") }

    /// `1.5.6` of `v1.5.6 (Variegata) 069cc9f9b5`; `nil` if there is none.
    static func number(in words: String) -> String? {
        guard let first = words.split(whereSeparator: \.isWhitespace).first, first.first == "v" else {
            return nil
        }
        let version = first.dropFirst().prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        return version.split(separator: ".").count >= 2 ? String(version) : nil
    }
}
