private import CLibrary
private import Foundation

/// A library of MPI, loaded at run time: nothing of it is known when the program is built, and nothing is loaded where no
/// launcher started the program.
package struct MPILibrary: @unchecked Sendable {  // a handle of the loader, and addresses that never change
    let family: MPIFamily
    /// Where it was found.
    package let path: String
    /// What it says of itself, such as `MPICH 5.0.2`.
    package let version: String
    private let handle: UnsafeMutableRawPointer

    typealias Version =
        @convention(c) (
            UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<Int32>?
        ) -> Int32

    /// Finds the library that goes with a launcher, and loads it.
    ///
    /// - Parameter environment: of this process; may name a library in ``MPILauncher/variable``.
    /// - Throws: ``CommunicationError`` where there is none, with what was looked for and what to do.
    package init(
        for launcher: MPILauncher, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(CommunicationError) {
        if let named = environment[MPILauncher.variable], !named.isEmpty {
            self = try Self(named: named)
            return
        }
        for path in Self.candidates(for: launcher, environment) {
            if let found = try? Self(path: path) {
                self = found
                return
            }
        }
        let files = launcher.families.flatMap(\.files).joined(separator: ", ")
        throw CommunicationError(
            "this process was started by \(launcher.name) as one of \(launcher.size.map(String.init) ?? "several"), and no library of "
                + "MPI was found for them to work together: none of \(files), neither beside the launcher nor where the system looks; "
                + "\(launcher.advice), or set \(MPILauncher.variable)=\(MPILauncher.off) where each process is to work on its own"
        )
    }

    private init(named name: String) throws(CommunicationError) {
        do {
            try self.init(path: name)
        } catch {
            throw CommunicationError("\(MPILauncher.variable) is '\(name)': \(error)")
        }
    }

    /// Files to try, in order: those of the MPI whose launcher started this process, or is in `PATH`, then those that the system's
    /// loader finds.
    private static func candidates(
        for launcher: MPILauncher, _ environment: [String: String]
    ) -> [String] {
        let files = launcher.families.flatMap(\.files)
        return (ancestors + launchers(environment)).flatMap { beside($0, files) } + files
    }

    /// Programs in `PATH` that start processes of MPI.
    private static func launchers(_ environment: [String: String]) -> [String] {
        (environment["PATH"] ?? "").split(separator: ":").flatMap { folder in
            ["mpiexec", "mpirun"].map { "\(folder)/\($0)" }
        }.filter { access($0, X_OK) == 0 }
    }

    /// Programs that started this process, as far as they are launchers of MPI; none on systems without `/proc`.
    private static var ancestors: [String] {
        var (process, found) = (Int(getppid()), [String]())
        for _ in 0..<16 where process > 1 {
            let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/exe")
            let name = program?.split(separator: "/").last ?? ""
            if ["hydra_", "mpiexec", "mpirun", "orte", "prte"].contains(where: name.hasPrefix), let program {
                found.append(program)
            }
            let lines = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
            let parent = lines.split(separator: "\n").first { $0.hasPrefix("PPid:") }
            process = parent.flatMap { Int($0.dropFirst(5).trimmingCharacters(in: .whitespaces)) } ?? 0
        }
        return found
    }

    /// Which of the files are in the folders for libraries of the MPI that a launcher belongs to.
    private static func beside(_ launcher: String, _ files: [String]) -> [String] {
        // A link in /usr/bin or in a module's folder leads to the MPI itself.
        let homes = [URL(filePath: launcher).resolvingSymlinksInPath(), URL(filePath: launcher)].map {
            $0.deletingLastPathComponent().deletingLastPathComponent().path
        }
        return homes.flatMap { home in
            ["lib", "lib64"].flatMap { folder in files.map { "\(home)/\(folder)/\($0)" } }
        }.filter { access($0, R_OK) == 0 }
    }

    /// Whether processes could be started here, for people. Loads nothing.
    package static func state(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> String {
        guard let launcher = launchers(environment).first else {
            return "no mpiexec in PATH; nothing but training in several processes needs it"
        }
        let library = beside(launcher, MPIFamily.all.flatMap(\.files)).first
        return launcher + (library.map { ", with \($0)" } ?? "")
    }

    private init(path: String) throws(CommunicationError) {
        // Its plug-ins look for its symbols.
        guard let handle = dlopen(path, RTLD_NOW | RTLD_GLOBAL) else {
            throw CommunicationError(String(cString: dlerror()))
        }
        var text = [CChar](repeating: 0, count: 8193)  // MPI_MAX_LIBRARY_VERSION_STRING is 8192 at most
        guard let symbol = dlsym(handle, "MPI_Get_library_version") else {
            throw CommunicationError(
                "it is not a library of MPI 3 or later: it has no MPI_Get_library_version")
        }
        var length: Int32 = 0
        _ = unsafeBitCast(symbol, to: Version.self)(&text, &length)
        let said = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let file = URL(filePath: path).resolvingSymlinksInPath().lastPathComponent
        guard let family = MPIFamily.of(file, has: { dlsym(handle, $0) != nil }, version: said) else {
            throw CommunicationError(
                "it says '\(said.prefix(80))', and is neither \(MPIFamily.standard.name) nor Open MPI nor MPICH"
            )
        }
        self.handle = handle
        self.family = family
        self.path = path
        version = Self.short(said)
    }

    /// The first words of what a library says of itself: `MPICH 5.0.2` of `MPICH Version:      5.0.2` and lines about how it was
    /// built, `Open MPI v5.0.11` of `Open MPI v5.0.11, package: …`.
    package static func short(_ said: String) -> String {
        let line = said.split(whereSeparator: \.isNewline).first ?? ""
        let words = (line.split(separator: ",").first ?? "").split { $0 == " " || $0 == "\t" }
        return words.filter { $0.lowercased() != "version:" }.prefix(5).joined(separator: " ")
    }

    /// What stands for a thing of MPI's in calls.
    func value(of handle: MPIFamily.Handle) throws(CommunicationError) -> UInt {
        switch handle {
        case .number(let number): return number
        case .symbol(let name): return UInt(bitPattern: try address(of: name))
        }
    }

    /// A function of the library.
    func function<Function>(_ name: String, as type: Function.Type = Function.self) throws(CommunicationError)
        -> Function
    {
        unsafeBitCast(try address(of: name), to: type)
    }

    private func address(of name: String) throws(CommunicationError) -> UnsafeMutableRawPointer {
        guard let address = dlsym(handle, name) else {
            throw CommunicationError("\(path) (\(version)) has no \(name); take another version of MPI")
        }
        return address
    }
}
