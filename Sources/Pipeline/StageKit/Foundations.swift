/// What every stage speaks of besides StageKit's own types: whoever imports StageKit has it too.
@_exported public import Digests
@_exported public import Files
@_exported public import JSON
