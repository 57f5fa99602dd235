// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Host
import Model
import TestSupport

/// The host `coop` of the fixtures, as values that can be edited, and edits by chance: what administrators, packages and
/// accidents do.
struct EditedHost {
    private(set) var entries: [String: MemoryHost.Entry] = [:]
    private let original: [String: MemoryHost.Entry]

    var host: MemoryHost { MemoryHost(entries) }

    /// The fixture as it is.
    init() {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path
        let root = tests + "/Fixtures/hosts/coop/root"
        for path in FileManager.default.enumerator(atPath: root)?.allObjects.compactMap({ $0 as? String }) ?? [] {
            let file = root + "/" + path
            if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: file) {
                entries["/" + path] = .init(target: target)
            } else if let data = FileManager.default.contents(atPath: file) {
                entries["/" + path] = .init(String(decoding: data, as: UTF8.self))
            }
        }
        entries["/etc/shadow"]?.status.mode = FileMode(bits: 0o640)
        let certificates = tests + "/Fixtures/certificates/"
        for (name, path) in Self.certificates {
            let data = FileManager.default.contents(atPath: certificates + name) ?? Data()
            entries[path] = .init(String(decoding: data, as: UTF8.self))
        }
        entries["/etc/systemd/system.conf"] = .init("[Manager]\nDefaultLimitNOFILE=4096\n")
        entries["/etc/crontab"] = .init("0 3 * * * root /usr/bin/certbot renew\n")
        entries["/etc/cron.d/backup"] = .init("0 4 * * * root /usr/local/bin/backup\n")
        entries["/etc/sudoers"] = .init("root ALL=(ALL) ALL\n", mode: FileMode(bits: 0o440))
        entries["/root/.ssh/authorized_keys"] = .init("ssh-ed25519 AAAA root@example\n", mode: FileMode(bits: 0o600))
        original = entries
    }

    private static let certificates = [
        ("leaf.pem", "/etc/ssl/certs/leaf.pem"), ("root.pem", "/usr/local/share/ca-certificates/root.crt"),
        ("self-signed.pem", "/etc/postgresql/server.crt"), ("intermediate.pem", "/etc/ssl/private/chain.pem"),
        ("sha1-self-signed.pem", "/etc/nginx/old.pem"),
    ]

    /// Paths that mean something to some collector, whether they are there or not.
    private static let telling = [
        "/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d/10-a.conf", "/etc/ssh/sshd_config.d/99-z.conf",
        "/etc/systemd/system/ssh.service.d/override.conf", "/etc/systemd/system/sshd.service",
        "/etc/systemd/system/ssh.socket", "/etc/systemd/system/sockets.target.wants/ssh.socket", "/etc/default/ssh",
        "/etc/systemd/system/app.service", "/etc/systemd/system/multi-user.target.wants/app.service",
        "/etc/systemd/system/service.d/all.conf", "/etc/systemd/system.conf.d/a.conf", "/run/systemd/system",
        "/etc/sysctl.conf", "/etc/sysctl.d/99-z.conf", "/run/sysctl.d/50-a.conf", "/proc/sys/kernel/kptr_restrict",
        "/proc/sys/net/ipv4/ip_forward", "/proc/sys/fs/protected_symlinks", "/etc/passwd", "/etc/shadow", "/etc/group",
        "/etc/login.defs", "/etc/ld.so.preload", "/etc/os-release", "/usr/lib/os-release", "/etc/hostname",
        "/etc/localtime", "/etc/nginx/sites-enabled/other", "/etc/nginx/conf.d/tls.conf", "/etc/nginx/nginx.conf",
        "/etc/letsencrypt/renewal/shop.example.org.conf", "/etc/letsencrypt/live/shop.example.org/privkey.pem",
        "/etc/letsencrypt/renewal-hooks/deploy/reload", "/etc/systemd/system/certbot.timer", "/etc/postfix/main.cf",
        "/etc/cron.d/certbot", "/etc/sudoers.d/app", "/proc/mounts", "/proc/meminfo", "/proc/net/tcp", "/proc/swaps",
        "/proc/self/mounts", "/var/lib/dpkg/status", "/var/log/auth.log", "/var/log/auth.log.1", "/var/log/journal",
        "/usr/local/bin/backup", "/lib", "/root/.ssh/authorized_keys", "/etc/ssh/ssh_host_ed25519_key", "/etc/fstab",
    ]

    private static let lines = [
        "PermitRootLogin yes", "PermitRootLogin no", "PasswordAuthentication yes", "Match User deploy",
        "    X11Forwarding yes", "MaxAuthTries 9", "Include /etc/ssh/sshd_config.d/*.conf", "Ciphers aes256-cbc",
        "Port 2222",
        "[Service]", "ExecStart=", "ExecStart=/usr/sbin/sshd -D -p 2022", "User=app", "NoNewPrivileges=yes",
        "LimitNOFILE=65536", "EnvironmentFile=/etc/default/ssh", "SSHD_OPTS=-o PermitRootLogin=yes", "[Install]",
        "WantedBy=multi-user.target", "[Unit]", "Wants=app.service", "MemoryMax=10%", "kernel.kptr_restrict = 0",
        "net.ipv4.ip_forward=1", "fs.protected_symlinks = 0", "*/kernel.randomize_va_space = 0", "0", "1", "2",
        "app:x:999:999::/opt/app:/bin/sh", "toor:x:0:0::/:/bin/sh", "app:$y$j9T$x$y:19000:0:99999:7:::",
        "sudo:x:27:app,deploy", "PASS_MAX_DAYS 99999", "ssl_certificate /etc/ssl/certs/leaf.pem;",
        "ssl_certificate /etc/nginx/old.pem;", "server { listen 443 ssl; server_name other.example;", "}",
        "VERSION_ID=\"11\"", "ID=ubuntu", "installer = nginx", "renew_hook = systemctl reload nginx",
        "OnCalendar=daily",
        "* * * * * root certbot renew", "app ALL=(ALL) NOPASSWD: ALL", "MemTotal: 1024 kB", "SwapTotal: 0 kB",
        "/dev/vda1 /srv ext4 rw,nosuid 0 0", "tmpfs /tmp tmpfs rw 0 0",
        "Package: openssl\nStatus: install ok installed\nVersion: 3.0.1-1\n",
        "Nov 23 09:00:01 shop sshd[9]: Failed password for root from 203.0.113.9 port 4242 ssh2", "\u{0}\u{1F}", "",
        "#", "\"", "smtpd_tls_cert_file = /etc/ssl/certs/leaf.pem", "   : 00000000:0016 00000000:0000 0A",
    ]

    /// Writes a file of root's.
    mutating func set(_ path: String, _ text: String) { put(.init(text), at: path) }

    /// Gives a file to another user.
    mutating func chown(_ path: String, _ id: UInt32) { entries[path]?.status.ownerID = id }

    /// Changes one thing and says what.
    mutating func edit(_ random: inout SeededGenerator) -> String {
        let there = entries.keys.sorted()
        let path = random.below(3) == 0 ? random.pick(there) : random.pick(Self.telling)
        switch random.below(16) {
        case 0:
            remove(path)
            return "rm \(path)"
        case 1:
            remove(path)
            entries[path] = .init(kind: .directory)
            return "mkdir \(path)"
        case 2:
            let target = random.pick(there + Self.telling + ["/", "/dev/null", "../x", "/none", path])
            remove(path)
            entries[path] = .init(target: target)
            return "ln -s \(target) \(path)"
        case 3:
            let mode = FileMode(bits: UInt16(random.pick([0, 0o600, 0o644, 0o666, 0o777, 0o640, 0o4755, 0o1777])))
            entries[path]?.status.mode = mode
            return "chmod \(mode.description) \(path)"
        case 4:
            let owner = random.pick(["root", "app", "www-data"])
            entries[path]?.status.owner = owner
            entries[path]?.status.ownerID = owner == "root" ? 0 : 999
            return "chown \(owner) \(path)"
        case 5:
            let failure = random.pick([HostError.permissionDenied, .system(5, "Input/output error"), nil])
            entries[path]?.failure = failure
            return "failure \(String(describing: failure)) \(path)"
        case 6: return rename(path, to: random.pick(Self.telling + [path + ".bak", path + ".conf"]))
        case 7:
            guard let other = original[random.pick(original.keys.sorted())] else { return "" }
            remove(path)
            entries[path] = other
            return "cp … \(path)"
        case 8:
            for (path, entry) in original { put(entry, at: path) }
            return "restore all"
        case 9:
            entries[path]?.status.modified = Timestamp(seconds: 1_795_000_000 + Int64(random.below(1_000_000)))
            return "touch \(path)"
        case 10:
            let parent = path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
            guard !parent.isEmpty else { return "" }
            remove(parent)
            return "rm -r \(parent)"
        default: return write(path, &random)
        }
    }

    private mutating func write(_ path: String, _ random: inout SeededGenerator) -> String {
        var lines = (entries[path]?.bytes ?? []).split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
        let line = random.pick(Self.lines)
        let at = random.below(lines.count + 1)
        switch random.below(4) {
        case 0 where !lines.isEmpty: lines.remove(at: random.below(lines.count))
        case 1 where !lines.isEmpty: lines[random.below(lines.count)] = Array(line.utf8)
        default: lines.insert(Array(line.utf8), at: at)
        }
        var entry = MemoryHost.Entry(String(decoding: Array(lines.joined(separator: [10])), as: UTF8.self))
        if let old = entries[path], old.status.kind == .regular {
            entry.status.mode = old.status.mode
            entry.status.owner = old.status.owner
            entry.status.ownerID = old.status.ownerID
            entry.status.modified = old.status.modified
            entry.failure = old.failure
        }
        remove(path)
        put(entry, at: path)
        return "write \(path): \(line)"
    }

    /// Nothing stands below what is no directory.
    private mutating func put(_ entry: MemoryHost.Entry, at path: String) {
        var parent = path
        while let slash = parent.lastIndex(of: "/"), slash != parent.startIndex {
            parent = String(parent[..<slash])
            if let above = entries[parent], above.status.kind != .directory { entries[parent] = nil }
        }
        entries[path] = entry
    }

    private mutating func remove(_ path: String) {
        for other in entries.keys where other == path || other.hasPrefix(path + "/") { entries[other] = nil }
    }

    private mutating func rename(_ path: String, to target: String) -> String {
        let moved = entries.filter { $0.key == path || $0.key.hasPrefix(path + "/") }
        guard !moved.isEmpty, !target.hasPrefix(path + "/") else { return "" }
        for key in moved.keys { entries[key] = nil }
        remove(target)
        for (key, entry) in moved { put(entry, at: target + key.dropFirst(path.count)) }
        return "mv \(path) \(target)"
    }
}
