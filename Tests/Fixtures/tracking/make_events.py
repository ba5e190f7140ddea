"""Writes events.json: records of an event file as TensorBoard's own messages and TFRecord writer make them, in hex.

    python make_events.py > events.json

Made with tensorboard 2.21.0, protobuf as it brings it.
"""
import io
import json

from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, tensor_shape_pb2, types_pb2
from tensorboard.summary.writer.record_writer import RecordWriter


class Sink(io.BytesIO):
    def close(self):
        self.kept = self.getvalue()


def framed(event):
    sink = Sink()
    writer = RecordWriter(sink)
    writer.write(event.SerializeToString())
    return sink.getvalue().hex()


def scalar(name, value, step, seconds):
    return event_pb2.Event(
        wall_time=seconds, step=step,
        summary=summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag=name, simple_value=value)]))


text = tensor_pb2.TensorProto(
    dtype=types_pb2.DT_STRING,
    tensor_shape=tensor_shape_pb2.TensorShapeProto(dim=[tensor_shape_pb2.TensorShapeProto.Dim(size=1)]),
    string_val=["| a | 뉴스 |".encode()])
metadata = summary_pb2.SummaryMetadata(
    plugin_data=summary_pb2.SummaryMetadata.PluginData(plugin_name="text"),
    data_class=summary_pb2.DATA_CLASS_TENSOR)
print(json.dumps({
    "version": framed(event_pb2.Event(wall_time=1769817600.25, file_version="brain.Event:2")),
    "scalar": framed(scalar("train/loss", 0.6931, 300, 1769817601.5)),
    "negative": framed(scalar("dev/mcc", -0.125, 1, 1769817602.0)),
    "text": framed(event_pb2.Event(
        wall_time=1769817600.25,
        summary=summary_pb2.Summary(value=[summary_pb2.Summary.Value(
            tag="parameters", tensor=text, metadata=metadata)]))),
}, indent=2))
