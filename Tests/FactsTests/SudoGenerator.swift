// SPDX-License-Identifier: GPL-3.0-or-later

import TestSupport

/// Random sudoers files that use the grammar as widely as they can, with questions.
struct SudoGenerator {
    var random: SeededGenerator

    private let users = [
        "alice", "bob", "deploy", "ALICE", "#1000", "#1001", "%sudo", "%ops", "%#1500", "%#100", "%users", "ALL",
        "ADMINS",
        "PEOPLE", "BOB", "%OPS", "\"bob\"", "\"%ops\"", "nobody", "al\\x69ce", "b\\ob", "root",
    ]
    private let hosts = [
        "ALL", "ALL", "ALL", "web1", "WEB1", "web2", "web*", "web1.example.org", "*.example.org", "w?b[0-9]", "SERVERS",
        "web1.other.org", "LOCAL",
    ]
    private let targets = [
        "root", "ALL", "bob", "alice", "#0", "#33", "www-data", "%ops", "RUNNERS", "WWW", "deploy", "#1001",
    ]
    private let commands = [
        "ALL", "/usr/bin/id", "/bin/id", "/usr/bin/ls", "/usr/bin/echo", "/usr/bin/*", "/usr/bin/[il]*", "/bin/e?ho",
        "/usr/bin/", "/bin/", "LISTS", "TOOLS", "NOTHING", "/usr/bin/true", "sudoedit", "/usr/bin/i\\d",
        "^/usr/bin/(id|ls)$", "/usr/bin/env", "/opt/none", "^/(usr/)?bin/e.*$", "list", "/usr/bin/sudoedit",
    ]
    private let arguments = [
        "", "", "", " \"\"", " -u", " -*", " a b", " a*", " *", " [[:alpha:]]", " a\\,b", " x=y", " a\\:b", " ^-[a-z]$",
        " ^.*$", " a\\*b", "   a    b", " ?", " -u a\\=b", " ^a\\$b$", " !x", " a\\ b",
    ]
    private let tags = [
        "NOPASSWD:", "PASSWD:", "NOPASSWD :", "NOEXEC:", "SETENV:", "NOSETENV:NOPASSWD:", "LOG_OUTPUT: NOPASSWD:",
        "MAIL:",
        "FOLLOW: ", "PASSWD:NOPASSWD:",
    ]
    private let options = [
        "TIMEOUT=10", "TIMEOUT=1h30m", "NOTBEFORE=20200101000000Z", "NOTAFTER=20990101000000Z", "NOTAFTER=2001010100Z",
        "NOTBEFORE=20980101000000Z", "CWD=/", "CWD=~", "ROLE=staff_r", "TIMEOUT=1x", "CWD=tmp", "NOTAFTER=nonsense",
    ]
    private let settings = [
        "use_pty", "!use_pty", "!authenticate", "authenticate", "env_keep += \"A B\"", "env_keep -= PATH",
        "env_keep = ONE", "!env_keep", "timestamp_timeout = 5", "timestamp_timeout=0", "timestamp_timeout=-1",
        "timestamp_timeout=2.5", "secure_path=/bin:/usr/bin", "secure_path = \"/sbin:/bin\"", "!secure_path",
        "runas_default=bob", "passwd_tries=5", "insults", "!insults", "log_output", "visiblepw", "nonsense",
        "requiretty=1",
        "passwd_tries=x", "logfile=/var/log/sudo.log", "!case_insensitive_user", "listpw=never", "!syslog", "lecture",
        "use_pty,insults", "!!use_pty", "targetpw", "exempt_group=users", "fast_glob", "noexec", "umask=022",
    ]

    mutating func below(_ bound: Int) -> Int { random.below(bound) }

    private mutating func one(_ words: [String]) -> String {
        let sign = below(6) == 0 ? (below(4) == 0 ? "!!" : "!") : ""
        return sign + random.pick(words)
    }

    private mutating func list(_ words: [String], _ most: Int = 3) -> String {
        (0..<below(most) + 1).map { _ in one(words) }.joined(separator: random.pick([",", ", ", " , ", ",\\\n  "]))
    }

    private mutating func command() -> String {
        let word = one(commands)
        let takesNone = word.hasSuffix("/") || word.hasSuffix("ALL") || word.hasSuffix("list") || !word.contains("/")
        return word + (takesNone && below(8) != 0 ? "" : random.pick(arguments))
    }

    private mutating func specification() -> String {
        var text = ""
        switch below(8) {
        case 0: text += "(\(list(targets))) "
        case 1: text += "(\(list(targets)) : \(list(["ops", "users", "#100", "ALL", "WWW"], 2))) "
        case 2: text += random.pick(["() ", "(:) ", "( : ops) ", "(:ALL) "])
        case 3, 4: text += random.pick(["(ALL) ", "(ALL:ALL) ", "(root) "])
        default: break
        }
        if below(8) == 0 { text += random.pick(options) + " " }
        if below(3) == 0 { text += random.pick(tags) + random.pick(["", " "]) }
        return text + command()
    }

