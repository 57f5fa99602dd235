// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import TestSupport

/// The installed sudo, asked in a root of its own: many trees in one run.
enum SudoOracle {
    static let needed = ["/usr/bin/sudo", "/usr/sbin/visudo", "/usr/bin/unshare", "/usr/sbin/chroot"]
    static let missing = needed.filter { !FileManager.default.fileExists(atPath: $0) } + (getuid() == 0 ? [] : ["root"])

    /// Programs that a tree has; they do no harm.
    static let programs = ["id", "true", "ls", "echo", "env", "false"]

    /// A user who wants to run something. (`sudo -l -U` takes whoever asks it for `()` and `-g`, so the users themselves ask.)
    struct Query: Sendable {
        var user: String
        var runas: String?
        var group: String?
        var words: [String]
    }

    /// A configuration with questions.
    struct Case: Sendable {
        var files: [String: String]
        var queries: [Query]
    }

    /// What sudo said.
    struct Answer {
        var isValid = false
        var settings = ""
        /// For each query: allowed, and nil or whether a password was asked for.
        var queries: [(isAllowed: Bool, needsPassword: Bool)] = []
    }

    static let common: [String: String] = [
        "/etc/passwd": """
        root:x:0:0:root:/root:/bin/sh
        alice:x:1000:1000::/:/bin/sh
        bob:x:1001:1001::/:/bin/sh
        deploy:x:1002:100::/:/bin/sh
        www-data:x:33:33::/:/usr/sbin/nologin

        """,
        "/etc/group": """
        root:x:0:
        sudo:x:27:alice
        www-data:x:33:
        users:x:100:bob
        alice:x:1000:
        bob:x:1001:
        ops:x:1500:bob,deploy

        """,
        "/etc/hosts": "127.0.0.1 localhost\n127.0.1.1 web1.example.org web1\n", "/etc/hostname": "web1\n",
        "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\nsudoers: files\nnetgroup: files\n",
        "/etc/pam.d/open": """
        auth required pam_permit.so
        account required pam_permit.so
        session required pam_permit.so

        """,
        "/etc/pam.d/closed": """
        auth required pam_deny.so
        account required pam_permit.so
        session required pam_permit.so

        """,
    ]

    static func quoted(_ word: String) -> String { "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'" }

    /// Writes the trees and asks.
    static func ask(_ cases: [Case], in tree: TemporaryTree) throws -> [Answer] {
        for (index, item) in cases.enumerated() {
            for (path, text) in common.merging(item.files, uniquingKeysWith: { $1 }) {
                try tree.file("/\(index)\(path)", text, mode: path.hasPrefix("/etc/sudoers") ? 0o440 : 0o644)
            }
            for program in programs { try tree.file("/\(index)/usr/bin/\(program)", "", mode: 0o755) }
            try tree.link("/\(index)/bin", to: "usr/bin")
            var script = "visudo -c >/dev/null 2>&1; echo valid $?\nsudo -V 2>/dev/null\n"
            for query in item.queries {
                var options = ""
                if let runas = query.runas { options += " -u \(quoted(runas))" }
                if let group = query.group { options += " -g \(quoted(group))" }
                let words = query.words.map(quoted).joined(separator: " ")
                script += """
                    as="setpriv --reuid \(query.user) --regid \(query.user == "deploy" ? "users" : query.user) --init-groups"
                    rm -rf /run/sudo
                    cp /etc/pam.d/closed /etc/pam.d/sudo
                    $as sudo -n\(options) -- \(words) 2>&1 </dev/null | grep -q 'password is required'; p=$?
                    cp /etc/pam.d/open /etc/pam.d/sudo
                    $as sudo\(options) -- \(words) 2>&1 </dev/null \
                    | grep -Eq 'not allowed to|not in the sudoers|may not run|no valid sudoers'; echo query $? $p

                    """
            }
            try tree.file("/\(index)/ask", script)
        }
        try tree.file("/count", "\(cases.count)")
        let outer = """
            set -e
            hostname web1
            cd "$1"
            mkdir -p base/etc base/usr base/dev base/proc base/run base/tmp base/var/lib/sudo base/root
            for link in bin sbin lib lib64; do ln -s usr/$link base/$link; done
            mount --bind /usr base/usr
            mount -t tmpfs dev base/dev
            mknod -m 666 base/dev/null c 1 3
            mknod -m 666 base/dev/urandom c 1 9
            mount -t proc proc base/proc
            index=0
            while [ $index -lt $(cat count) ]; do
                rm -rf base/etc
                cp -a $index/etc base/etc
                cp $index/ask base/ask
                echo "case $index"
                chroot base /bin/sh /ask || true
                index=$((index + 1))
            done
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        process.arguments = ["--mount", "--uts", "--pid", "--fork", "/bin/sh", "-c", outer, "sh", tree.root]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        var answers: [Answer] = []
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == "case" {
                answers.append(Answer())
            } else if answers.isEmpty {
                continue
            } else if words.count == 2, words[0] == "valid" {
                answers[answers.count - 1].isValid = words[1] == "0"
            } else if words.count == 3, words[0] == "query" {
                answers[answers.count - 1].queries.append((words[1] != "0", words[2] == "0"))
            } else {
                answers[answers.count - 1].settings += line + "\n"
            }
        }
        return answers
    }
}
