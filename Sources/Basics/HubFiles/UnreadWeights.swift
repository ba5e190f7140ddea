private import Foundation

/// Weights in a model folder in an unsupported format.
package struct UnreadWeights: Hashable, Sendable {
    /// Name of the file in its folder.
    package let file: String
    /// What it is and how it is turned into what is read.
    package let advice: String

    /// The first one in a folder, in the order of this list; `nil` if there are none.
    package init?(in folder: String) {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        for kind in Self.kinds {
            guard let file = names.first(where: kind.matches) else { continue }
            self.file = file
            advice = kind.advice
            return
        }
        return nil
    }

    private struct Kind {
        let advice: String
        let matches: @Sendable (String) -> Bool
    }

    private static let save =
        "AutoModelForSequenceClassification.from_pretrained(FOLDER).save_pretrained(NEW)"

    private static let tensorFlow =
        "it is a checkpoint of TensorFlow 1, as Google publishes BERT; convert it with transformers 4: "
        + "BertForPreTraining.from_pretrained(PATH_OF_INDEX, from_tf=True, config=CONFIG).save_pretrained(NEW)"

    private static let kinds: [Kind] = [
        Kind(
            advice:
                "it is a LoRA or another adapter, which changes the weights of a model stored elsewhere; put the "
                + "two together with peft: AutoPeftModelForSequenceClassification.from_pretrained(FOLDER)"
                + ".merge_and_unload().save_pretrained(NEW)"
        ) { ["adapter_model.safetensors", "adapter_model.bin"].contains($0) },
        Kind(advice: tensorFlow) { $0.hasSuffix(".ckpt.index") },
        Kind(advice: tensorFlow) { $0.contains(".ckpt.data-") || $0.hasSuffix(".ckpt.meta") },
        Kind(advice: "it is a variant in another precision; rename it to model.safetensors") {
            $0.hasPrefix("model.") && $0.hasSuffix(".safetensors")
        },
        Kind(advice: "it is a variant in another precision; rename it to pytorch_model.bin") {
            $0.hasPrefix("pytorch_model.") && $0.hasSuffix(".bin")
        },
        Kind(advice: "convert it with transformers 4: \(save), with from_tf=True") { $0.hasSuffix(".h5") },
        Kind(advice: "convert it with transformers 4: \(save), with from_flax=True") {
            $0.hasSuffix(".msgpack")
        },
        Kind(
            advice:
                "it is a checkpoint of PyTorch Lightning; load it with its own program and save the model inside of it: "
                + "module.model.save_pretrained(NEW)"
        ) { $0.hasSuffix(".ckpt") },
        Kind(
            advice:
                "it is for running a model and not for training one; use the folder that it was exported from"
        ) { name in
            [".onnx", ".tflite", ".gguf", ".ggml", ".mlmodel", ".xml"].contains(where: name.hasSuffix)
        },
        Kind(
            advice:
                "it is a file of PyTorch; load it with torch.load, give its state_dict to a model of transformers, and "
                + "save that: model.save_pretrained(NEW)"
        ) { name in
            [".pt", ".pth"].contains(where: name.hasSuffix)
                && !["optimizer", "scheduler", "rng_state", "scaler", "training_args"].contains(
                    where: name.hasPrefix)
        },
        Kind(advice: "rename it to model.safetensors, or give it an index") { $0.hasSuffix(".safetensors") },
    ]
}
