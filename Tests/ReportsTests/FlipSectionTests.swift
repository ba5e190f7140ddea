import Charts
import DatasetStages
import Foundation
import StageKit
import Testing

struct FlipSectionTests {
    static let json = """
        {"format":"splitvote-label-diff","version":1,"old":"aaaa","new":"bbbb",
         "states":["controversial","uncontroversial","abstained","absent"],
         "table":[[1200,7,30,2],[3,2100,12,1],[41,9,8000,5],[20,10,90,0]],"flips":105,
         "causes":{"votes_moved":60,"rule_changed":41,"time_passed":0,"prior_moved":0,"text_changed":1,"comment_gone":3},
         "new_comments":[20,10,90],"articles":[{"article":"naver:437/1","flips":12},{"article":"<b>","flips":1}]}
        """

    func facts() throws -> FlipFigures { try #require(FlipFigures(JSONValue(parsing: Self.json))) }

    @Test func theSectionSaysWhatChangedAndWhy() throws {
        let html = try FlipSection.markup(facts()).html
        let page = try PageScanner(html)
        #expect(
            html.contains(
                "105 labels differ between set aaaa (3,355 labels) and set bbbb (3,390 labels); 10 turned into the "
                    + "opposite. 120 comments are new and not among them."))
        #expect(html.contains("votes moved: 60") && !html.contains("came of age"))
        #expect(
            html.contains(
                "<th scope=\"row\">Controversial</th><td class=\"n\" data-label=\"Controversial\">1,200</td>")
        )
        if let place = ProcessInfo.processInfo.environment["SPLITVOTE_PICTURES"] {
            try html.write(toFile: place + "/flips.html", atomically: true, encoding: .utf8)
        }
        #expect(html.contains("&lt;b&gt;") && page.elements.count { $0 == "table" } == 2)
    }

    @Test func nothingChangedIsOneSentenceAndATable() throws {
        let none = FlipFigures(
            old: "a", new: "b", table: [[5, 0, 0, 0], [0, 5, 0, 0], [0, 0, 9, 0], [0, 0, 0, 0]],
            causes: [.init("votes_moved", 0)], newComments: [0, 0, 0])
        let html = FlipSection.markup(none).html
        #expect(
            html.contains("No label differs between set a (10 labels) and set b (10 labels).")
                && !html.contains("<svg"))
        #expect(!html.contains("Not there") && !html.contains("are new"))
    }

    @Test func otherFormatsAreNotFlips() throws {
        #expect(FlipFigures(.null) == nil)
        #expect(
            try FlipFigures(JSONValue(parsing: Self.json.replacing("\"version\":1", with: "\"version\":2")))
                == nil)
        #expect(try FlipFigures(JSONValue(parsing: Self.json.replacing(",[20,10,90,0]", with: ""))) == nil)
    }
}
