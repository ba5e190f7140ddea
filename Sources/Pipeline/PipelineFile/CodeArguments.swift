/// Arguments of a command that a program would read as code: what a shell gets after `-c`, and the like.
///
/// A text from elsewhere must not be in one, whatever quotes are around it.
struct CodeArguments {
    struct Argument: Equatable {
        /// Its place in the command.
        var index: Int
        /// The program that reads it, such as `sh`.
        var program: String
    }

    let found: [Argument]

    init(_ command: [String]) {
        var found: [Argument] = []
        // Programs that start others are before them: env, nice, timeout, sudo.
        for (index, word) in command.enumerated() {
            let name = word.split(separator: "/").last.map(String.init) ?? word
            let places = Self.reader(of: name)?(command, index + 1) ?? []
            // The innermost program is the one that reads it.
            found.removeAll { places.contains($0.index) }
            found += places.map { Argument(index: $0, program: name) }
        }
        self.found = found
    }

    private typealias Reader = ([String], Int) -> [Int]

    private static func reader(of name: String) -> Reader? {
        let base = name.prefix { !$0.isNumber && $0 != "." }
        switch base {
        case "sh", "bash", "dash", "zsh", "ksh", "mksh", "ash", "fish", "csh", "tcsh", "rbash", "yash":
            return shellCode
        case "python", "pypy", "perl", "ruby", "node", "nodejs", "php", "lua", "luajit", "Rscript", "julia",
            "tclsh", "osascript":
            return { optionCode($0, $1, endsAtOperand: true) }
        case "su", "runuser", "script", "flock", "env", "psql", "mysql", "mariadb", "vim", "expect", "deno",
            "bun",
            "pwsh", "powershell":
            return { optionCode($0, $1, endsAtOperand: false) }
        case "awk", "gawk", "mawk", "nawk", "sed", "jq":
            return { command, start in
                firstOperand(command, start) + optionCode(command, start, endsAtOperand: true)
            }
        case "eval", "ssh", "rsh", "watch", "parallel", "sqlite", "bc", "cmd", "sg":
            return { command, start in Array(start..<max(start, command.count)) }
        default: return nil
        }
    }

    /// The first operand, where an option such as `-c` or `-ec` says that it is code.
    private static func shellCode(_ command: [String], _ start: Int) -> [Int] {
        var isCode = false
        var index = start
        while index < command.count {
            let word = command[index]
            if word.hasPrefix("--command=") { return [index] }
            switch word {
            case "-o", "+o", "-O", "+O", "--rcfile", "--init-file": index += 1
            case "--", "-": return isCode ? [index + 1] : []
            case "--command": isCode = true
            default:
                guard word.hasPrefix("-") || word.hasPrefix("+") else { return isCode ? [index] : [] }
                if !word.hasPrefix("--"), word.hasPrefix("-"), word.contains("c") { isCode = true }
            }
            index += 1
        }
        return []
    }

    private static func firstOperand(_ command: [String], _ start: Int) -> [Int] {
        let index = command.indices.first { index in
            guard index >= start, !command[index].hasPrefix("-") else { return false }
            // What follows -v and --arg are values, which are not code.
            return index == start
                || !["-v", "-F", "--arg"].contains(command[index - 1])
                    && (index < start + 2 || command[index - 2] != "--arg")
        }
        return index.map { [$0] } ?? []
    }

    /// What follows an option that announces code, or is glued to one.
    /// - Parameter endsAtOperand: whether what comes after a script's name is meant for the script.
    private static func optionCode(_ command: [String], _ start: Int, endsAtOperand: Bool) -> [Int] {
        var places: [Int] = []
        var before = ""
        for index in start..<max(start, command.count) {
            let word = command[index]
            if announcesCode(before) || isGluedToCode(word) {
                places.append(index)
            } else if endsAtOperand, !word.hasPrefix("-"), !valueOptions.contains(before) {
                break
            }
            before = word
        }
        return places
    }

    /// Options of interpreters that take a value that is not code.
    private static let valueOptions: Set = [
        "-W", "-X", "-I", "-M", "-d", "-F", "-r", "--require", "--import", "-v",
    ]
    private static let codeOptions = [
        "--eval", "--print", "--command", "--execute", "--run", "--split-string", "-Command", "eval",
    ]

    private static func announcesCode(_ option: String) -> Bool {
        if codeOptions.contains(option) { return true }
        guard option.hasPrefix("-"), !option.hasPrefix("--"), let last = option.last else { return false }
        return "ceErS".contains(last)
    }

    private static func isGluedToCode(_ word: String) -> Bool {
        if codeOptions.contains(where: { word.hasPrefix($0 + "=") }) { return true }
        return ["-c", "-e", "-E", "-S"].contains { word.hasPrefix($0) } && word.utf8.count > 2
    }
}
