// SPDX-License-Identifier: GPL-3.0-or-later

/// The parameters of main.cf that guaita tells, with the defaults of Postfix 3.7 (`postconf -d`).
struct PostfixParameter: Sendable {
    let name: String
    /// As postconf(5) writes it; nil where it depends on the running machine.
    let preset: String?
    let documentation: String

    private init(_ name: String, _ preset: String?, _ documentation: String) {
        self.name = name
        self.preset = preset
        self.documentation = documentation
    }

    static let all: [PostfixParameter] = [
        .init("compatibility_level", "0", "Which defaults hold."),
        .init("myhostname", nil, "The name of this mail system."),
        .init("mydomain", nil, "Its domain."),
        .init("myorigin", "$myhostname", "What local addresses are completed with."),
        .init("mydestination", "$myhostname, localhost.$mydomain, localhost", "Domains delivered here."),
        .init("inet_interfaces", "all", "Addresses it listens on."),
        .init("inet_protocols", "all", "Protocols it uses."),
        .init("mynetworks", nil, "Clients that may send to anywhere; not known where it is not set."),
        .init(
            "mynetworks_style", "${{$compatibility_level} <level {2} ? {subnet} : {host}}",
            "What mynetworks is where it is not set."),
        .init(
            "relay_domains", "${{$compatibility_level} <level {2} ? {$mydestination} : {}}",
            "Domains it passes mail on for."),
        .init("virtual_mailbox_domains", "$virtual_mailbox_maps", "Domains with mailboxes that are no accounts."),
        .init("virtual_mailbox_maps", "", "Mailboxes that are no accounts."),
        .init("virtual_alias_domains", "$virtual_alias_maps", "Domains whose addresses all lie elsewhere."),
        .init("virtual_alias_maps", "$virtual_maps", "Addresses that stand for others."),
        .init("virtual_maps", "", "The old name of virtual_alias_maps."),
        .init("relayhost", "", "Where mail for elsewhere goes."),
        .init(
            "smtpd_relay_restrictions",
            "${{$compatibility_level} <level {1} ? {} : "
                + "{permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination}}",
            "Who may send to anywhere."),
        .init("smtpd_recipient_restrictions", "", "Who may send to whom."),
        .init("smtpd_client_restrictions", "", "Who may connect."),
        .init("smtpd_sasl_auth_enable", "no", "Clients may log in."),
        .init("smtpd_tls_auth_only", "no", "Clients may log in over TLS only."),
        .init("smtpd_tls_security_level", "", "TLS with clients."),
        .init("smtpd_use_tls", "no", "The old name of smtpd_tls_security_level = may."),
        .init("smtpd_enforce_tls", "no", "The old name of smtpd_tls_security_level = encrypt."),
        .init("smtpd_tls_wrappermode", "no", "TLS from the first byte."),
        .init("smtpd_tls_cert_file", "", "The server's certificate."),
        .init("smtp_tls_security_level", "", "TLS with other servers."),
        .init("smtp_use_tls", "no", "The old name of smtp_tls_security_level = may."),
        .init("smtp_enforce_tls", "no", "The old name of smtp_tls_security_level = encrypt or verify."),
        .init("smtp_tls_wrappermode", "no", "TLS from the first byte with other servers."),
        .init("smtp_sasl_auth_enable", "no", "It logs in to other servers."),
        .init("disable_vrfy_command", "no", "Nobody may ask whether an address exists."),
        .init("message_size_limit", "10240000", "The largest message, in bytes."),
    ]
}
