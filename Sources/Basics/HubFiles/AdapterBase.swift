private import Foundation

/// Where the model is that adapters of PEFT belong to.
package enum AdapterBase {
    /// The file of an adapter's folder that names it.
    package static let configurationFile = "adapter_config.json"

    /// The folder of a model.
    ///
    /// - Parameters:
    ///   - name: as the adapter has it: a path, or a name on the hub.
    ///   - adapter: the adapter's folder, by which a path may go.
    /// - Returns: `nil` if it is nowhere on this machine, or if it is a folder of adapters too.
    package static func folder(named name: String, of adapter: String) -> String? {
        let places = name.hasPrefix("/") ? [name] : [adapter + "/" + name, name]
        let hub = HubName(name).flatMap { try? HubCache.current.snapshot(of: $0) }
        return (places + [hub].compactMap(\.self)).first { place in
            FileManager.default.fileExists(atPath: place + "/config.json")
                && !FileManager.default.fileExists(atPath: place + "/" + configurationFile)
        }
    }
}
