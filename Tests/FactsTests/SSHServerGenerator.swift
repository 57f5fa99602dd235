// SPDX-License-Identifier: GPL-3.0-or-later

import TestSupport

/// Random sshd configurations: mostly good ones, in the forms people write and some they should not.
struct SSHServerGenerator {
    private var random: SeededGenerator
    /// How many lines in a hundred are broken on purpose.
    var faults = 1

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func next() -> SSHServerOracle.Case {
        var files: [String: String] = [:]
        files["sshd_config"] = text(lines: Int.random(in: 1...14, using: &random), depth: 0, &files)
        var question: [String: String]?
        if Int.random(in: 0..<4, using: &random) > 0 {
            question = [
                "user": pick(["root", "alice", "bob", "backup", "nobody-here"]),
                "host": pick(["client.example.org", "Mail.Example.ORG", "localhost"]),
                "addr": pick(["10.0.0.5", "192.0.2.7", "2001:db8::1", "::1", "127.0.0.1"]),
                "laddr": pick(["10.0.0.1", "2001:db8::2"]), "lport": pick(["22", "2222"]),
            ]
        }
        var test = SSHServerOracle.Case(files: files.mapValues { Array($0.utf8) }, question: question)
        if chance(12) {
            test.options = pick([
                ["-o", "PermitRootLogin=no"], ["-o", "Port=2022"], ["-p", "2200"], ["-4"],
                ["-o", "PasswordAuthentication no"], ["-oMaxAuthTries=3", "-g", "45"], ["-o", "IPQoS=af11"],
            ])
        }
        return test
    }

