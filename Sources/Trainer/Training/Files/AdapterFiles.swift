import Files
import JSON
import Models

/// Adapters in their folder, as PEFT lays them out: `adapter_config.json` and `adapter_model.safetensors`.
///
/// Beside A and B the head is in it, as modules that were trained whole. A copy of the model's `config.json` names the classes and
/// says how texts are to be read, which PEFT does not keep.
///
/// Source: Hugging Face PEFT 0.21, `LoraConfig` and `get_peft_model_state_dict`.
struct AdapterFiles {
    let adapters: LowRankAdapters
    let model: any TrainableModel
    /// The model that the adapters belong to, as PEFT is to find it.
    let base: String
    /// Of the trained model.
    let configuration: JSONValue

    /// Name of the folder in that of the model.
    static let folder = "adapter"

    func write(to folder: String) throws {
        let parameters = model.parameters
        let head = parameters.entries.filter { $0.part == .head }
        try DurableFile.write(
            peft(head).encoded(indented: true), to: folder + "/" + AdapterFolder.configurationFile)
        try DurableFile.write(
            configuration.encoded(indented: true), to: folder + "/" + ModelFolder.configurationFile)
        try WeightFile.write(
            adapters.parameters.entries.map { ($0, adapters.parameters) } + head.map { ($0, parameters) },
            to: folder + "/" + AdapterFolder.weightsFile
        ) { $0.part == .head ? AdapterFolder.prefix + $0.name : $0.name }
    }

    /// The module that a tensor of the head is in, whole as PEFT replaces it: `classifier` of `classifier.dense.weight`, and
    /// `bert.pooler` of what is in the encoder.
    private func module(of tensor: String) -> String {
        let parts = tensor.split(separator: ".")
        let encoder = model.parameters.entries.first { $0.part != .head }?.name.prefix { $0 != "." }
        return parts.prefix(parts.first == encoder ? 2 : 1).joined(separator: ".")
    }

    private func peft(_ head: [ParameterSet.Entry]) -> JSONValue {
        let saved = head.map { module(of: $0.name) }.reduce(into: [String]()) {
            if !$0.contains($1) { $0.append($1) }
        }
        let plan = adapters.plan
        let kind =
            model.configuration.tokenUse.map { $0 == .tags ? "TOKEN_CLS" : "QUESTION_ANS" } ?? "SEQ_CLS"
        return .object([
            JSONMember("base_model_name_or_path", .string(base)), JSONMember("bias", .string("none")),
            JSONMember("fan_in_fan_out", .bool(adapters.storesInputFirst)),
            JSONMember("inference_mode", .bool(true)),
            JSONMember("init_lora_weights", .bool(true)),
            JSONMember("lora_alpha", Int(exactly: plan.alpha).map(JSONValue.integer) ?? .number(plan.alpha)),
            JSONMember("lora_dropout", .number(0)),
            JSONMember("modules_to_save", .array(saved.map(JSONValue.string))),
            JSONMember("peft_type", .string("LORA")), JSONMember("r", .integer(plan.rank)),
            JSONMember("target_modules", .array(adapters.adapters.map { .string($0.module) })),
            JSONMember("task_type", .string(kind)), JSONMember("use_dora", .bool(false)),
            JSONMember("use_rslora", .bool(false)),
        ])
    }
}
