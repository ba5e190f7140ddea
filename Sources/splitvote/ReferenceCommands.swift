internal import ArgumentParser
internal import Reference
internal import StageCatalog
internal import StageKit

/// `splitvote help stage`: what can stand in a pipeline file.
struct StageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "stage",
        abstract: "Show the stage kinds, or what one of them takes, gives and reports. Also: help stage.")

    @Argument(help: "The stage kind, such as label; all are listed without one.") var kind: String?

    func run() throws {
        print(lines: try kind.map { try KindHelp.lines($0, .all) } ?? KindHelp.list(.all))
    }
}

/// `splitvote schema`: the files of `schemas/`.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "schema",
        abstract: "Print a schema: of the pipeline file, of source files, of the store, or of an output.")

    @Argument(help: "Its name, such as pipeline; all are listed without one.") var name: String?

    func run() throws {
        if let name { return print(try SchemaFiles.text(name), terminator: "") }
        print(lines: SchemaFiles.list)
    }
}

extension CommandConfiguration {
    /// With the command's story and examples at the end of its help.
    init(of name: String, abstract: String) {
        let texts = [CommandStory.text(of: name), CommandExample.help(of: name)].filter { !$0.isEmpty }
        self.init(
            commandName: name, abstract: abstract, usage: CommandStory.usage(of: name),
            discussion: texts.joined(separator: "\n\n"))
    }
}
