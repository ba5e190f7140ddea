extension Publication {
    /// All files below a folder of the output, each under its own name.
    ///
    /// - Parameters:
    ///   - folder: relative to the output folder.
    ///   - template: of the folder that they go to.
    package static func files(
        of folder: String, in context: StageContext, to template: String
    ) throws -> [Publication] {
        let root = context.outputFolder + "/" + folder
        return try Disk.files(below: root).sorted().map { name in
            Publication(path: "\(folder)/\(name)", template: "\(template)/\(name)")
        }
    }
}
