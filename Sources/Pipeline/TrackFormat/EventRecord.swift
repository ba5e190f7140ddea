internal import ProtobufFormat

/// One record of TensorBoard's event files.
///
/// Source: tensorflow/core/util/event.proto and framework/summary.proto; the numbers of the fields are those given there.
package enum EventRecord {
    /// The first record of every file.
    package static func version(at time: Int64) -> [UInt8] {
        event(at: time, step: 0) { $0.text(3, "brain.Event:2") }
    }

    package static func scalar(_ point: TrackedPoint) -> [UInt8] {
        event(at: point.time, step: point.step) { event in
            event.message(5) { summary in
                summary.message(1) { value in
                    value.text(1, point.name)
                    value.float(2, Float(point.value))
                }
            }
        }
    }

    /// A text in Markdown.
    package static func text(_ text: String, name: String, at time: Int64) -> [UInt8] {
        event(at: time, step: 0) { event in
            event.message(5) { summary in
                summary.message(1) { value in
                    value.text(1, name)
                    value.message(8) { tensor in
                        tensor.integer(1, typeOfTexts)
                        tensor.message(2) { shape in shape.message(2) { $0.integer(1, 1) } }
                        tensor.text(8, text)
                    }
                    value.message(9) { metadata in
                        metadata.message(1) { $0.text(1, "text") }
                        metadata.integer(4, dataOfTensors)
                    }
                }
            }
        }
    }

    /// `DT_STRING` and `DATA_CLASS_TENSOR`.
    private static let typeOfTexts: Int64 = 7
    private static let dataOfTensors: Int64 = 2

    private static func event(
        at time: Int64, step: Int, _ body: (inout ProtobufMessage) -> Void
    ) -> [UInt8] {
        var event = ProtobufMessage()
        event.double(1, Double(time) / 1000)
        // What is zero is left out, as by all writers of the format.
        if step != 0 { event.integer(2, Int64(step)) }
        body(&event)
        return RecordFraming.framed(event.bytes)
    }

    /// The fields of a message, up to where it cannot be read.
    private static func fields(
        of data: ArraySlice<UInt8>
    ) -> UnfoldSequence<(field: Int, value: ProtobufReader.Value), ProtobufReader> {
        sequence(state: ProtobufReader(data)) { reader in try? reader.next() }
    }

    /// What a record is about, to find where a file is to be continued.
    package static func reading(_ data: ArraySlice<UInt8>) -> (step: Int, name: String?) {
        var step = 0
        var name: String?
        for (field, value) in fields(of: data) {
            switch (field, value) {
            case (2, .number(let number)): step = Int(Int64(bitPattern: number))
            case (5, .bytes(let summary)):
                for case (1, .bytes(let entry)) in fields(of: summary) {
                    for case (1, .bytes(let text)) in fields(of: entry) {
                        name = String(decoding: text, as: UTF8.self)
                    }
                }
            default: break
            }
        }
        return (step, name)
    }
}
