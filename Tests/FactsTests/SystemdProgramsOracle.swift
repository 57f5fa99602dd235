// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Host
import TestSupport

/// The installed journald and timesyncd, run for a moment each in namespaces of their own and told to say what they do.
enum SystemdProgramsOracle {
    static let needed = [
        "/usr/bin/unshare", "/lib/systemd/systemd-journald", "/lib/systemd/systemd-timesyncd", "/usr/bin/timeout",
    ]
    static let missing = needed.filter { !FileManager.default.fileExists(atPath: $0) } + (getuid() == 0 ? [] : ["root"])

    /// Files and links by path.
    struct Case: Sendable {
        var files: [String: String] = [:]
        var links: [String: String] = [:]

        var host: MemoryHost {
            var entries: [String: MemoryHost.Entry] = ["/var/log/journal/x": .init("")]
            for (path, text) in files { entries[path] = .init(text) }
            for (path, target) in links { entries[path] = .init(target: target) }
            return MemoryHost(entries)
        }

        var text: String {
            files.merging(links.mapValues { "-> " + $0 }) { $1 }.sorted { $0.key < $1.key }
                .map { "\($0.key):\n\($0.value)" }.joined(separator: "\n")
        }
    }

    /// What a program says for each case until it runs.
    static func run(_ program: String, _ cases: [Case], in tree: TemporaryTree) throws -> [String] {
        for (index, item) in cases.enumerated() {
            try tree.file("/\(index)/etc/systemd/.x")
            for (path, text) in item.files { try tree.file("/\(index)\(path)", text) }
            for (path, target) in item.links { try tree.link("/\(index)\(path)", to: target) }
        }
        let script = """
            cd "$1"
            mount -t tmpfs run /run && mount -t tmpfs log /var/log && mount -t tmpfs etc /etc/systemd
            mount -t tmpfs local /usr/local/lib
            mkdir -p /run/lib /run/systemd/journal /run/systemd/timesync /var/log/journal
            touch /run/systemd/journal/flushed
            cp -a /usr/lib/systemd/systemd-* /usr/lib/systemd/libsystemd* /run/lib 2>/dev/null
            mount --bind /run/lib /usr/lib/systemd
            chown systemd-timesync /run/systemd/timesync
            export SYSTEMD_LOG_LEVEL=debug SYSTEMD_LOG_TARGET=console
            i=0
            while [ $i -lt $3 ]; do
                rm -rf /etc/systemd /run/systemd/*.conf.d /usr/local/lib/systemd /usr/lib/systemd/*.conf.d 2>/dev/null
                rm -rf /var/log/journal/* /run/log/journal/*
                cp -a $i/. /
                echo "case $i"
                : >/run/out
                timeout 10 /usr/lib/systemd/systemd-$2 >>/run/out 2>&1 &
                n=0
                while ! grep -q 'running as p\\|running as PID' /run/out && [ $n -lt 400 ]; do
                    sleep 0.01; n=$((n + 1))
                done
                kill $! 2>/dev/null; wait $! 2>/dev/null
                cat /run/out
                i=$((i + 1))
            done
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        process.arguments = [
            "--mount", "--pid", "--fork", "--ipc", "--net", "--mount-proc", "/bin/sh", "-c", script, "sh", tree.root,
            program, "\(cases.count)",
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        var answers: [String] = []
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
            if line == "case \(answers.count)" {
                answers.append("")
            } else if !answers.isEmpty {
                answers[answers.count - 1] += line + "\n"
            }
        }
        return answers
    }
}

/// Random configuration of one program: main file and drop-ins in every directory, masks, directories, junk.
struct SystemdProgramsGenerator {
    var random: SeededGenerator
    let name: String
    let section: String
    let settings: [(String, [String])]

    static let sizes = ["1M", "30M", "1.5G", "64K", "0", "12", "300Q", "1G 5M", "5M 1G", "4096B", "", "10%", "1M2K"]
    static let spans = ["5m", "90", "1month", "2h 30min", "infinity", "x", "", "1.5h", "5 s", "-1", "0"]
    static let flags = ["yes", "no", "true", "off", "T", "N", "maybe", "", "on"]
    static let counts = ["5", "0x10", "010", "100", "x", "", "-1", "0b11", "0o17", "7x", "+3"]
    static let levels = ["emerg", "debug", "7", "9", "warn", "err", "info", ""]

    static func journald(_ random: SeededGenerator) -> SystemdProgramsGenerator {
        SystemdProgramsGenerator(
            random: random, name: "journald", section: "Journal",
            settings: [
                ("Storage", ["auto", "volatile", "persistent", "none", "Auto", "disk"]),
                ("Storage", ["auto", "volatile", "persistent"]),
                ("Compress", ["yes", "no", "512K", "x", "", "off"]), ("Seal", flags),
                ("SplitMode", ["uid", "none", "login", "x"]), ("SyncIntervalSec", spans),
                ("RateLimitIntervalSec", spans), ("RateLimitInterval", spans), ("RateLimitBurst", counts),
                ("SystemMaxUse", sizes), ("SystemMaxUse", sizes), ("RuntimeMaxUse", sizes),
                ("SystemMaxFiles", counts), ("RuntimeMaxFiles", counts), ("MaxRetentionSec", spans),
                ("ForwardToSyslog", flags), ("ForwardToWall", flags), ("MaxLevelStore", levels), ("ReadKMsg", flags),
                ("LineMax", ["48K", "", "1x"]),
            ])
    }

    static func timesyncd(_ random: SeededGenerator) -> SystemdProgramsGenerator {
        let servers = ["127.0.0.1", "a.example b.example", "\"c.example\"", "", "a.example", "d.example  127.0.0.2"]
        let fallbacks = ["", "e.example f.example", "g.example", "'h.example'"]
        return SystemdProgramsGenerator(
            random: random, name: "timesyncd", section: "Time",
            settings: [
                ("NTP", servers), ("NTP", servers), ("Servers", servers), ("FallbackNTP", fallbacks),
                ("FallbackNTP", fallbacks), ("PollIntervalMinSec", ["8", "16", "15s", "5min", "x"]),
                ("PollIntervalMaxSec", ["20", "1h", "4", "x"]), ("ConnectionRetrySec", ["0", "5", "x"]),
                ("RootDistanceMaxSec", spans),
            ])
    }

    mutating func file() -> String {
        var text = ""
        if random.below(12) > 0 { text += "[\(section)]\n" }
        for _ in 0..<random.below(7) {
            switch random.below(30) {
            case 0: text += "# \(settings[0].0)=x\n"
            case 1: text += "[Other]\n\(settings[0].0)=none\n[\(section)]\n"
            case 2: text += "[\(section)]\n"
            case 3: text += "no equals sign\n"
            case 4 where random.below(3) == 0: text += "[broken\n"
            case 5: text += " ; \(settings[0].0)=x\\\n"
            case 6: text += "=5\n"
            default:
                let (key, values) = random.pick(settings)
                let value = random.pick(values)
                switch random.below(12) {
                case 0: text += "  \(key)  =  \(value)  \n"
                case 1: text += "\(key)=\(value)\r\n"
                default: text += "\(key)=\(value)\n"
                }
            }
        }
        return text
    }

    mutating func next() -> SystemdProgramsOracle.Case {
        var item = SystemdProgramsOracle.Case()
        let folder = "/systemd/\(name).conf"
        if random.below(5) > 0 { item.files["/etc\(folder)"] = file() }
        // 252 does not look here.
        if random.below(5) == 0 { item.files["/usr/lib\(folder)"] = file() }
        for directory in ["/etc", "/run", "/usr/local/lib", "/usr/lib"] {
            for _ in 0..<random.below(3) {
                let path =
                    "\(directory)\(folder).d/"
                    + random.pick(["10-a.conf", "20-b.conf", "9.conf", ".h.conf", "n.txt", "B.conf"])
                guard item.files[path] == nil, item.links[path] == nil, item.files[path + "/x"] == nil else { continue }
                switch random.below(16) {
                case 0: item.links[path] = "/dev/null"
                case 1: item.files[path] = ""
                case 2: item.links[path] = "/nowhere"
                case 3 where random.below(3) == 0: item.files[path + "/x"] = "[\(section)]\n"
                default: item.files[path] = file()
                }
            }
        }
        return item
    }
}
