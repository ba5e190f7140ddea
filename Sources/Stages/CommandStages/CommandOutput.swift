internal import DequeModule
private import Foundation
internal import StageKit
internal import Synchronization

/// What a program has left in its output folder.
struct CommandOutput {
    static let figuresName = "figures.json"

    /// Absolute.
    let folder: String

    func holds(_ path: String) throws -> Bool {
        FileManager.default.fileExists(atPath: folder + "/" + path)
    }

    /// Numbers and texts of `figures.json`, where there is one, and how much was made.
    /// - Throws: `StageError` when that file is not JSON object.
    func figures() throws -> JSONValue {
        var figures: JSONValue = [:]
        let path = folder + "/" + Self.figuresName
        if let data = FileManager.default.contents(atPath: path) {
            do {
                let value = try JSONValue(parsing: String(decoding: data, as: UTF8.self))
                guard let members = value.objectValue else { throw StageError("it is not an object") }
                figures = .object(members)
            } catch {
                throw StageError(
                    "the program's \(Self.figuresName) cannot be read: \(error)",
                    hint: "it must be a JSON object of names and numbers")
            }
        }
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
        let sizes = names.compactMap { name -> Int? in
            let facts = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)
            guard facts?[.type] as? FileAttributeType == .typeRegular else { return nil }
            return (facts?[.size] as? NSNumber)?.intValue
        }
        let own = CommandFigures(files: sizes.count, bytes: sizes.reduce(0, +))
        for member in own.json.members ?? [] { figures[member.key] = member.value }
        return figures
    }
}

/// The last lines that a program printed, for the error message.
final class OutputTail: Sendable {
    private static let most = 10
    private let lines = Mutex<Deque<String>>([])

    func append(_ line: String) {
        lines.withLock { lines in
            lines.append(line)
            if lines.count > Self.most { lines.removeFirst() }
        }
    }

    /// Begins with a line feed; empty if nothing was printed.
    var text: String {
        lines.withLock { $0.isEmpty ? "" : "; it said last:\n  " + $0.joined(separator: "\n  ") }
    }
}
