import Testing
import splitvote

struct WordingTests {
    @Test func figuresThatAreNoughtAreLeftOut() {
        #expect(
            FigureText.summary(
                of: ["rows": 12_495, "empty_text": 0, "comments": 9_421, "files": 3], kind: "ingest.files")
                == "rows 12,495, comments 9,421")
        #expect(
            FigureText.summary(of: ["metric": "macro_f1", "best_metric": 0.92034567], kind: "train")
                == "metric macro_f1, best metric 0.9203")
        #expect(FigureText.summary(of: ["bytes": 5], kind: "report") == "")
    }
}
