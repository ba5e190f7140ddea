internal import TextBasics

/// What starts a pipeline every night. A run that finds another one at work waits for it, and continues where a killed one
/// was. After it, whether it succeeded or failed, results beyond the retention limits are removed.
package struct ScheduleFiles {
    private let folder: String
    private let program: String
    private let time: ClockTime

    private static let arguments = "run pipeline.yaml --lock-wait 2h --log-format json"
    private static let collection = "gc pipeline.yaml --yes"

    /// - Parameters:
    ///   - folder: of the pipeline file. Absolute.
    ///   - program: the splitvote to start. Absolute.
    ///   - time: when it starts, in local time.
    package init(folder: String, program: String, time: ClockTime) {
        self.folder = folder
        self.program = program
        self.time = time
    }

    /// A crontab. In one, `%` ends a command, so it is escaped.
    ///
    /// Source: crontab(5).
    package var cron: String {
        let command =
            "cd \(ShellWord.of(folder)) && { \(ShellWord.of(program)) \(Self.arguments); s=$?; "
            + "\(ShellWord.of(program)) \(Self.collection) >/dev/null; } 2>>nightly.log; "
            + "case ${s:=1} in 0|4) ;; *) echo \"splitvote ended with status $s; see nightly.log\";; esac; exit $s"
        return """
            # Runs the pipeline at \(time.text) every night. To put it to use: crontab -l | cat - splitvote.cron | crontab -
            # Then 'gc' removes what 'keep' in the pipeline file does not keep.
            # Exit status 4 means that another run was at work, and is no failure. A night that failed prints a line, which
            # cron sends to you by mail; one that ended well prints nothing.
            \(time.minute) \(time.hour) * * * \(command.replacing("%", with: "\\%"))

            """
    }

    /// Source: systemd.service(5), systemd.exec(5).
    package var service: String {
        """
        # Put to use together with splitvote.timer.
        [Unit]
        Description=splitvote: \(unit(folder))/pipeline.yaml
        After=local-fs.target

        [Service]
        Type=oneshot
        WorkingDirectory=\(unit(folder))
        ExecStart="\(quoted(program))" \(Self.arguments)
        # Removes what 'keep' in the pipeline file does not keep, however the run ended; left to the next night while
        # another run is at work.
        ExecStopPost=-"\(quoted(program))" \(Self.collection)
        # Another run at work is no failure.
        SuccessExitStatus=4
        # Asked to stop, a run commits what it has done and ends with 143.
        KillSignal=SIGTERM
        TimeoutStopSec=5min
        Nice=10

        """
    }

    /// Source: systemd.timer(5).
    package var timer: String {
        """
        # Runs the pipeline at \(time.text) every night, or as soon as the machine is on again. To put it to use, as a user:
        #   mkdir -p ~/.config/systemd/user && cp splitvote.service splitvote.timer ~/.config/systemd/user/
        #   systemctl --user daemon-reload && systemctl --user enable --now splitvote.timer
        [Unit]
        Description=splitvote every night

        [Timer]
        OnCalendar=*-*-* \(time.text):00
        Persistent=true

        [Install]
        WantedBy=timers.target

        """
    }

    /// A value of a unit file: `%` begins a specifier there.
    private func unit(_ text: String) -> String { text.replacing("%", with: "%%") }

    /// Inside double quotes of a unit's command line.
    private func quoted(_ text: String) -> String {
        unit(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("$", with: "$$")
    }
}
