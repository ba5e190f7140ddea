import Scaffolding
import Testing

struct ScheduleFilesTests {
    private static func files(_ folder: String, _ program: String = "/usr/bin/splitvote") throws
        -> ScheduleFiles
    {
        ScheduleFiles(folder: folder, program: program, time: try #require(ClockTime("04:05")))
    }

    static let commands: [(folder: String, program: String, start: String)] = [
        ("/home/me/news", "/usr/bin/splitvote", "cd /home/me/news && { /usr/bin/splitvote run "),
        ("/my news", "/b/s", "cd '/my news' && { /b/s run "),
        ("/it's", "/b/s", #"cd '/it'\''s' && { /b/s run "#),
        ("/a%b", "/b/s", #"cd '/a\%b' && { /b/s run "#),
        ("/a;b", "/$x/s", "cd '/a;b' && { '/$x/s' run "),
    ]

    @Test(arguments: commands)
    func pathsAreQuotedForTheShellAndPercentSignsForCron(folder: String, program: String, start: String)
        throws
    {
        let line = try #require(try Self.files(folder, program).cron.split(separator: "\n").last)
        #expect(line.hasPrefix("5 4 * * * " + start), "\(line)")
    }

    @Test func unitsDoubleWhatWouldBeginASpecifier() throws {
        let service = try Self.files("/a%b", #"/q"\$/s%p"#).service
        #expect(service.contains("WorkingDirectory=/a%%b\n"))
        #expect(service.contains(#"ExecStart="/q\"\\$$/s%%p" run pipeline.yaml"#), "\(service)")
    }

    @Test func theTimerHasTheTimeWithSeconds() throws {
        #expect(try Self.files("/news").timer.contains("OnCalendar=*-*-* 04:05:00\n"))
    }

    @Test(arguments: ["00:00", "09:05", "23:59"])
    func timesAreReadAsTheyAreWritten(text: String) {
        #expect(ClockTime(text)?.text == text)
    }

    @Test(arguments: ["24:00", "12:60", "3:00", "03:0", "0300", "03:00:00", "+3:00", "-1:00", "", ":"])
    func otherTimesAreRefused(text: String) {
        #expect(ClockTime(text) == nil)
    }
}
