// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Patterns

/// A command somebody wants to run, compared with those of sudoers as match_command.c does: by name and by inode, so that
/// /bin/ls is /usr/bin/ls where /bin is a link.
struct SudoCommand: Sendable {
    let path: String
    /// The arguments with one blank between them; nil for none.
    let arguments: String?
    /// Patterns are compared as text, without a look at the disk (`fast_glob`).
    var isFastGlob = false

    private var base: String { HostPath.name(of: path) }

    func matches(_ pattern: Sudoers.Command, _ host: any Host) -> SudoMatch {
        guard pattern.kind == .path else { return digests(pattern) }
        if pattern.text == "list" || pattern.text == "sudoedit" {
            return path == pattern.text ? argumentsMatch(pattern) : .none
        }
        guard path.hasPrefix("/") else { return pattern.text.hasPrefix("^") ? expression(pattern.text, path) : .none }
        let match = isNamed(pattern.text, host)
        guard match == .allow else { return match }
        let arguments = argumentsMatch(pattern)
        return arguments == .allow ? digests(pattern) : arguments
    }

    private func digests(_ pattern: Sudoers.Command) -> SudoMatch {
        pattern.digests.isEmpty ? .allow : .unknown("the digest of \(path) is not computed")
    }

    private func isNamed(_ pattern: String, _ host: any Host) -> SudoMatch {
        if pattern.hasPrefix("^") { return expression(pattern, path) }
        if FileNamePattern.isPattern(pattern) {
            if isFastGlob { return FileNamePattern(pattern, isPath: true).matches(path) ? .allow : .none }
            let name = HostPath.name(of: pattern)
            if !pattern.hasSuffix("/"), !FileNamePattern.isPattern(name), name != base { return .none }
            let fits = FileNamePattern(pattern.hasSuffix("/") ? pattern + base : pattern, isPath: true)
            return sameFiles(host).contains { fits.matches($0) && (try? host.status($0)) != nil } ? .allow : .none
        }
        let wanted = pattern.hasSuffix("/") ? pattern + base : pattern
        guard HostPath.name(of: wanted) == base else { return .none }
        if pattern.hasSuffix("/"), (try? host.status(wanted)) == nil { return .none }
        return wanted == path || sameFiles(host).contains(wanted) || isSameFile(wanted, host) ? .allow : .none
    }

    /// The names this file has through the links of a merged /usr.
    private func sameFiles(_ host: any Host) -> [String] {
        let other = path.hasPrefix("/usr/") ? String(path.dropFirst(4)) : "/usr" + path
        return isSameFile(other, host) ? [path, other] : [path]
    }

    private func isSameFile(_ other: String, _ host: any Host) -> Bool {
        guard let own = try? host.status(path).identity, let its = try? host.status(other).identity else {
            return false
        }
        return own == its
    }

    private func argumentsMatch(_ pattern: Sudoers.Command) -> SudoMatch {
        guard let wanted = pattern.arguments else { return .allow }
        if wanted == "\"\"" { return arguments == nil ? .allow : .none }
        if wanted.hasPrefix("^"), wanted.hasSuffix("$") { return expression(wanted, arguments ?? "") }
        let fits = FileNamePattern(wanted, isPath: pattern.text == "sudoedit")
        return fits.matches(arguments ?? "") ? .allow : .none
    }

    private func expression(_ pattern: String, _ text: String) -> SudoMatch {
        do throws(PatternError) {
            return try Pattern(pattern).matches(text) ? .allow : .none
        } catch {
            return .unknown("\(pattern): \(error.message)")
        }
    }
}
