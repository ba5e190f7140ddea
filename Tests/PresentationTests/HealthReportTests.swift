import PipelineEngine
import Presentation
import StageKit
import Testing

struct HealthReportWordsTests {
    @Test func findingsStandBelowEachOtherWithTheirHints() {
        var report = HealthReport()
        report.add("store", .good, "intact")
        report.add("free space", .doubtful, "1.0 kB at /", hint: "run gc")
        #expect(
            report.lines == [
                "ok       store       intact", "warning  free space  1.0 kB at /", "hint: run gc",
                "nothing would make a run fail",
            ])
        #expect(report.json["healthy"] == true)
        report.add("hook", .failure, "no program")
        #expect(report.lines.last == "1 problem would make a run fail")
        #expect(report.json["healthy"] == false)
        #expect(
            report.json["findings"]?.arrayValue?.last
                == ["name": "hook", "grade": "failure", "message": "no program", "hint": .null])
    }
}
