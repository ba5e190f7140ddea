/// The names that published files give to a family's tensors.
package struct TensorNames {
    private let dialect: Dialect

    package init(dialect: Dialect) { self.dialect = dialect }

    /// The model's name of a tensor in a file, or nil if the model has no such tensor.
    ///
    /// Accepts old names, files of the encoder alone, without its prefix, and the prefix `module.` that training on
    /// several devices leaves.
    package func modelName(of name: String, known: (String) -> Bool) -> String? {
        var renamed = name.hasPrefix("module.") ? String(name.dropFirst("module.".count)) : name
        for (old, new) in dialect.renamed where renamed.hasSuffix(old) {
            renamed = renamed.dropLast(old.count) + new
        }
        return [renamed, dialect.prefix + renamed].first(where: known)
    }

    /// Why a tensor of a file is of no use here.
    package func reason(_ name: String) -> String {
        if name.hasSuffix("position_ids") { return "positions are counted" }
        if name.hasSuffix(".attn.bias") || name.hasSuffix(".attn.masked_bias") {
            return "which tokens are seen is computed"
        }
        if name == dialect.tiedDecoder { return "tied to the word vectors" }
        if dialect.pretrainingHeads.contains(where: name.hasPrefix) { return "head for pretraining" }
        return "the model has no such tensor"
    }
}
