import Testing
import TextBasics

struct NearestNameTests {
    @Test(
        arguments: [
            ("min_vote", "min_votes"), ("lable", "label"), ("labels", "label"), ("smaple", "sample"),
            ("xyz", nil), ("", nil), (String(repeating: "a", count: 65), nil),
        ] as [(String, String?)])
    func suggestion(name: String, expected: String?) {
        #expect(NearestName.suggestion(for: name, among: ["label", "sample", "min_votes"]) == expected)
    }

    @Test func aSwapOfNeighborsIsOneEdit() {
        #expect(NearestName.editDistance("lable", "label") == 1)
        #expect(NearestName.editDistance("abc", "") == 3)
    }

    @Test func theQuestionComesBeforeWhatIsAllowed() {
        let names = ["clean", "label"]
        #expect(NearestName.hint(for: "lable", among: names) == "did you mean 'label'?")
        #expect(NearestName.hint(for: "xyz", among: names) == nil)
        #expect(
            NearestName.hint(for: "lable", among: names, then: "stages: clean, label")
                == "did you mean 'label'? stages: clean, label")
        #expect(
            NearestName.hint(for: "xyz", among: names, then: "stages: clean, label") == "stages: clean, label"
        )
        #expect(
            NearestName.hint(for: "lable", among: names, shown: { "{\($0)}" }, then: "see the manual")
                == "did you mean {label}? see the manual")
    }
}
