// SPDX-License-Identifier: GPL-3.0-or-later

/// A rule as small as rules can be.
enum TestRule {
    static func text(_ id: String, require: String = #"sshd.PermitRootLogin == "no""#) -> String {
        """
        guaita: 1
        id: \(id)
        posture: security
        severity: high
        title: {ca: t, es: t, en: t}
        applies: has(sshd)
        require: \(require)
        message: {ca: m, es: m, en: m}
        why: {ca: w, es: w, en: w}
        fix: {ca: f, es: f, en: f}
        effort: 5
        references: {cwe: [250]}
        tests:
          - {name: a, files: {/etc/ssh/sshd_config: "PermitRootLogin no"}, outcome: pass}
          - {name: b, files: {/etc/ssh/sshd_config: "PermitRootLogin yes"}, outcome: fail}

        """
    }
}
