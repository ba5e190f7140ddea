import Foundation
import HubFiles
import Testing

struct FolderFilesTests {
    @Test func whatIsInPlaceOfAFileIsRecognizedByItsBeginning() {
        func standIn(_ text: String) -> StandIn? { StandIn(start: text.utf8, size: text.utf8.count) }
        #expect(
            standIn("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n")
                == .lfsPointer)
        #expect(standIn("\n<!DOCTYPE html>\n<html class=\"\">") == .webPage)
        #expect(standIn("<html lang=\"en\">") == .webPage)
        #expect(standIn("../../blobs/0e6e93c6\n") == .linkText(target: "../../blobs/0e6e93c6"))
        for text in ["", "{\"model_type\": \"bert\"}", "[PAD]\n[UNK]\n", "../\nblobs/\n", "<s>\n<pad>\n"] {
            #expect(standIn(text) == nil)
        }
    }

    @Test func aLinkToNothingIsRecognized() throws {
        let folder = try HubCacheTests.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/a", withDestinationPath: "../blobs/gone")
        #expect(StandIn(at: folder + "/a") == .brokenLink(target: "../blobs/gone"))
        #expect(StandIn(at: folder + "/b") == nil)
        try "{}".write(toFile: folder + "/c", atomically: true, encoding: .utf8)
        #expect(StandIn(at: folder + "/c") == nil)
    }

    @Test(arguments: [
        ("bert_model.ckpt.index", "TensorFlow 1"), ("bert_model.ckpt.data-00000-of-00001", "TensorFlow 1"),
        ("model.fp16.safetensors", "rename it to model.safetensors"),
        ("pytorch_model.fp16.bin", "rename it to pytorch_model.bin"), ("tf_model.h5", "from_tf=True"),
        ("flax_model.msgpack", "from_flax=True"), ("epoch=3.ckpt", "Lightning"), ("model.onnx", "exported"),
        ("model_quantized.onnx", "exported"), ("best.pt", "torch.load"),
        ("adapter_model.safetensors", "merge_and_unload"), ("weights.safetensors", "rename it"),
    ])
    func weightsInOtherFormatsAreNamedWithAWayOut(name: String, way: String) throws {
        let folder = try HubCacheTests.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for other in ["config.json", "README.md", "training_args.bin", "optimizer.pt", "rng_state.pth"] {
            try Data().write(to: URL(fileURLWithPath: folder + "/" + other))
        }
        #expect(UnreadWeights(in: folder) == nil)
        try Data().write(to: URL(fileURLWithPath: folder + "/" + name))
        let found = try #require(UnreadWeights(in: folder))
        #expect(found.file == name)
        #expect(found.advice.contains(way))
    }

    @Test func onlyFilesThatDecideSomethingCount() {
        for name in ["vocab.txt", "tokenizer.json", "added_tokens.json", "config.json", "spiece.model"] {
            #expect(FolderPart.tokenizer.holds(name) && FolderPart.model.holds(name))
        }
        for name in [
            "model.safetensors", "pytorch_model.bin", "model-00001-of-00002.safetensors", "modules.json",
            "sentence_bert_config.json", "config_sentence_transformers.json",
        ] {
            #expect(!FolderPart.tokenizer.holds(name) && FolderPart.model.holds(name))
        }
        for name in [
            "README.md", "NOTES.md", ".gitattributes", "training_args.bin", "tf_model.h5", "eval.tsv",
        ] {
            #expect(!FolderPart.tokenizer.holds(name) && !FolderPart.model.holds(name))
        }
        #expect(FolderPart.tokenizer.below.isEmpty)
        #expect(FolderPart.model.below == ["1_Pooling/config.json", "2_Normalize/config.json"])
    }
}
