/// What every stage uses besides StageKit's own types: importing StageKit imports it too.
@_exported public import Digests
@_exported public import Files
@_exported public import JSON
