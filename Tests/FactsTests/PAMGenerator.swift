// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import TestSupport

/// Random services of pam.d that use the grammar as widely as they can, of modules that return what they are told.
struct PAMGenerator {
    var random: SeededGenerator
    /// Where `@include` fails inside a part, libpam of Debian 12 puts an entry whose actions it never set: what comes of
    /// it is chance. So no part is cut short, and none names a file that is not there (a carriage return is enough).
    private var isPart = false

    init(random: SeededGenerator) { self.random = random }

    private let types = [
        "auth", "auth", "account", "password", "session", "AUTH", "-auth", "-Account", "auht", "[auth]",
    ]
    private let simple = ["required", "requisite", "sufficient", "optional", "Required", "SUFFICIENT", "mandatory"]
    private let actions = ["ok", "done", "bad", "die", "ignore", "reset", "1", "2", "3", "12", "0", "okay", "no"]
    private let parts = ["part-a", "part-b", "part-c", "vendor", "none", "/etc/pam.d/part-b", "/usr/lib/pam.d/vendor"]

    private mutating func chance(_ percent: Int) -> Bool { random.below(100) < percent }

    private mutating func result() -> String {
        switch random.below(6) {
        case 0...2: "success"
        case 3: random.pick(["auth_err", "ignore", "new_authtok_reqd", "perm_denied"])
        default: random.pick(PAMResult.names)
        }
    }

    private mutating func control() -> String {
        guard chance(55) else { return random.pick(simple) }
        var pairs: [String] = []
        for _ in 0..<(1 + random.below(4)) {
            let value = chance(25) ? "default" : chance(4) ? "sucess" : result()
            let equals = chance(90) ? "=" : random.pick([" = ", "= ", "", " "])
            // Mistakes are rare, or nothing but failures would be compared.
            pairs.append(value + equals + (chance(96) ? random.pick(Array(actions.prefix(9))) : random.pick(actions)))
        }
        return "[" + pairs.joined(separator: chance(90) ? " " : "") + "]"
    }

    private mutating func module() -> String {
        switch random.below(20) {
        case 0: return "pam_permit.so"
        case 1: return "pam_deny.so"
        case 2: return "pam_none.so"
        case 3:
            return !isPart && chance(10)
                ? random.pick(["", ".so", "[]", "?.so", "x/", "[pam_permit.so]"]) : "pam_permit.so"
        default:
            let events = ["auth", "acct", "prechauthtok", "chauthtok", "open_session"]
            return "pam_debug.so "
                + events.map { "\($0)=\(result())" }.joined(separator: chance(90) ? " " : "\t [x y] ")
        }
    }

    private mutating func line(_ includes: [String]) -> String {
        let blank = chance(80) ? " " : random.pick(["\t", "   ", " \\\n ", " \\\n# not here\n\n  "])
        var line: String
        if !includes.isEmpty, chance(25) {
            let part = random.pick(includes)
            switch random.below(3) {
            case 0 where part != "none" || chance(15): line = "@include" + blank + part
            case 1: line = random.pick(types) + blank + "substack" + blank + part
            default: line = random.pick(types) + blank + "include" + blank + part
            }
        } else if chance(2) {
            line = random.pick(["auth", "account required", "junk", "[", "]", "auth [success=ok pam_debug.so"])
        } else {
            let type = chance(90) ? random.pick(Array(types.prefix(8))) : random.pick(types)
            line = type + blank + control() + blank + module()
        }
        if chance(10) { line += random.pick([" # said", "#x", " \t", " \\# y"] + (isPart ? [] : ["\r", "\\"])) }
        if chance(2) {
            line += String(repeating: " x=yyyyyyy", count: 90 + random.below(20)) + " # auth required pam_deny.so"
        }
        return line + (chance(97) ? "\n" : "\n\n  # between\n")
    }

    private mutating func file(_ includes: [String], _ lines: Int) -> String {
        let text = (0..<(1 + random.below(lines))).map { _ in line(includes) }.joined()
        return chance(95) ? text : String(text.dropLast())
    }

    /// The files of a host; `asked` is the service.
    mutating func next() -> [String: String] {
        isPart = true
        var files = [
            "/etc/pam.d/part-c": file([], 4), "/etc/pam.d/part-b": file(["part-c"], 5),
            "/etc/pam.d/part-a": file(["part-b", "part-c"], 5), "/usr/lib/pam.d/vendor": file(["part-c"], 4),
            "/etc/pam.d/other": chance(80) ? "auth required pam_deny.so\n" : file(["part-c"], 4),
        ]
        if chance(10) { files["/etc/pam.d/other"] = nil }
        isPart = false
        let service = file(parts, 8)
        switch random.below(10) {
        case 0: files["/usr/lib/pam.d/asked"] = service
        case 1:
            files["/usr/lib/pam.d/asked"] = file(parts, 3)
            files["/etc/pam.d/asked"] = service
        case 2 where chance(30): break
        default: files["/etc/pam.d/asked"] = service
        }
        return files
    }
}
