internal import Tensors

extension TransformerPlan {
    /// The nonlinearity in the feed-forward part, by the name that `hidden_act` gives it; several names mean the same.
    ///
    /// Those of transformers but for functions with parameters of their own and for those that no feed-forward part has.
    package enum Activation: String, CaseIterable, Hashable, Sendable {
        case gelu
        case geluNew = "gelu_new"
        case geluPyTorchTanh = "gelu_pytorch_tanh"
        case geluFast = "gelu_fast"
        case geluPython = "gelu_python"
        case geluPythonTanh = "gelu_python_tanh"
        case geluAccurate = "gelu_accurate"
        case gelu10 = "gelu_10"
        case quickGELU = "quick_gelu"
        case relu
        case relu6
        case relu2
        case leakyReLU = "leaky_relu"
        case silu
        case swish
        case hardSwish = "hardswish"
        case mish
        case tanh
        case sigmoid
        case linear
    }
}

extension TransformerPlan.Activation {
    /// What is computed.
    var function: Tensors.Activation {
        switch self {
        case .gelu, .geluPython: .gelu
        case .geluNew, .geluPyTorchTanh, .geluFast, .geluPythonTanh, .geluAccurate: .geluTanh
        case .gelu10: .geluClipped
        case .quickGELU: .quickGELU
        case .relu: .relu
        case .relu6: .relu6
        case .relu2: .reluSquared
        case .leakyReLU: .leakyReLU
        case .silu, .swish: .silu
        case .hardSwish: .hardSwish
        case .mish: .mish
        case .tanh: .tanh
        case .sigmoid: .sigmoid
        case .linear: .linear
        }
    }
}