    private mutating func privilege() -> String {
        list(hosts, 2) + random.pick(["=", " = ", " ="])
            + (0..<below(4) + 1).map { _ in specification() }.joined(separator: random.pick([", ", ",", ", \\\n\t"]))
    }

    private mutating func entry() -> String {
        switch below(20) {
        case 0: return "User_Alias " + ["ADMINS", "PEOPLE", "BOB"][below(3)] + " = " + list(users)
        case 1: return "Host_Alias " + ["SERVERS", "LOCAL"][below(2)] + " = " + list(hosts)
        case 2: return "Runas_Alias " + ["RUNNERS", "WWW"][below(2)] + "=" + list(targets)
        case 3:
            return random.pick(["Cmnd_Alias ", "Cmd_Alias "]) + ["LISTS", "TOOLS"][below(2)] + " = "
                + (0..<below(3) + 1).map { _ in command() }.joined(separator: ", ")
        case 4:
            return "User_Alias PEOPLE = \(list(users)) : ADMINS = \(list(users))"
        case 5, 6: return "Defaults " + random.pick(settings)
        case 7:
            let scope = random.pick([
                ":alice", ":%ops", ":ADMINS", "@web1", "@web2", ">root", ">bob", "!/usr/bin/id", "!LISTS", ": bob",
                ":!alice", "@SERVERS", ":ALL,!bob",
            ])
            return "Defaults\(scope) " + random.pick(settings)
        case 8:
            return random.pick(["# comment", "  # more", "#1000 ALL = /usr/bin/id", "", "   ", "#include", "# a \\"])
        case 9:
            return random.pick([
                "alice ALL = ", "alice", "alice ALL = id", "Defaults", "Defaults use_pty insults", "alice ALL ALL",
                "alice ALL = /usr/bin/id : web1 = : web1 = /usr/bin/ls", "= x", "User_Alias lower = bob",
                "User_Alias ALL = bob", "alice ALL = (root /usr/bin/id", "alice ALL = NOPASWD: /usr/bin/id",
                "alice ALL = \"/usr/bin/id\"", "Defaults env_keep += \"A", "User_Alias BOB = bob junk",
                "alice ALL = sha256:abc /usr/bin/id", "alice ALL = /usr/bin/id \\", "%: ALL = ALL", "+ ALL = ALL",
                "alice 10.0.0.300 = ALL", "alice ALL = ^/usr/bin/id", "bob ALL = /usr/bin/id a:b",
                "bob web1 = /usr/bin/id\r",
                "Defaults:alice", "alice ALL = /usr/bin/id ^a", "alice ALL = (alice:) /usr/bin/id", "\\",
                "alice ALL = ALL ALL",
            ])
        default:
            var text = list(users) + " " + privilege()
            while below(5) == 0 { text += " : " + privilege() }
            return text
        }
    }

    private mutating func text() -> String {
        var text = ""
        for _ in 0..<below(8) + 1 { text += entry() + "\n" }
        if below(12) == 0 { text.removeLast() }
        return text
    }

    mutating func next() -> SudoOracle.Case {
        var main = text()
        var files: [String: String] = [:]
        if below(2) == 0 {
            main += random.pick([
                "@includedir /etc/sudoers.d\n", "#includedir /etc/sudoers.d\n", " #includedir /etc/sudoers.d\n",
                "@include sudoers.d/10-a\n", "@include \"/etc/sudoers.d/10-a\"\n",
                "#include /etc/sudoers.d/10-a junk\n",
                "@include /etc/none\n", "@includedir /etc/none\n", "@include /etc/sudoers.d/%h\n",
            ])
            for _ in 0..<below(4) + 1 {
                let name = random.pick(["10-a", "20-b", "99-z", "a.conf", "b~", ".c", "Z", "web1", "README"])
                files["/etc/sudoers.d/\(name)"] = text()
            }
            if below(2) == 0 { main += text() }
        }
        files["/etc/sudoers"] = main
        let queries = (0..<6).map { _ in
            SudoOracle.Query(
                user: random.pick(["alice", "bob", "deploy"]),
                runas: random.pick([nil, nil, "root", "bob", "www-data", "alice"]),
                group: random.pick([nil, nil, nil, nil, nil, "ops", "users"]),
                words: random.pick([
                    ["/usr/bin/id"], ["/bin/id"], ["/usr/bin/id", "-u"], ["/usr/bin/ls", "a", "b"],
                    ["/usr/bin/echo", "x=y"],
                    ["/usr/bin/true"], ["/usr/bin/echo", "a,b"], ["/usr/bin/ls", "a"], ["/bin/echo", "a*b"],
                    ["/usr/bin/env"], ["/usr/bin/id", "a$b"], ["/usr/bin/echo", "a b"], ["/usr/bin/ls", "-l"],
                    ["/usr/bin/echo", "!x"],
                ]))
        }
        return SudoOracle.Case(files: files, queries: queries)
    }
}
