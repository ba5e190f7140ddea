import Files
import JSON
package import Models

/// What a folder of sentence-transformers makes of the states of an encoder: a pooling, and perhaps a scaling to length 1.
///
/// Such a folder lists its modules in `modules.json`. Those that are computed here are Transformer, Pooling of one kind and
/// Normalize, in this order; a folder with others is refused, since its vectors would be other ones.
package struct SentenceModules: Hashable, Sendable {
    package let pooling: StatePooling.Tokens
    package let isNormalized: Bool
    /// Most tokens that are read of a text, special ones included; `nil` for as many as the model has positions.
    package let maxTokens: Int?

    package init(_ pooling: StatePooling.Tokens, isNormalized: Bool, maxTokens: Int? = nil) {
        self.pooling = pooling
        self.isNormalized = isNormalized
        self.maxTokens = maxTokens
    }

    private static let listFile = "modules.json"
    private static let settingsFile = "config_sentence_transformers.json"
    private static let poolingFolder = "1_Pooling"
    private static let normalizeFolder = "2_Normalize"
    /// Names of the file with the encoder's length, by the versions that wrote them.
    private static let encoderFiles = [
        "bert", "roberta", "distilbert", "camembert", "albert", "xlm-roberta", "xlnet",
    ]
    .map { "sentence_\($0)_config.json" }
    /// What flags of older folders mean, in the order in which vectors are joined.
    private static let flags = [
        ("pooling_mode_cls_token", "cls"), ("pooling_mode_max_tokens", "max"),
        ("pooling_mode_mean_tokens", "mean"),
        ("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens"),
        ("pooling_mode_weightedmean_tokens", "weightedmean"), ("pooling_mode_lasttoken", "lasttoken"),
    ]

    /// What a folder says; `nil` for one that is not of sentence-transformers.
    /// - Throws: ``TrainingError`` that names what is not computed here, or the file that cannot be read.
    package init?(ofFolder folder: String) throws {
        guard let list = try Self.json(folder, Self.listFile) else { return nil }
        let modules = (list.arrayValue ?? []).map { module in
            (type: module["type"]?.stringValue ?? "", path: module["path"]?.stringValue ?? "")
        }
        try Self.check(modules, in: folder)
        pooling = try Self.pooling(in: folder)
        isNormalized = modules.count == 3
        maxTokens = try Self.maxTokens(in: folder)
        try Self.checkPrompts(in: folder)
        if isNormalized, let settings = try Self.json(folder, Self.normalizeFolder + "/config.json"),
            let input = settings["module_input_name"]?.stringValue, input != "sentence_embedding"
        {
            throw Self.refusal(
                folder, "\(Self.normalizeFolder)/config.json scales '\(input)', and not the vectors of texts")
        }
    }

    private static func check(_ modules: [(type: String, path: String)], in folder: String)
        throws(TrainingError)
    {
        let names = modules.map { String($0.type.split(separator: ".").last ?? "") }
        let known = ["Transformer", "Pooling", "Normalize"]
        for (name, module) in zip(names, modules)
        where !known.contains(name) || !module.type.hasPrefix("sentence_transformers.") {
            throw refusal(folder, "modules.json has the module '\(module.type)'")
        }
        guard names == Array(known.prefix(names.count)), names.count >= 2 else {
            throw refusal(
                folder, "modules.json lists \(names.isEmpty ? "no module" : names.joined(separator: ", "))")
        }
        for (module, path) in zip(modules, ["", poolingFolder, normalizeFolder]) where module.path != path {
            throw refusal(
                folder,
                path.isEmpty
                    ? "its encoder is in the folder '\(module.path)'"
                    : "modules.json has '\(module.path)' in place of '\(path)'",
                hint: path.isEmpty
                    ? "name the folder \(folder)/\(module.path), and set pooling and normalize as the other modules say"
                    : nil)
        }
    }

    private static func pooling(in folder: String) throws -> StatePooling.Tokens {
        let file = poolingFolder + "/config.json"
        guard let settings = try json(folder, file) else {
            throw TrainingError.model("\(folder) has no \(file), which its modules.json needs")
        }
        var modes = flags.filter { settings[$0.0] == true }.map(\.1)
        if let mode = settings["pooling_mode"] {
            modes = mode.stringValue.map { [$0] } ?? (mode.arrayValue ?? []).compactMap(\.stringValue)
        } else if modes.isEmpty {
            modes = ["mean"]
        }
        guard modes.count == 1, let tokens = StatePooling.Tokens(rawValue: modes[0]) else {
            throw refusal(folder, "\(file) pools by \(modes.joined(separator: " and "))")
        }
        return tokens
    }

    /// Older folders say it beside the encoder, newer ones in the tokenizer's settings.
    private static func maxTokens(in folder: String) throws -> Int? {
        for name in encoderFiles {
            guard let settings = try json(folder, name) else { continue }
            if settings["do_lower_case"] == true {
                throw refusal(folder, "\(name) lower-cases texts before the tokenizer does ('do_lower_case')")
            }
            if let task = settings["transformer_task"]?.stringValue, task != "feature-extraction" {
                throw refusal(folder, "\(name) has the task '\(task)'")
            }
            if let most = settings["max_seq_length"]?.intValue { return most }
            break
        }
        // A tokenizer without a limit has 1e30 there.
        return try json(folder, ModelFolder.tokenizerFile)?["model_max_length"]?.intValue
    }

    private static func checkPrompts(in folder: String) throws {
        guard let settings = try json(folder, settingsFile),
            let name = settings["default_prompt_name"]?.stringValue,
            let prompt = settings["prompts"]?[name]?.stringValue, !prompt.isEmpty
        else { return }
        throw refusal(folder, "\(settingsFile) puts the prompt '\(prompt)' before each text")
    }

    private static func refusal(_ folder: String, _ what: String, hint: String? = nil) -> TrainingError {
        .advised(
            "\(folder) is a folder of sentence-transformers that is not computed exactly: \(what)",
            hint: hint
                ?? "read are Transformer, Pooling by cls, mean or max, and Normalize; pooling and normalize, both set, take the "
                + "encoder's states without these modules")
    }

    /// - Returns: `nil` if there is no such file.
    private static func json(_ folder: String, _ name: String) throws -> JSONValue? {
        let path = folder + "/" + name
        guard try Disk.facts(path) != nil else { return nil }
        do {
            return try JSONValue(parsing: try MappedFile(path: path).copied())
        } catch let error as FileError {
            throw error
        } catch {
            throw TrainingError.file(path: path, problem: "it is not valid JSON")
        }
    }
}

