//! Writes token rows with their labels as a safetensors file, and reads them in place.
import Files
import Foundation
import ShardFormat

let path = NSTemporaryDirectory() + "snippet-\(UUID().uuidString).safetensors"

// snippet.write
var shard = TokenShard(weights: true)
shard.append(tokens: [2, 17, 9, 3], label: 1, comment: 4711, weight: 0.75)
shard.append(tokens: [2, 5, 3], label: 0, comment: 4712)

// Equal rows give equal bytes. The file lies under its name only when every byte of it is on the disk.
try DurableFile.write(try shard.encoded(vocabularySize: 32, metadata: ["tokenizer": "toy"]), to: path)
// snippet.end

// snippet.read
// The file is mapped, checked once, and then read where it lies.
let file = try MappedFile(path: path)
try file.withBytes { bytes in
    let view = try TokenShardView(bytes, vocabularySize: 32, labelCount: 2)
    for row in 0..<view.rowCount {
        var tokens: [Int32] = []
        view.appendTokens(of: row, to: &tokens)
        print("comment \(view.comment(of: row)): label \(view.label(of: row)), tokens \(tokens)")
    }
}
// snippet.end

// snippet.hide
try file.withBytes { bytes in
    let view = try TokenShardView(bytes, vocabularySize: 32, labelCount: 2)
    precondition(view.rowCount == 2 && view.comment(of: 1) == 4712 && view.weight(of: 0) == 0.75)
    precondition(view.metadata == ["tokenizer": "toy"])
}
try FileManager.default.removeItem(atPath: path)
// snippet.show
