internal import StageKit
internal import StoreFile

/// Texts of the store that are JSON.
enum StoredJSON {
    static func value(_ text: String) throws -> JSONValue {
        do {
            return try JSONValue(parsing: text)
        } catch {
            throw StoreError(.damaged, "the store holds a text that is not JSON: \(text.prefix(80))")
        }
    }
}