// MARK: Writing

extension SentenceModules {
    /// The files that make of a model's folder one of sentence-transformers, by their paths in it, as its version 5 reads them
    /// and those before.
    /// - Parameter hiddenSize: numbers of a vector.
    func files(hiddenSize: Int) -> [(path: String, bytes: [UInt8])] {
        let names = ["Transformer", "Pooling"] + (isNormalized ? ["Normalize"] : [])
        let list = names.enumerated().map { index, name -> JSONValue in
            [
                "idx": .integer(index), "name": .string("\(index)"),
                "path": .string(index == 0 ? "" : "\(index)_\(name)"),
                "type": .string("sentence_transformers.models.\(name)"),
            ]
        }
        var settings: [String: JSONValue] = [
            "word_embedding_dimension": .integer(hiddenSize), "include_prompt": true,
        ]
        for (flag, mode) in Self.flags { settings[flag] = .bool(mode == pooling.rawValue) }
        let encoder: JSONValue = [
            "max_seq_length": maxTokens.map(JSONValue.integer) ?? .null, "do_lower_case": false,
        ]
        var files: [(String, JSONValue)] = [
            (Self.listFile, .array(list)), (Self.poolingFolder + "/config.json", .object(settings)),
            ("sentence_bert_config.json", encoder),
            (
                Self.settingsFile,
                ["prompts": [:], "default_prompt_name": .null, "similarity_fn_name": "cosine"]
            ),
        ]
        if isNormalized { files.append((Self.normalizeFolder + "/config.json", [:])) }
        return files.map { ($0.0, Array(($0.1.prettyText).utf8)) }
    }

    /// Writes an encoder with its tokenizer and weights as a folder of sentence-transformers.
    ///
    /// The weights' files are copied as they are.
    /// - Throws: ``TrainingError`` for a folder without weights, or one that is there and not empty.
    package func write(_ model: ModelFolder, to folder: String) throws {
        guard let weightsName = model.weightsName else {
            throw TrainingError.model("\(model.path) has no weights to write")
        }
        if model.adapter != nil {
            throw TrainingError.advised(
                "\(model.path) holds adapters, and a folder of sentence vectors has all weights of its encoder",
                hint: "merge the adapters into the weights first, as PEFT's merge_and_unload does")
        }
        if try Disk.facts(folder) != nil, try !Disk.names(in: folder).isEmpty {
            throw TrainingError.advised(
                "\(folder) is there and is not empty", hint: "name a new folder, or remove that one")
        }
        try Disk.makeFolder(folder)
        let weights = try StoredWeights.fileNames(of: weightsName, in: model.path)
        let copied = Set([ModelFolder.configurationFile, weightsName] + weights + model.tokenizerNames)
        for name in copied.sorted() {
            let source = model.path + "/" + name
            guard try Disk.facts(source) != nil else { continue }
            try MappedFile(path: source).withBytes { try Self.put($0, at: folder + "/" + name) }
        }
        for file in files(hiddenSize: model.configuration.plan.hiddenSize) {
            if let slash = file.path.lastIndex(of: "/") {
                try Disk.makeFolder(folder + "/" + file.path[..<slash])
            }
            try file.bytes.withUnsafeBytes { try Self.put($0, at: folder + "/" + file.path) }
        }
    }

    private static func put(_ bytes: UnsafeRawBufferPointer, at path: String) throws {
        let file = try FileWriter(path: path)
        try file.write(bytes)
        try file.finish()
    }
}
