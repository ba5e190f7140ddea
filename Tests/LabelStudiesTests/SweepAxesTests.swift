import LabelStudies
import Testing

struct SweepAxesTests {
    static let good: [(String, [Int])] = [
        ("5:50:5", [5, 10, 15, 20, 25, 30, 35, 40, 45, 50]), ("5:52:15", [5, 20, 35, 50]), ("20", [20]),
        ("1:3", [1, 2, 3]), ("5:10:5, 20,40:40", [5, 10, 20, 40]), ("100000", [100_000]),
    ]

    @Test(arguments: good)
    func numbersOfVotesAreRead(text: String, expected: [Int]) throws {
        #expect(try SweepAxes(minVotes: text, bands: "0.4-0.6").minVotes == expected)
    }

    @Test func bandsAreReadInTheirOrder() throws {
        let axes = try SweepAxes(minVotes: "20", bands: "0.4-0.6, 0.35-0.65,.5-.5,0-1")
        #expect(axes.bands == [0.4...0.6, 0.35...0.65, 0.5...0.5, 0...1])
    }

    static let bad: [(String, String, String)] = [
        (
            "", "0.4-0.6",
            "'' in --min-votes is not a number of votes; write numbers such as 20, or start:end:step such as 5:50:5"
        ),
        (
            "5:50:5:1", "0.4-0.6",
            "'5:50:5:1' in --min-votes is not a number of votes; "
                + "write numbers such as 20, or start:end:step such as 5:50:5"
        ),
        (
            "-5", "0.4-0.6",
            "'-5' in --min-votes is not a number of votes; write numbers such as 20, or start:end:step such as 5:50:5"
        ),
        ("0", "0.4-0.6", "0 in --min-votes is out of range; 1 ... 100000 votes are allowed"),
        ("5:100001:5", "0.4-0.6", "100001 in --min-votes is out of range; 1 ... 100000 votes are allowed"),
        ("5:50:0", "0.4-0.6", "'5:50:0' in --min-votes steps by 0; a step is 1 or more"),
        ("50:5:5", "0.4-0.6", "'50:5:5' ends before it begins; write the smaller number first"),
        (
            "20,10", "0.4-0.6",
            "--min-votes has 10 after 20; write numbers of votes in rising order, each once"
        ),
        (
            "5", "0.4",
            "'0.4' in --band is not a range of ratios; write low-high such as 0.4-0.6, several with commas between"
        ),
        (
            "5", "0.4-nan",
            "'0.4-nan' in --band is not a range of ratios; write low-high such as 0.4-0.6, several with commas between"
        ),
        ("5", "40-60", "'40-60' in --band holds 40.0; a ratio lies in 0 ... 1, so 40% is 0.4"),
        ("5", "0.6-0.4", "'0.6-0.4' ends before it begins; write the smaller number first"),
        ("5", "0.4-0.6,0.40-0.60", "--band has '0.40-0.60' twice; write each once"),
        (
            "1:100000", "0.4-0.6",
            "100000 numbers of votes with 1 bands make 100000 cells; at most 10000 are tried at once, "
                + "so take a larger step"
        ),
        (
            "1:5001", "0.4-0.6,0.3-0.7",
            "5001 numbers of votes with 2 bands make 10002 cells; at most 10000 are tried at once, "
                + "so take a larger step"
        ),
    ]

    @Test(arguments: bad)
    func whatCannotBeMeantIsSaid(votes: String, bands: String, message: String) {
        let error = #expect(throws: SweepProblem.self) { try SweepAxes(minVotes: votes, bands: bands) }
        #expect(error?.description == message)
    }

    @Test func numbersTooLongToHoldAreNotNumbers() {
        #expect(throws: SweepProblem.notVotes("99999999999999999999")) {
            try SweepAxes(minVotes: "99999999999999999999", bands: "0.4-0.6")
        }
    }
}
