// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Testing

@Suite("crontab(5)")
struct CrontabTests {
    private func read(_ text: String, isSystem: Bool = true) -> [String] {
        Crontab.jobs(Array(text.utf8), isSystem: isSystem).map { "\($0.line) \($0.user ?? "-") \($0.command)" }
    }

    @Test("a system table names the user, a user's own does not")
    func tables() {
        #expect(read("# m h\n\n*/5 * * * *\troot  /opt/a -x\n") == ["3 root /opt/a -x"])
        #expect(read("0 3 * * 1-5 /opt/a", isSystem: false) == ["1 - /opt/a"])
        #expect(read("@reboot root /opt/a\n@daily  postgres b c") == ["1 root /opt/a", "2 postgres b c"])
    }

    @Test(
        "lines that are no jobs",
        arguments: [
            "", "   ", "# x", "PATH=/bin:/usr/bin", "A = b c d e f g", "* * * * *", "* * * * * root", "@daily", "= ",
        ]
    )
    func none(line: String) { #expect(read(line) == []) }

    @Test("what follows a percent sign is the command's input")
    func input() { #expect(read("0 0 * * * root mail x%hello") == ["1 root mail x"]) }

    @Test("bytes that are no text, and a long line")
    func hostile() {
        #expect(Crontab.jobs([0xFF, 0x0A, 0x00, 0x20, 0xFE], isSystem: true) == [])
        #expect(Crontab.jobs(Array(repeating: 0x2A, count: 1 << 20), isSystem: true) == [])
    }

    @Test(
        "programs a command runs",
        arguments: [
            ("/opt/a -c /opt/b", ["/opt/a"]),
            ("test -x /opt/a && /opt/b; /opt/c | /opt/d", ["/opt/b", "/opt/c", "/opt/d"]),
            ("nice -n 19 /opt/a > /var/log/a", ["/opt/a"]), ("sh /opt/a", ["/opt/a"]),
            ("/usr/bin/python3 /opt/a.py", ["/usr/bin/python3", "/opt/a.py"]), ("A=/x B=1 /opt/a", ["/opt/a"]),
            ("cd /srv && ./run", []), ("cp /home/u/app /backup", []), (#""/opt/a b" $HOME/x"#, []), ("", []),
            ("(/opt/a)", ["/opt/a"]),
        ])
    func programs(command: String, expected: [String]) { #expect(Crontab.programs(of: command) == expected) }
}
