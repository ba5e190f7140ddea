import Foundation
import NightReport
import StageKitTesting
import StoreFile
import TestInputs
import Testing

struct PicturePainterTests {
    private let folder = try! TemporaryFolder()

    /// Writes its arguments where --output says, and then fails on a picture named bad.
    private func painter() throws -> PicturePainter {
        let path = "\(folder.path)/paint"
        try TestProgram.write(
            """
            #!/bin/sh
            echo "$*" > "$6"
            case $7 in */bad.svg) echo "not a picture" >&2; exit 3 ;; esac

            """, to: path)
        return PicturePainter(program: path)
    }

    private func write(_ names: String...) throws {
        for name in names {
            try "<svg/>".write(toFile: "\(folder.path)/\(name)", atomically: false, encoding: .utf8)
        }
    }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
    }

    @Test func paintsEachPictureTwiceAsLargeOnWhite() async throws {
        try write("a.svg", "b b.svg", "c.tsv")
        #expect(try await painter().paint(in: folder.path) == 2)
        #expect(try names == ["a.png", "a.svg", "b b.png", "b b.svg", "c.tsv", "paint"])
        let said = try String(contentsOfFile: "\(folder.path)/a.png", encoding: .utf8)
        #expect(said.hasPrefix("--zoom 2 --background-color white --output /"), "\(said)")
    }

    @Test func aPictureThatFailsIsNamedAndNotLeftHalfPainted() async throws {
        try write("a.svg", "bad.svg", "c.svg")
        let error = await #expect(throws: StoreError.self) { try await painter().paint(in: folder.path) }
        let message = try #require(error?.message)
        #expect(
            message.contains("ended with status 3 on ") && message.hasSuffix("/bad.svg: not a picture"),
            "\(message)")
        #expect(try names == ["a.png", "a.svg", "bad.svg", "c.svg", "paint"])
    }

    @Test func saysWhatToInstallWhereTheProgramIsMissing() throws {
        #expect(try painter().absence == nil)
        #expect(
            PicturePainter(program: "no-such-painter").absence
                == "no PNG files: there is no no-such-painter; apt install librsvg2-bin, or brew install librsvg"
        )
    }
}