    private mutating func pick<T>(_ choices: [T]) -> T { choices[Int.random(in: choices.indices, using: &random)] }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private mutating func text(lines: Int, depth: Int, _ files: inout [String: String]) -> String {
        var text = ""
        var isInBlock = false
        for _ in 0..<lines {
            switch Int.random(in: 0..<100, using: &random) {
            case ..<14:
                text += line("Match", match())
                isInBlock = true
            case ..<20 where depth < 2:
                text += line("Include", include(depth, &files))
            case ..<24: text += pick(["\n", "# a comment\n", "   \t\n", "\t# another\n"])
            default:
                let names = isInBlock ? Self.conditional : Self.everywhere
                let name = pick(names)
                text += line(name, pick(Self.samples[name] ?? ["yes"]))
            }
        }
        return chance(10) && text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    private mutating func include(_ depth: Int, _ files: inout [String: String]) -> String {
        let number = files.count
        let directory = "d\(number).d"
        for name in ["20-b.conf", "10-a.conf", ".hidden.conf", "x.txt"].prefix(Int.random(in: 1...4, using: &random)) {
            files["\(directory)/\(name)"] = text(lines: Int.random(in: 0...4, using: &random), depth: depth + 1, &files)
        }
        return pick([
            "/etc/ssh/\(directory)/*.conf", "\(directory)/*.conf", "\(directory)/10-a.conf \(directory)/20-b.conf",
            "\"\(directory)/*.conf\"", "\(directory)/[12]0-?.conf", "nothing.d/*.conf", "\(directory)/*", directory,
        ])
    }

    private mutating func match() -> String {
        let user = pick(["root", "bob", "alice,bob", "*", "!root,*", "b*", "a?ice", "\"bob\""])
        let address = pick(["10.0.0.0/8", "192.0.2.*", "2001:db8::/32", "!10.0.0.5,10.0.0.0/8", "::1", "127.0.0.1"])
        return pick([
            "all", "User \(user)", "Group sudo", "Group sftponly,!bob", "Address \(address)", "Host *.example.org",
            "Host CLIENT.example.org", "LocalPort 2222", "LocalAddress 10.0.0.1", "User \(user) Address \(address)",
            "user=\(user)", "Group sudo User \(user)", "LocalPort ssh", "User \(user) # everybody",
            "Address=\(address)", "USER \(user) Host localhost",
        ])
    }

    private mutating func line(_ keyword: String, _ arguments: String) -> String {
        if chance(faults) {
            return pick([
                "Prot 22\n", "\(keyword)\n", "\(keyword) \"open\n", "\(keyword) \(arguments) and more\n",
                "Match all User bob\n",
                "Match\n", "Match Address 10.0.0.1/8\n", "PermitRootLogin maybe\n", "\(keyword) ''\n", "RDomain x\n",
                "Port 0\n", "Match exec /bin/true\n", "LoginGraceTime 1x\n",
            ])
        }
        let spelling = pick([keyword, keyword, keyword.lowercased(), keyword.uppercased()])
        let separator = pick([" ", " ", " ", "\t", "  ", "=", " = ", " =", "= "])
        let indent = pick(["", "", "", "    ", "\t"])
        let end = pick(["\n", "\n", "\n", "  \n", "\r\n", "\t\u{0C}\n"])
        let isWholeLine = [
            "ForceCommand", "VersionAddendum", "AuthorizedKeysCommand", "AuthorizedPrincipalsCommand",
        ].contains(keyword)
        let comment = !isWholeLine && chance(6) ? " # why" : ""
        return indent + spelling + separator + arguments + comment + end
    }

    private static let flags = [
        "UsePAM", "IgnoreUserKnownHosts", "HostbasedAuthentication", "HostbasedUsesNameFromPacketOnly",
        "PubkeyAuthentication", "KerberosAuthentication", "KerberosOrLocalPasswd", "KerberosTicketCleanup",
        "GSSAPIAuthentication", "GSSAPICleanupCredentials", "GSSAPIKeyExchange", "GSSAPIStrictAcceptorCheck",
        "GSSAPIStoreCredentialsOnRekey", "PasswordAuthentication", "KbdInteractiveAuthentication",
        "ChallengeResponseAuthentication", "PrintMotd", "PrintLastLog", "X11Forwarding", "X11UseLocalhost", "PermitTTY",
        "PermitUserRC", "StrictModes", "TCPKeepAlive", "PermitEmptyPasswords", "UseDNS", "AllowAgentForwarding",
        "DisableForwarding", "StreamLocalBindUnlink", "ExposeAuthInfo", "KeepAlive", "DSAAuthentication",
    ]
    private static let flagsNotInMatch: Set<String> = [
        "UsePAM", "IgnoreUserKnownHosts", "KerberosOrLocalPasswd", "KerberosTicketCleanup", "GSSAPICleanupCredentials",
        "GSSAPIKeyExchange", "GSSAPIStrictAcceptorCheck", "GSSAPIStoreCredentialsOnRekey", "PrintMotd", "PrintLastLog",
        "StrictModes", "TCPKeepAlive", "UseDNS", "KeepAlive", "DSAAuthentication",
    ]
    private static let othersNotInMatch: Set<String> = [
        "Port", "AddressFamily", "ListenAddress", "LoginGraceTime", "Compression", "FingerprintHash", "PidFile",
        "XAuthLocation", "Ciphers", "MACs", "KexAlgorithms", "HostKeyAlgorithms", "VersionAddendum", "SyslogFacility",
        "HostKey", "HostCertificate", "ModuliFile", "PerSourceMaxStartups", "PerSourceNetBlockSize", "Subsystem",
        "MaxStartups", "PermitUserEnvironment", "Protocol",
        "UsePrivilegeSeparation",
    ]
    private static let everywhere = flags + samples.keys.sorted()
    private static let conditional =
        flags.filter { !flagsNotInMatch.contains($0) } + samples.keys.sorted().filter { !othersNotInMatch.contains($0) }

    private static let samples: [String: [String]] = [
        "Port": ["22", "2222", "\"2022\"", "ssh"],
        "AddressFamily": ["any", "inet", "INET", "inet6"],
        "ListenAddress": [
            "0.0.0.0", "::", "[::]:2222", "10.0.0.1:2200", "192.0.2.1", "2001:db8:0:0:1:0:0:1", "127.1", "[10.0.0.9]",
            "::ffff:1.2.3.4",
        ],
        "LoginGraceTime": ["0", "120", "2m", "1h30m", "1H", "90s", "1w2d"],
        "X11DisplayOffset": ["10", "0", "20"],
        "MaxAuthTries": ["3", "6", "010"],
        "MaxSessions": ["10", "0"],
        "ClientAliveInterval": ["0", "300", "5m", "1m30"],
        "ClientAliveCountMax": ["0", "3"],
        "StreamLocalBindMask": ["0177", "077", "0"],
        "PermitRootLogin": ["yes", "no", "without-password", "Prohibit-Password", "forced-commands-only"],
        "IgnoreRhosts": ["yes", "no", "shosts-only"],
        "Compression": ["yes", "no", "delayed"],
        "GatewayPorts": ["yes", "no", "clientspecified"],
        "AllowTcpForwarding": ["yes", "no", "all", "local", "remote"],
        "AllowStreamLocalForwarding": ["yes", "no", "local"],
        "FingerprintHash": ["md5", "sha256", "SHA512"],
        "PidFile": ["/run/x.pid", "none", "relative.pid"],
        "XAuthLocation": ["/usr/bin/xauth", "none"],
        "Ciphers": [
            "aes256-ctr", "+aes128-cbc,3des-cbc", "-aes*", "^aes256-ctr,aes128-ctr",
            "aes128-ctr,aes256-gcm@openssh.com",
        ],
        "MACs": ["hmac-sha2-512", "-*sha1*", "+hmac-md5", "^hmac-sha2-256"],
        "KexAlgorithms": ["curve25519-sha256", "-ecdh*", "+diffie-hellman-group1-sha1", "^ecdh-sha2-nistp521"],
        "HostKeyAlgorithms": ["+ssh-rsa", "ssh-ed25519,rsa-sha2-512", "-*cert*", "^ecdsa-sha2-*", "ssh-*"],
        "PubkeyAcceptedKeyTypes": ["+ssh-rsa", "ssh-ed25519*", "-ecdsa*", "^rsa-sha2-256"],
        "HostbasedAcceptedKeyTypes": ["+ssh-rsa", "ssh-ed25519"],
        "CASignatureAlgorithms": ["+ssh-rsa", "ssh-ed25519", "-rsa*", "^rsa-sha2-512"],
        "Banner": ["none", "/etc/issue.net", "\"/etc/with space\"", "NONE"],
        "ForceCommand": ["internal-sftp", "none", "/bin/echo \"a  b\" # not a comment", "\"/bin/a b\" c"],
        "ChrootDirectory": ["%h", "none", "/srv/sftp"],
        "TrustedUserCAKeys": ["/etc/ssh/ca.pub", "none"],
        "RevokedKeys": ["/etc/ssh/revoked", "none"],
        "SecurityKeyProvider": ["internal", "/usr/lib/x.so"],
        "AuthorizedPrincipalsFile": ["none", "~/p", ".ssh/principals"],
        "VersionAddendum": ["none", "hello  there", "x # y"],
        "LogLevel": ["INFO", "verbose", "QUIET", "debug1", "DEBUG3"],
        "SyslogFacility": ["auth", "AUTHPRIV", "local7"],
        "AuthorizedKeysFile": [".ssh/authorized_keys", "/etc/keys/%u .ssh/k", "none", "~bob/keys", "\"a b\" c"],
        "HostKey": ["/etc/ssh/ssh_host_ed25519_key", "/etc/ssh/ssh_host_ed25519_key", "ssh_host_rsa_key"],
        "HostCertificate": ["/etc/ssh/c-cert.pub"],
        "AllowUsers": ["alice bob", "*@10.0.0.0/8", "root", "a* b*@*.example.org", "\"with space\""],
        "DenyUsers": ["bob", "eve*"],
        "AllowGroups": ["sudo", "sudo sftponly", "\"domain users\""],
        "DenyGroups": ["nogroup"],
        "AcceptEnv": ["LANG LC_*", "X", "TERM"],
        "SetEnv": ["A=1 B=2", "A=\"x y\"", "A=2 A=3", "Q=\\\"q"],
        "AuthenticationMethods": [
            "any", "publickey,password publickey", "password", "publickey", "keyboard-interactive:pam",
        ],
        "Subsystem": ["sftp /usr/lib/openssh/sftp-server", "sftp internal-sftp -f AUTH -l INFO", "x /bin/x 'a b'"],
        "MaxStartups": ["10:30:100", "5", "3:50:10", "4:1:4x"],
        "PermitTunnel": ["no", "yes", "point-to-point", "ethernet"],
        "IPQoS": ["af21 cs1", "lowdelay", "0x10", "none", "ef 8", "af11", "cs0 le"],
        "RekeyLimit": ["default none", "1G 1h", "512M", "1.5g", "0 0", "default 30m", "16"],
        "PermitOpen": ["any", "none", "10.0.0.1:80 [::1]:443", "host:*"],
        "PermitListen": ["any", "none", "8080", "localhost:8080 [::1]:*"],
        "PermitUserEnvironment": ["no", "yes", "LANG,LC_*"],
        "PubkeyAuthOptions": ["none", "touch-required", "verify-required touch-required"],
        "Protocol": ["2"],
        "ModuliFile": ["/etc/ssh/moduli", "none"],
        "LogVerbose": ["kex.c:*:1000", "none", "a b"],
        "PerSourceMaxStartups": ["none", "5", "10"],
        "PerSourceNetBlockSize": ["24:56", "16:64"],
        "RequiredRSASize": ["2048", "3072"],
        "ChannelTimeout": ["none", "session=5m", "*=1h direct-tcpip=90"],
        "UnusedConnectionTimeout": ["none", "30s", "5m"],
        "AuthorizedKeysCommand": ["/bin/keys %u", "none"],
        "AuthorizedKeysCommandUser": ["nobody", "keys"],
        "AuthorizedPrincipalsCommand": ["/bin/names \"a b\"", "none"],
        "AuthorizedPrincipalsCommandUser": ["nobody"],
        "UsePrivilegeSeparation": ["sandbox"],
        "RSAAuthentication": ["yes"],
    ]
}
