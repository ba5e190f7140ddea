internal import Files
internal import Programs
internal import StoreFile
internal import Synchronization

/// Paints SVG files as PNG with a program of the system, `rsvg-convert` of librsvg by default.
package struct PicturePainter {
    /// Pixels of the PNG for each of the SVG.
    private static let zoom = 2
    /// Ends the name of a picture that is being painted.
    static let unfinished = ".unfinished"
    private let program: String

    /// - Parameter program: a program that understands rsvg-convert's options.
    package init(program: String = "rsvg-convert") { self.program = program }

    /// What is missing and how to get it; `nil` if the program is there.
    package var absence: String? {
        guard Program([program], folder: "/").path == nil else { return nil }
        return "no PNG files: there is no \(program); apt install librsvg2-bin, or brew install librsvg"
    }

    /// Paints each SVG file of a folder on white, beside it and with its name. A picture is there whole or not at all.
    ///
    /// - Returns: how many there are.
    /// - Throws: `StoreError` with the program's own words where it fails; pictures that were painted before stay.
    @discardableResult
    package func paint(in folder: String) async throws -> Int {
        let folder = Disk.realPath(folder) ?? folder
        let pictures = try Disk.names(in: folder).filter { $0.hasSuffix(".svg") }
        for picture in pictures {
            let painted = picture.dropLast(4) + ".png"
            let unfinished = "\(folder)/.\(painted)\(Self.unfinished)"
            let said = Mutex("")
            let ending = try await Program(
                [
                    program, "--zoom", "\(Self.zoom)", "--background-color", "white", "--output", unfinished,
                    "\(folder)/\(picture)",
                ], folder: folder
            ).run { line in said.withLock { $0 += ": \(line)" } }
            guard ending == .exited(0) else {
                try Disk.remove(unfinished)
                throw StoreError(
                    .other,
                    "\(program) \(ending.text) on \(folder)/\(picture)\(said.withLock { $0 })",
                    hint: "the page and the SVG files are there; without \(program) in PATH no PNG is tried")
            }
            _ = try Disk.rename(unfinished, to: "\(folder)/\(painted)")
        }
        return pictures.count
    }
}
