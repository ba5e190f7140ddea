private import Foundation

/// Where the model is that adapters of PEFT belong to.
package enum AdapterBase {
    /// The file of an adapter's folder that names it.
    package static let configurationFile = "adapter_config.json"

    /// The folder of a model.
    ///
    /// A relative path goes by the folder that the program was started in, as PEFT has it, or by one that the adapter's is in: that of
    /// a pipeline file, wherever it is run from.
    ///
    /// - Parameters:
    ///   - name: as the adapter has it: a path, or a name on the hub.
    ///   - adapter: the adapter's folder.
    /// - Returns: `nil` if it is nowhere on this machine, or if it is a folder of adapters too.
    package static func folder(named name: String, of adapter: String) -> String? {
        let hub = HubName(name).flatMap { try? HubCache.current.snapshot(of: $0) }
        var places = name.hasPrefix("/") ? [name] : [name, adapter + "/" + name]
        var above = URL(filePath: adapter).standardizedFileURL
        while !name.hasPrefix("/"), above.path != "/" {
            above.deleteLastPathComponent()
            places.append(above.appending(path: name).path)
        }
        return (places + [hub].compactMap(\.self)).first { place in
            FileManager.default.fileExists(atPath: place + "/config.json")
                && !FileManager.default.fileExists(atPath: place + "/" + configurationFile)
        }
    }
}
