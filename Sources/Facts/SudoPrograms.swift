// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host

/// Programs that do anything for whoever runs them as root.
enum SudoPrograms {
    private static let classes: [(kind: String, names: String)] = [
        ("shell", "sh bash dash ash zsh ksh fish csh tcsh rbash busybox su runuser sudo screen tmux script"),
        (
            "launcher",
            """
            env nice nohup timeout xargs setpriv chroot unshare nsenter strace ltrace gdb watch time flock stdbuf setsid \
            ionice taskset parallel start-stop-daemon systemd-run at batch run-parts ssh expect socat nc ncat openvpn ip \
            tcpdump nmap capsh service
            """
        ),
        (
            "interpreter",
            "python python2 python3 perl ruby irb node nodejs php lua awk gawk mawk nawk tclsh java jshell ghci make cmake"
        ),
        ("editor", "vi vim nvim view rvim rview vimdiff ex ed emacs nano pico rnano joe jed mcedit mc mcview editor"),
        ("pager", "less more most pg man"),
        (
            "files",
            """
            tar cp mv rsync dd tee install ln chmod chown chgrp setfacl find sed cpio zip unzip 7z curl wget scp sftp \
            mount debugfs patch
            """
        ),
        (
            "system",
            """
            systemctl apt apt-get aptitude dpkg snap pip pip3 gem npm docker podman kubectl lxc lxd crontab visudo passwd \
            chpasswd useradd usermod adduser insmod modprobe sysctl git mysql psql
            """
        ),
    ]

    private static let byName: [String: String] = {
        var all: [String: String] = [:]
        for (kind, names) in classes { for name in names.split(separator: " ") { all[String(name)] = kind } }
        return all
    }()

    /// What a program gives away, nil for nothing known: `shell`, `launcher`, `interpreter`, `editor`, `pager`, `files`
    /// or `system`. Fixed arguments hold all but editors and pagers, which take commands while they run.
    static func escape(path: String, arguments: String?) -> String? {
        let name = HostPath.name(of: path)
        // A directory, or a pattern that a shell fits: sudoers(5) allows every program there.
        if path.hasSuffix("/") || FileNamePattern.isPattern(path) {
            let places = ["/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/"].filter { place in
                let directory = path.dropLast(path.hasSuffix("/") ? 0 : name.count)
                return FileNamePattern(String(directory), isPath: true).matches(place)
            }
            if places.isEmpty { return nil }
            if path.hasSuffix("/") { return "shell" }
            let pattern = FileNamePattern(name, isPath: true)
            return classes.first { $0.names.split(separator: " ").contains { pattern.matches(String($0)) } }?.kind
        }
        // python3.11, php8.2, vim.basic
        var stem = name.prefix { $0 != "." }
        while stem.last?.isNumber == true { stem.removeLast() }
        guard let kind = byName[name] ?? byName[String(stem)] else { return nil }
        if kind == "editor" || kind == "pager" { return kind }
        guard let arguments else { return kind }
        return arguments.hasPrefix("*") || arguments.hasPrefix("^.*") ? kind : nil
    }
}
