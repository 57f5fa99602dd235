// SPDX-License-Identifier: GPL-3.0-or-later

extension SSHServerKeyword {
    /// Every keyword, in the order `sshd -T` prints them.
    static let all: [SSHServerKeyword] = [
        SSHServerKeyword("Port", .port, nil, "Ports to listen on."),
        SSHServerKeyword(
            "AddressFamily", .choice(["inet": "inet", "inet6": "inet6", "any": "any"]), ["any"],
            "Families of address to listen on: `any`, `inet`, `inet6`."),
        SSHServerKeyword(
            "ListenAddress", .listenAddress, nil, "Addresses and ports to listen on, one `[address]:port` each."),
        SSHServerKeyword("UsePAM", .flag, ["no"], "Accounts and sessions go through PAM."),
        SSHServerKeyword(
            "PAMServiceName", .word, ["sshd"], conditional: true, since: (9, 8), "Name of the PAM service."),
        SSHServerKeyword(
            "LoginGraceTime", .time(hasNone: false), ["120"], "Time a connection has to log in; 0 is for ever."),
        SSHServerKeyword(
            "X11DisplayOffset", .integer, ["10"], conditional: true, "First X11 display number that is forwarded."),
        SSHServerKeyword(
            "MaxAuthTries", .integer, ["6"], conditional: true, "Authentication attempts for one connection."),
        SSHServerKeyword(
            "MaxSessions", .integer, ["10"], conditional: true, "Shells, logins or subsystems over one connection."),
        SSHServerKeyword(
            "ClientAliveInterval", .time(hasNone: false), ["0"], conditional: true,
            "Silence after which the client is asked for a sign of life; 0 never asks."),
        SSHServerKeyword(
            "ClientAliveCountMax", .integer, ["3"], conditional: true,
            "Unanswered questions after which the client is disconnected; 0 never disconnects."),
        SSHServerKeyword(
            "RequiredRSASize", .integer, ["1024"], conditional: true, since: (9, 1),
            "Smallest RSA key accepted, in bits."),
        SSHServerKeyword(
            "StreamLocalBindMask", .bindMask, ["0177"], conditional: true, "umask of Unix sockets made for forwarding."),
        SSHServerKeyword(
            "UnusedConnectionTimeout", .time(hasNone: true), ["0"], conditional: true, since: (9, 2),
            "Time after which a connection without channels is closed; 0 (`none`) is never."),
        SSHServerKeyword(
            "PermitRootLogin",
            .choice([
                "without-password": "without-password", "prohibit-password": "without-password",
                "forced-commands-only": "forced-commands-only", "yes": "yes", "no": "no",
            ]), ["without-password"], conditional: true,
            "How root may log in: `yes`, `without-password` (what `sshd -T` prints for prohibit-password), `forced-commands-only`, `no`."
        ),
        SSHServerKeyword(
            "IgnoreRhosts", .choice(["yes": "yes", "no": "no", "shosts-only": "shosts-only"]), ["yes"],
            conditional: true, "Whether users' .rhosts and .shosts are ignored: `yes`, `no`, `shosts-only`."),
        SSHServerKeyword(
            "IgnoreUserKnownHosts", .flag, ["no"], "Users' known_hosts are ignored in host-based authentication."),
        SSHServerKeyword(
            "HostbasedAuthentication", .flag, ["no"], conditional: true, "A trusted host may vouch for its users."),
        SSHServerKeyword(
            "HostbasedUsesNameFromPacketOnly", .flag, ["no"], conditional: true,
            "The client's own word for its host name is taken."),
        SSHServerKeyword("PubkeyAuthentication", .flag, ["yes"], conditional: true, "Login with keys."),
        SSHServerKeyword(
            "KerberosAuthentication", .flag, ["no"], conditional: true, "Passwords are checked by a Kerberos KDC."),
        SSHServerKeyword(
            "KerberosOrLocalPasswd", .flag, ["yes"], "A password Kerberos refuses may still be a local one."),
        SSHServerKeyword("KerberosTicketCleanup", .flag, ["yes"], "Tickets are destroyed at logout."),
        SSHServerKeyword("GSSAPIAuthentication", .flag, ["no"], conditional: true, "Login with GSSAPI."),
        SSHServerKeyword("GSSAPICleanupCredentials", .flag, ["yes"], "GSSAPI credentials are destroyed at logout."),
        SSHServerKeyword("GSSAPIKeyExchange", .flag, ["no"], "Key exchange with GSSAPI (Debian's patch)."),
        SSHServerKeyword(
            "GSSAPIStrictAcceptorCheck", .flag, ["yes"], "The client must ask for this host's own service."),
        SSHServerKeyword(
            "GSSAPIStoreCredentialsOnRekey", .flag, ["no"], "Credentials are renewed at rekeying (Debian's patch)."),
        SSHServerKeyword(
            "GSSAPIKexAlgorithms", .gssKeyExchanges, nil, "Families of GSSAPI key exchange offered (Debian's patch)."),
        SSHServerKeyword("PasswordAuthentication", .flag, ["yes"], conditional: true, "Login with a password."),
        SSHServerKeyword(
            "KbdInteractiveAuthentication", .flag, ["yes"], conditional: true,
            "Login by answering questions, as PAM asks them: mostly for a password."),
        SSHServerKeyword(
            "ChallengeResponseAuthentication", .flag, ["yes"],
            "Before OpenSSH 8.7: login by answering questions. Later another name of KbdInteractiveAuthentication."),
        SSHServerKeyword("PrintMotd", .flag, ["yes"], "sshd itself shows /etc/motd."),
        SSHServerKeyword("PrintLastLog", .flag, ["yes"], "The last login is shown at login."),
        SSHServerKeyword("X11Forwarding", .flag, ["no"], conditional: true, "X11 may be forwarded."),
        SSHServerKeyword(
            "X11UseLocalhost", .flag, ["yes"], conditional: true, "Forwarded displays listen on loopback only."),
        SSHServerKeyword("PermitTTY", .flag, ["yes"], conditional: true, "A terminal may be had."),
        SSHServerKeyword("PermitUserRC", .flag, ["yes"], conditional: true, "~/.ssh/rc is run."),
        SSHServerKeyword("StrictModes", .flag, ["yes"], "Files of keys others may write are not trusted."),
        SSHServerKeyword("TCPKeepAlive", .flag, ["yes"], "TCP keepalives are sent."),
        SSHServerKeyword(
            "PermitEmptyPasswords", .flag, ["no"], conditional: true,
            "An account with an empty password may log in with it."),
        SSHServerKeyword(
            "Compression", .choice(["yes": "yes", "delayed": "yes", "no": "no"]), ["yes"],
            "Compression after login: `yes`, `no`."),
        SSHServerKeyword(
            "GatewayPorts", .choice(["clientspecified": "clientspecified", "yes": "yes", "no": "no"]), ["no"],
            conditional: true, "Forwarded ports listen beyond loopback: `no`, `yes`, `clientspecified`."),
        SSHServerKeyword("UseDNS", .flag, ["no"], "The client's name is looked up and checked."),
        SSHServerKeyword(
            "AllowTcpForwarding",
            .choice(["yes": "yes", "all": "yes", "no": "no", "remote": "remote", "local": "local"]), ["yes"],
            conditional: true, "TCP forwarding: `yes`, `no`, `local`, `remote`."),
        SSHServerKeyword("AllowAgentForwarding", .flag, ["yes"], conditional: true, "ssh-agent may be forwarded."),
        SSHServerKeyword(
            "DisableForwarding", .flag, ["no"], conditional: true,
            "Every kind of forwarding is off, whatever else says."),
        SSHServerKeyword(
            "AllowStreamLocalForwarding",
            .choice(["yes": "yes", "all": "yes", "no": "no", "remote": "remote", "local": "local"]), ["yes"],
            conditional: true, "Forwarding of Unix sockets: `yes`, `no`, `local`, `remote`."),
        SSHServerKeyword(
            "StreamLocalBindUnlink", .flag, ["no"], conditional: true,
            "An old socket is removed before a new one is made for forwarding."),
        SSHServerKeyword("FingerprintHash", .fingerprint, ["SHA256"], "Hash of the fingerprints in the log."),
        SSHServerKeyword(
            "ExposeAuthInfo", .flag, ["no"], conditional: true, "The session is told how its user proved itself."),
        SSHServerKeyword(
            "RefuseConnection", .flag, ["no"], conditional: true, since: (9, 9), "Connections that match are closed."),
        SSHServerKeyword(
            "DebianBanner", .flag, ["yes"], "The package's version is part of the greeting (Debian's patch)."),
        SSHServerKeyword("PidFile", .path, ["/run/sshd.pid"], "File of the process id, or `none`."),
        SSHServerKeyword("ModuliFile", .path, ["/etc/ssh/moduli"], since: (8, 5), "File of the Diffie-Hellman groups."),
        SSHServerKeyword("XAuthLocation", .path, ["/usr/bin/xauth"], "The xauth program, or `none`."),
        SSHServerKeyword("Ciphers", .ciphers, nil, "Ciphers offered, in order of preference."),
        SSHServerKeyword("MACs", .macs, nil, "Message authentication codes offered, in order of preference."),
        SSHServerKeyword("Banner", .path, ["none"], conditional: true, "File shown before login, or `none`."),
        SSHServerKeyword(
            "ForceCommand", .line, ["none"], conditional: true,
            "Command run instead of what the client asks for, or `none`."),
        SSHServerKeyword(
            "ChrootDirectory", .word, ["none"], conditional: true, "Directory sessions are shut in, or `none`."),
        SSHServerKeyword(
            "TrustedUserCAKeys", .path, ["none"], conditional: true,
            "Keys of the authorities that may sign users' keys, or `none`."),
        SSHServerKeyword("RevokedKeys", .path, ["none"], conditional: true, "Keys that are refused, or `none`."),
        SSHServerKeyword(
            "SecurityKeyProvider", .securityKeyProvider, ["internal"], since: (8, 2),
            "Library for FIDO keys, or `internal`."),
        SSHServerKeyword(
            "AuthorizedPrincipalsFile", .homePath, ["none"], conditional: true,
            "File of the names a certificate must bear, or `none`."),
        SSHServerKeyword("VersionAddendum", .line, ["none"], "Text added to the greeting, or `none`."),
        SSHServerKeyword(
            "AuthorizedKeysCommand", .command, ["none"], conditional: true,
            "Program that is asked for a user's keys, or `none`."),
        SSHServerKeyword(
            "AuthorizedKeysCommandUser", .word, ["none"], conditional: true, "User that program runs as, or `none`."),
        SSHServerKeyword(
            "AuthorizedPrincipalsCommand", .command, ["none"], conditional: true,
            "Program that is asked for a user's certificate names, or `none`."),
        SSHServerKeyword(
            "AuthorizedPrincipalsCommandUser", .word, ["none"], conditional: true,
            "User that program runs as, or `none`."),
        SSHServerKeyword(
            "HostKeyAgent", .hostKeyAgent, ["none"], "Socket of an agent that holds the host keys, or `none`."),
        SSHServerKeyword("KexAlgorithms", .keyExchanges, nil, "Key exchanges offered, in order of preference."),
        SSHServerKeyword(
            "CASignatureAlgorithms", .signatures, nil, conditional: true,
            "Signatures of certificate authorities that are accepted."),
        SSHServerKeyword(
            "HostbasedAcceptedAlgorithms", .keys, nil, conditional: true,
            "Signatures accepted in host-based authentication (before 8.5: HostbasedAcceptedKeyTypes)."),
        SSHServerKeyword("HostKeyAlgorithms", .keys, nil, "Host key signatures offered, in order of preference."),
        SSHServerKeyword(
            "PubkeyAcceptedAlgorithms", .keys, nil, conditional: true,
            "Signatures accepted from users' keys (before 8.5: PubkeyAcceptedKeyTypes)."),
        SSHServerKeyword(
            "SshdSessionPath", .path, ["/usr/lib/openssh/sshd-session"], since: (9, 8),
            "The program that serves a connection."),
        SSHServerKeyword(
            "SshdAuthPath", .path, ["/usr/lib/openssh/sshd-auth"], since: (10, 0),
            "The program that authenticates a connection."),
        SSHServerKeyword(
            "PerSourcePenaltyExemptList", .addressList, ["none"], since: (9, 8),
            "Addresses that are never penalised, or `none`."),
        SSHServerKeyword(
            "LogLevel", .logLevel, ["INFO"], conditional: true, "How much is logged: `QUIET` to `DEBUG3`."),
        SSHServerKeyword("SyslogFacility", .logFacility, ["AUTH"], "Facility of the log."),
        SSHServerKeyword(
            "AuthorizedKeysFile", .keyFiles, [".ssh/authorized_keys", ".ssh/authorized_keys2"], conditional: true,
            "Files of the keys a user may log in with."),
        SSHServerKeyword(
            "HostKey", .hostKey,
            ["/etc/ssh/ssh_host_rsa_key", "/etc/ssh/ssh_host_ecdsa_key", "/etc/ssh/ssh_host_ed25519_key"],
            "Files of the private host keys."),
        SSHServerKeyword("HostCertificate", .hostCertificate, [], "Files of the host certificates."),
        SSHServerKeyword(
            "AllowUsers", .users, [], conditional: true, "Patterns of the users that may log in; empty allows all."),
        SSHServerKeyword("DenyUsers", .users, [], conditional: true, "Patterns of the users that may not log in."),
        SSHServerKeyword(
            "AllowGroups", .groups, [], conditional: true,
            "Patterns of the groups whose members may log in; empty allows all."),
        SSHServerKeyword(
            "DenyGroups", .groups, [], conditional: true, "Patterns of the groups whose members may not log in."),
        SSHServerKeyword(
            "AcceptEnv", .acceptEnv, [], conditional: true, "Patterns of the environment variables a client may set."),
        SSHServerKeyword(
            "SetEnv", .setEnv, [], conditional: true, "Environment variables sessions get, `NAME=value` each."),
        SSHServerKeyword(
            "AuthenticationMethods", .authenticationMethods, ["any"], conditional: true,
            "Lists of methods of which one must be completed; `any` asks for one method only."),
        SSHServerKeyword(
            "LogVerbose", .logVerbose, [], conditional: true, since: (8, 5),
            "Places of the source that log at the highest level."),
        SSHServerKeyword(
            "ChannelTimeout", .channelTimeouts, nil, conditional: true, since: (9, 2),
            "Idle time after which channels of a type are closed, `type=time` each."),
        SSHServerKeyword("Subsystem", .subsystem, [], "Subsystems, `name command` each."),
        SSHServerKeyword(
            "MaxStartups", .startups, ["10:30:100"],
            "Connections not logged in yet: how many before some are refused, per cent refused, how many before all are."
        ),
        SSHServerKeyword(
            "PerSourceMaxStartups", .startupsPerSource, ["none"], since: (8, 5),
            "Connections not logged in yet from one address block, or `none`."),
        SSHServerKeyword(
            "PerSourceNetBlockSize", .netBlockSize, ["32:128"], since: (8, 5),
            "Prefix lengths of an address block, IPv4 and IPv6."),
        SSHServerKeyword(
            "PermitTunnel", .tunnel, ["no"], conditional: true,
            "tun(4) devices: `no`, `yes`, `point-to-point`, `ethernet`."),
        SSHServerKeyword(
            "IPQoS", .qualityOfService, nil, conditional: true, "Type of service of interactive and of bulk traffic."),
        SSHServerKeyword(
            "RekeyLimit", .rekeyLimit, ["0", "0"], conditional: true,
            "Bytes and seconds after which keys are renewed; 0 bytes is the cipher's own limit, 0 seconds is never."),
        SSHServerKeyword(
            "PermitOpen", .permitOpen, ["any"], conditional: true,
            "Destinations local forwarding may reach, or `any`, `none`."),
        SSHServerKeyword(
            "PermitListen", .permitListen, ["any"], conditional: true,
            "Addresses remote forwarding may listen on, or `any`, `none`."),
        SSHServerKeyword(
            "PermitUserEnvironment", .userEnvironment, ["no"],
            "Whether ~/.ssh/environment counts: `no`, `yes`, or patterns of the variables that do."),
        SSHServerKeyword(
            "PubkeyAuthOptions", .publicKeyOptions, ["none"], conditional: true, since: (8, 2),
            "What is asked of FIDO keys: `none`, `touch-required`, `verify-required`."),
        SSHServerKeyword(
            "PerSourcePenalties", .penalties, nil, since: (9, 8),
            "Seconds an address waits after each kind of offence, `kind:seconds` each, or `no`."),
    ]

    private init(
        _ name: String, _ kind: Kind, _ fallback: [String]?, conditional: Bool = false, since: (Int, Int) = (1, 0),
        _ documentation: String
    ) {
        self.name = name
        self.kind = kind
        self.fallback = fallback
        self.isConditional = conditional
        self.since = (since.0, since.1)
        self.documentation = documentation
    }
}
