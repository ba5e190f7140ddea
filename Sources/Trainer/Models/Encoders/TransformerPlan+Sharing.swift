extension TransformerPlan {
    /// Layers with their own parameters.
    var parameterLayers: Int {
        switch sharing {
        case .none: layers
        case .groups(let groups, let inner): groups * inner
        }
    }

    /// Number, in ``ParameterRole``, of the parameters that a layer works with.
    func parameterLayer(of number: Int) -> Int {
        switch sharing {
        case .none: number
        case .groups(let groups, let inner):
            // The group of block i of B blocks is floor(i / (B / groups)).
            number / inner * groups / (layers / inner) * inner + number % inner
        }
    }

    var sharingProblems: [String] {
        guard case .groups(let groups, let inner) = sharing else { return [] }
        guard inner >= 1, groups >= 1, layers >= inner, groups <= layers / inner else {
            return [
                "'num_hidden_groups' is \(groups) and 'inner_group_num' \(inner); both must be at least 1, and there "
                    + "cannot be more groups than 'num_hidden_layers'"
            ]
        }
        return []
    }
}
