import Presentation
import Testing

struct FigureTextTests {
    @Test func figuresThatAreNoughtAreLeftOut() {
        #expect(
            FigureText.summary(
                of: ["rows": 12_495, "empty_text": 0, "comments": 9_421, "files": 3],
                headline: ["rows", "empty_text", "comments"])
                == "rows 12,495, comments 9,421")
        #expect(
            FigureText.summary(
                of: ["metric": "macro_f1", "best_metric": 0.92034567],
                headline: ["steps", "metric", "best_metric"])
                == "metric macro_f1, best metric 0.9203")
        #expect(FigureText.summary(of: ["bytes": 5], headline: []) == "")
    }
}
